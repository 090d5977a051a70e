"""Reading values as programs send them: every refusal names the field, in words for the sender."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from accounts.moments import read_moment

CLOCK_SKEW = timedelta(minutes=5)
MOST = Decimal(10) ** 12  # an amount; one more digit would not fit its column
MOST_PIECES = 1_000_000_000
# ISO 4217, as far as shops sell in them. A currency that is not here is more likely a slip than a country.
CURRENCIES = set(
    """AED AUD BDT BRL CAD CHF CNY CZK DKK EUR GBP HKD HUF IDR ILS INR JPY KHR KRW LAK LKR MMK MOP MXN MYR NOK
    NPR NZD PHP PKR PLN RON SAR SEK SGD THB TRY TWD USD VND ZAR""".split()  # noqa: SIM905  (quotes would hide them)
)
is_amount = re.compile(r"\d{1,13}(\.\d{1,2}0*)?", re.ASCII).fullmatch
is_url = re.compile(r"https://[^\s/?#\"<>]+\.[^\s\"<>]+").fullmatch

Reader = Callable[[Any], Any]


class Unfit(ValueError):
    """A value that cannot be taken; its text is for the sender."""


@dataclass(frozen=True)
class Field:
    """How a field is read, and what null makes of it; `...` where null is refused."""

    read: Reader
    empty: Any = ...


def read_fields(row: object, fields: dict[str, Field], *, place: str = "") -> dict[str, Any]:
    """The values that a row gives. Raises Unfit, naming the field below `place`."""
    if not isinstance(row, dict):
        raise Unfit(_("%(name)smust be an object") % {"name": f"{place}: " if place else ""})
    start = f"{place}." if place else ""
    unknown = row.keys() - fields.keys()
    if unknown:
        raise Unfit(_("%(name)s: there is no such field") % {"name": start + str(min(unknown, key=str))})
    return {name: _read(value, fields[name], start + name) for name, value in row.items()}


def _read(value: object, field: Field, name: str) -> Any:
    if value is None and field.empty is not ...:
        return field.empty
    try:
        return field.read(value)
    except Unfit as error:
        raise Unfit(f"{name}: {error}") from None


def text(longest: int, *, at_least: int = 0) -> Reader:
    def read(value: object) -> str:
        found = value.strip() if isinstance(value, str) else None
        if found is None or not at_least <= len(found) <= longest or not found.isprintable():
            range_ = {"least": at_least, "most": longest}
            raise Unfit(_("must be a text of %(least)s to %(most)s characters on one line") % range_)
        return found

    return read


def one_of(choices: list[str]) -> Reader:
    def read(value: object) -> str:
        if not isinstance(value, str) or value not in choices:
            raise Unfit(_("must be one of: %(choices)s") % {"choices": ", ".join(choices)})
        return value

    return read


def amount(value: object) -> Decimal:
    """Nothing or more, with two decimals at most: a number, or a text such as "1980.50"."""
    found = str(value) if isinstance(value, int | float | Decimal) and not isinstance(value, bool) else value
    if not isinstance(found, str) or not is_amount(found) or Decimal(found) >= MOST:
        raise Unfit(_("must be an amount of 0 or more such as 1980 or “1980.50”"))
    return Decimal(found).quantize(Decimal("0.01"))


def whole(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not -MOST_PIECES <= value <= MOST_PIECES:
        raise Unfit(_("must be a whole number"))
    return value


def moment(value: object) -> datetime:
    """In UTC. What is yet to come is refused, but for clocks that are a little fast."""
    try:
        at = value if isinstance(value, datetime) else read_moment(value)
        found = at.astimezone(UTC)
    except (ValueError, OverflowError):
        raise Unfit(_("must be a time with its offset, such as 2026-11-20T14:05:00+09:00")) from None
    if found > datetime.now(UTC) + CLOCK_SKEW:
        raise Unfit(_("is in the future"))
    return found


def currency(value: object) -> str:
    if not isinstance(value, str) or value not in CURRENCIES:
        raise Unfit(_("must be a currency of ISO 4217 such as JPY"))
    return value


def url(value: object) -> str:
    if not isinstance(value, str) or len(value) > 1000 or not is_url(value):
        raise Unfit(_("must be an address that begins with https://"))
    return value


def yes_no(value: object) -> bool:
    if not isinstance(value, bool):
        raise Unfit(_("must be true or false"))
    return value


def comparable(value: object) -> str:
    """A text by which two values of a field can be told apart and set in order, whatever their type."""
    return json.dumps(value, default=str, sort_keys=True, ensure_ascii=False)
