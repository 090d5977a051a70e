"""What a send has cost, as its reader sees it: LINE's cost, or the client's price, by contract."""

from collections.abc import Callable
from decimal import Decimal

from django.utils import timezone

from accounts import current
from accounts.models import User
from broadcasts.models import Broadcast
from broadcasts.results.figures import Figures
from contracts import sight

VIEW = "billing.view_ledgerentry"
Costs = Callable[[Figures], Decimal]


def by(user: User) -> Costs | None:
    """The cost of each send as this user sees it; None if they may see none."""
    if not user.has_perm(VIEW):
        return None
    of_month = sight.by_month(user, current.tenant())
    return lambda found: of_month(_month(found.broadcast)).of(found.progress.cost)


def net(found: Figures) -> Decimal:
    """LINE's cost of a send."""
    return found.progress.cost.amount


def _month(broadcast: Broadcast):
    """In which it began, in the client's time zone."""
    return timezone.localtime(broadcast.started_at).date().replace(day=1)
