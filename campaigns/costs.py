"""What campaigns have cost so far, as one reader sees it: each month by the contract that held in it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Sum

from accounts import current
from accounts.models import User
from billing.models import LedgerEntry, Total
from contracts import sight

SUMS = ("messages", "free_count", "paid_count", "amount")


@dataclass(frozen=True, slots=True)
class Cost:
    """Messages, and what this reader sees that they cost."""

    messages: int = 0
    amount: Decimal = Decimal(0)

    def __add__(self, other: "Cost") -> "Cost":
        return Cost(self.messages + other.messages, self.amount + other.amount)


NOTHING = Cost()


def of(owners: Iterable[str], user: User) -> dict[str, Cost]:
    """What each of these has cost in all its months, in one query; what has cost nothing is left out."""
    found: dict[str, Cost] = {}
    for owner, month, total in _by_month(list(owners)):
        seen = sight.of(user, current.tenant().pk, month)
        found[owner] = found.get(owner, NOTHING) + Cost(total.messages, seen.of(total))
    return found


def _by_month(owners: list[str]) -> Iterable[tuple[str, date, Total]]:
    if not owners:
        return
    prefixes = (f"{owner}/" for owner in owners)
    entries = LedgerEntry.objects.referring_to(current.tenant().pk, *prefixes).with_owner().order_by()
    by_month = entries.values("owner", "month")  # type: ignore[misc]  # with_owner has annotated it
    sums = by_month.annotate(**{f"sum_{name}": Sum(name) for name in SUMS})
    for owner, month, *totals in sums.values_list("owner", "month", *(f"sum_{name}" for name in SUMS)):
        yield owner, month, Total(*totals)
