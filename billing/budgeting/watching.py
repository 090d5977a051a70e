"""That somebody should look at a client's budgets: called by whoever books, schedules or changes them."""

from datetime import timedelta

from django.utils import timezone

from accounts import board
from billing.models import Budget

KIND = "budgets"  # on the work board
AFTER = timedelta(seconds=5)  # while much is booked, once in that time is enough


def call(tenant_id: int) -> None:
    """In the transaction that changed what a month costs, or will; nothing where there are no budgets."""
    if Budget.objects.kept(tenant_id).exists():
        board.call(KIND, timezone.now() + AFTER, tenant_id=tenant_id)
