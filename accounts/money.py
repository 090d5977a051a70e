"""How amounts of money are written for people, the same in every language."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

UNKNOWN = "–"


@dataclass(frozen=True, slots=True)
class Currency:
    """Its sign, and how many decimals people here write of a sum."""

    sign: str
    decimals: int


# A sum in Taiwan dollars is written without cents, though the currency has them: LINE's bills have none.
CURRENCIES = {"JPY": Currency("¥", 0), "TWD": Currency("NT$", 0), "THB": Currency("฿", 2)}


def written(amount: Decimal | int | None, currency: str, *, more: int = 0) -> str:
    """A sum as people write it, halves up: ¥12,345, NT$1,200, ฿1,280.50; `more` decimals for what one costs.

    A dash where there is no amount; a currency that is not known stands as its code.
    """
    if amount is None:
        return UNKNOWN
    known = CURRENCIES.get(currency, Currency(f"{currency} ", 2))
    rounded = Decimal(amount).quantize(Decimal(1).scaleb(-known.decimals - more), ROUND_HALF_UP)
    return _signed(rounded, known.sign)


def unit_written(price: Decimal | None, currency: str) -> str:
    """A price of one message as it stands in the list, no digit lost: ¥3.0, ¥2.75, NT$0.2, ฿0.06."""
    if price is None:
        return UNKNOWN
    known = CURRENCIES.get(currency, Currency(f"{currency} ", 2))
    decimals = max(known.decimals, 1, -int(price.normalize().as_tuple().exponent))
    return _signed(price.quantize(Decimal(1).scaleb(-decimals)), known.sign)


def exactly_written(amount: Decimal, currency: str) -> str:
    """A sum with no digit lost and none to spare: ¥1,500, ¥2.75."""
    known = CURRENCIES.get(currency, Currency(f"{currency} ", 2))
    decimals = max(known.decimals, -int(amount.normalize().as_tuple().exponent))
    return _signed(amount.quantize(Decimal(1).scaleb(-decimals)), known.sign)


def _signed(amount: Decimal, sign: str) -> str:
    return f"{'−' if amount < 0 else ''}{sign}{abs(amount):,}"
