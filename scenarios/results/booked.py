"""What the messages of a scenario cost, step by step, as its reader sees it."""

from decimal import Decimal

from django.db.models import CharField, Func, Value

from accounts import current
from accounts.models import User
from billing.models import LedgerEntry, Total
from billing.models.ledger import NAMES, SUMS
from contracts import sight
from scenarios.models import Scenario

VIEW = "billing.view_ledgerentry"
Booked = dict[tuple[str, bool], Decimal]  # by step, and whether for notification messages


def of(scenario: Scenario, user: User | None) -> Booked | None:
    """Net or gross, by contract; tries are left out. None: the reader may see no cost."""
    if user is None or not user.has_perm(VIEW):
        return None
    entries = LedgerEntry.objects.referring_to(current.tenant().pk, f"{scenario.ledger_owner}/step:")
    part = Func("reference", Value("/"), Value(2), function="split_part", output_field=CharField())
    real = entries.exclude(kind=LedgerEntry.Kind.TEST).annotate(part=part).order_by()
    sums = real.values("kind", "month", "part").annotate(**SUMS)
    of_month = sight.by_month(user, current.tenant())
    found: Booked = {}
    for kind, month, name, *totals in sums.values_list("kind", "month", "part", *NAMES):
        key = (name.removeprefix("step:"), kind == LedgerEntry.Kind.NOTICE)
        found[key] = found.get(key, Decimal(0)) + of_month(month).of(Total(*totals))
    return found
