"""Sends that a budget has kept from beginning: they begin when it lets them.

By itself it only goes on in the month whose budget stopped it: later nobody may want it any more.
"""

from django.db import transaction
from django.utils import timezone

from accounts import activity, board, current
from billing.budgeting import standing
from billing.errors import BudgetExceeded
from broadcasts.models import Broadcast
from broadcasts.sending import delivery, quota

KIND = "stopped_sends"  # on the work board
Status = Broadcast.Status


def call(tenant_id: int) -> None:
    """Have what is stopped looked at again, in the transaction in which a budget lets more through."""
    board.call(KIND, tenant_id=tenant_id)


def let_go() -> None:
    """Begin what budgets no longer stop, the oldest first. Twice at once begins each once."""
    seen = board.version(KIND)
    month = standing.month_of(current.tenant().pk, timezone.now())
    held = Broadcast.objects.stopped_by_budgets().filter(stopped_in=month)
    for broadcast in held.defer("audience", "body").order_by("send_at", "pk"):
        _let_go(broadcast)
    board.settle(KIND, None, seen=seen)


@transaction.atomic
def _let_go(broadcast: Broadcast) -> None:
    quota.hold()
    try:
        quota.begin_within_budgets(broadcast.estimated_count or 0, leave_out=broadcast)
    except BudgetExceeded:
        return
    stopped = Broadcast.objects.stopped_by_budgets().filter(pk=broadcast.pk)
    if stopped.update(status=Status.PREPARING, problem="", stopped_by_budget=None, stopped_in=None):
        activity.record("broadcast.resumed", broadcast, by=None, reason="budget")
        board.call(delivery.KIND)
