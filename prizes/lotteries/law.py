"""What premiums may be worth in Japan, by the Act against Unjustifiable Premiums.

Only a help to whoever plans a lottery: the agency has to check each case itself.
Source: https://www.caa.go.jp/policies/policy/representation/fair_labeling/premium_regulation/
"""

from dataclasses import dataclass
from decimal import Decimal

from prizes.models import Lottery

Law = Lottery.Law
SMALL_PURCHASE_YEN = 5_000
TIMES_PURCHASE = 20
MOST_GENERAL_YEN = 100_000
MOST_JOINT_YEN = 300_000
SHARE_GENERAL = Decimal("0.02")
SHARE_JOINT = Decimal("0.03")


@dataclass(frozen=True, slots=True)
class Limits:
    """The most that one prize, and all of them together, may be worth in yen. None: no limit, or unknown."""

    each_yen: int | None = None
    total_yen: int | None = None


def limits(law: str, *, price_yen: int | None, sales_yen: int | None) -> Limits:
    """`price_yen` is the least that has to be bought, `sales_yen` what is expected to be sold with it."""
    if law == Law.OPEN:
        return Limits()
    share = SHARE_GENERAL if law == Law.GENERAL else SHARE_JOINT
    total = None if sales_yen is None else int(sales_yen * share)
    if law == Law.JOINT:
        return Limits(MOST_JOINT_YEN, total)
    return Limits(_general(price_yen), total)


def _general(price_yen: int | None) -> int | None:
    if price_yen is None:
        return None
    return price_yen * TIMES_PURCHASE if price_yen < SMALL_PURCHASE_YEN else MOST_GENERAL_YEN
