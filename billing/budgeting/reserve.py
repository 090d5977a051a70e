"""Messages of a month that are kept for scenarios, notices and replies: what goes to many leaves them."""

from datetime import date

from billing.models import LedgerEntry, Reserve, Total

# What is no message of ours to one person at their own moment: the reserve is not for it.
NOT_KEPT_FOR = [
    *(LedgerEntry.Kind.TEST, LedgerEntry.Kind.NOTICE, LedgerEntry.Kind.OUTSIDE),
    LedgerEntry.Kind.ADJUSTMENT,
]
TO_MANY = "broadcast:"  # references of broadcasts, by whatever method they go


def kept_back(tenant_id: int, month: date) -> int:
    """How many messages of the month what goes to many must leave: the reserve, less what is used of it."""
    kept = in_force(tenant_id, month)
    return max(0, kept.messages - used(tenant_id, month)) if kept and kept.messages else 0


def in_force(tenant_id: int, month: date) -> Reserve | None:
    return Reserve.objects.in_force(tenant_id, month)


def used(tenant_id: int, month: date) -> int:
    """Messages of the month that the reserve is for: scenarios, replies, what follows on an ID link."""
    entries = LedgerEntry.objects.of_month(tenant_id, month).exclude(kind__in=NOT_KEPT_FOR)
    total: Total = entries.exclude(reference__startswith=TO_MANY).total()
    return total.messages
