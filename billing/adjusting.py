"""Adjustments of the ledger by a person, each with its reason."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts import activity, board
from accounts.models import Tenant, User
from billing import ledger, months, plans, quota
from billing.errors import MonthNotBegun, NothingToAdjust, TakesBackTooMuch, UnknownOwner
from billing.ledger import NewEntry
from billing.models import LedgerEntry, Total
from billing.pricing import Price, price_accepted

MOMENT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Preview:
    """What an adjustment would change: the month's sums before and after, and the price of the difference."""

    before: Total
    price: Price
    currency: str

    @property
    def after(self) -> Total:
        return self.before + Total(
            self.price.messages, self.price.free_count, self.price.paid_count, self.price.amount
        )


def preview(tenant_id: int, messages: int, *, month: date, owner: str = "") -> Preview:
    """What the adjustment would change if it were booked now. Raises as `adjust`."""
    _check(tenant_id, messages, month, owner)
    tariff, before = plans.terms(tenant_id, month).tariff, ledger.month_total(tenant_id, month)
    return Preview(before, price_accepted(tariff, before.messages, messages), tariff.currency)


@transaction.atomic
def adjust(
    tenant_id: int,
    messages: int,
    *,
    month: date,
    reason: str,
    by: User | None,
    owner: str = "",
    key: UUID | None = None,
) -> LedgerEntry:
    """Book so many messages more at the end of the month's order, or take back so many; the entry.

    `owner`, such as `broadcast:7`, is who bears it; none: the adjustment stands for itself. With the same
    `key` it is booked once, however often it is asked for. Raises NothingToAdjust, MonthNotBegun,
    UnknownOwner, or TakesBackTooMuch with how many there are.
    """
    part = f"adjust:{key or uuid4()}"
    reference = f"{owner}/{part}" if owner else f"{part}/by-hand"
    ledger.lock_month(tenant_id, month)
    booked = LedgerEntry.objects.filter(tenant_id=tenant_id, reference=reference)
    if found := booked.first():
        return found
    _check(tenant_id, messages, month, owner)
    at = _within(tenant_id, month)
    label = _label(tenant_id, owner) or reason
    person = by if by and by.pk else None  # a program with an API key is named in the log
    kind = LedgerEntry.Kind.ADJUSTMENT
    ledger.post(tenant_id, [NewEntry(kind, reference, label, messages, at, reason, person)])
    board.call(quota.READING, tenant_id=tenant_id)  # LINE's last count was set against the ledger before
    activity.record(
        "ledger.adjusted",
        reference,
        by=by,
        of=Tenant.objects.get(pk=tenant_id),
        messages=messages,
        month=f"{month:%Y-%m}",
        reason=reason,
    )
    return booked.get()


def _check(tenant_id: int, messages: int, month: date, owner: str) -> None:
    if not messages:
        raise NothingToAdjust
    if month > months.month_of(timezone.now(), months.zone_of(tenant_id)):
        raise MonthNotBegun
    present = ledger.month_total(tenant_id, month).messages
    if owner:
        of_plan = LedgerEntry.objects.of_month(tenant_id, month).exclude(kind=LedgerEntry.Kind.NOTICE)
        entries = of_plan.filter(reference__startswith=f"{owner}/")
        if not entries.exists():
            raise UnknownOwner(owner=owner)
        present = min(present, entries.total().messages)
    if present + messages < 0:
        raise TakesBackTooMuch(messages=f"{max(0, present):,}")


def _within(tenant_id: int, month: date) -> datetime:
    """Now, or the last moment of a month that is over."""
    _start, end = months.span(month, months.zone_of(tenant_id))
    return min(timezone.now(), end - MOMENT)


def _label(tenant_id: int, owner: str) -> str:
    entries = LedgerEntry.objects.filter(tenant_id=tenant_id, reference__startswith=f"{owner}/")
    newest = entries.filter(~Q(label="")).order_by("-pk").values_list("label", flat=True)
    return (newest.first() or "") if owner else ""
