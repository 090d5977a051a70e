"""Where whoever sends books what LINE accepted, in the transaction that stores the outcome."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import uuid4

from django.db import transaction
from django.db.transaction import TransactionManagementError
from django.utils import timezone
from django.utils.translation import gettext as _

from billing import months, plans
from billing.models import LedgerEntry, MonthUsage, Total, parts_from_json, parts_to_json
from billing.pricing import Part, Price, Tariff, price_accepted


@dataclass(frozen=True, slots=True)
class NewEntry:
    """Something to book. `reference` is `owner/part`; only an adjustment may have messages below one."""

    kind: LedgerEntry.Kind
    reference: str
    label: str
    messages: int
    accepted_at: datetime


@dataclass(frozen=True, slots=True)
class Posted:
    """What a post added to the ledger; entries that were there before are not in it."""

    count: int
    messages: int
    amount: Decimal


def post(tenant_id: int, entries: Sequence[NewEntry]) -> Posted:
    """Book what LINE accepted, each entry at its place in its month. An entry booked before is left out.

    Call it last in the transaction that stores the outcome: until that ends, other posts for the
    same client and month wait. Raises TransactionManagementError outside of a transaction.

    LINE's word is final: what it accepted beyond the plan we know of, or without one, is booked too,
    at amount 0 with parts of kind `unplanned`. If the plan or its prices have changed since the month's
    earlier entries, those are priced again first.
    """
    _require_transaction()
    zone = months.zone_of(tenant_id)
    by_month: dict[date, list[NewEntry]] = {}
    for entry in entries:
        by_month.setdefault(months.month_of(entry.accepted_at, zone), []).append(entry)

    usages = _lock(tenant_id, by_month)
    known = _known(tenant_id, entries)
    booked = [row for usage in usages for row in _book_month(usage, by_month[usage.month], known)]
    amount = sum((row.amount for row in booked), Decimal(0))
    return Posted(len(booked), sum(row.messages for row in booked), amount)


def price_again(tenant_id: int, month: date) -> None:
    """Adjust what is booked in the month to the plan and prices that hold now; adds nothing if it agrees.

    Raises TransactionManagementError outside of a transaction.
    """
    _require_transaction()
    for usage in _lock(tenant_id, [month]):
        _store(usage, _adjustments(usage, plans.terms(tenant_id, month).tariff))


def month_total(tenant_id: int, month: date) -> Total:
    """The sums of the ledger in the month that begins on this day."""
    usage = MonthUsage.objects.filter(tenant_id=tenant_id, month=month).first() or MonthUsage()
    return Total(usage.messages, usage.free_count, usage.paid_count, usage.amount)


def by_reference_prefix(tenant_id: int, prefix: str) -> Total:
    """The sums over entries whose reference begins with `prefix`, such as `broadcast:7/`."""
    return LedgerEntry.objects.referring_to(tenant_id, prefix).total()


def by_owners(tenant_id: int, owners: Iterable[str]) -> dict[str, Total]:
    """The sums for each owner, such as `broadcast:7`, in one query; an owner without entries is left out."""
    return LedgerEntry.objects.referring_to(tenant_id, *(f"{owner}/" for owner in owners)).totals_by_owner()


def _require_transaction() -> None:
    if not transaction.get_connection().in_atomic_block:
        raise TransactionManagementError("The ledger is written in the transaction that stores the outcome.")


def _lock(tenant_id: int, wanted: Iterable[date]) -> list[MonthUsage]:
    """The sums of these months, made where missing, locked until the transaction ends, in order of time."""
    days = sorted(wanted)
    MonthUsage.objects.bulk_create(
        [MonthUsage(tenant_id=tenant_id, month=day) for day in days], ignore_conflicts=True
    )
    rows = MonthUsage.objects.select_for_update().filter(tenant_id=tenant_id, month__in=days)
    return list(rows.order_by("month"))


def _known(tenant_id: int, entries: Sequence[NewEntry]) -> set[str]:
    rows = LedgerEntry.objects.filter(tenant_id=tenant_id, reference__in=[e.reference for e in entries])
    return set(rows.values_list("reference", flat=True))


def _book_month(usage: MonthUsage, entries: list[NewEntry], known: set[str]) -> list[LedgerEntry]:
    """Book the entries that are not known, and add them to those that are."""
    new = {entry.reference: entry for entry in entries if entry.reference not in known}
    if not new:
        return []
    known.update(new)
    tariff = plans.terms(usage.tenant_id, usage.month).tariff
    adjustments = _adjustments(usage, tariff)
    rows = []
    for entry in new.values():
        price = price_accepted(tariff, usage.messages, entry.messages)
        rows.append(_row(usage, entry, price, tariff.currency))
        usage.count(entry.messages, price)
    _store(usage, adjustments + rows)
    return rows


def _row(usage: MonthUsage, entry: NewEntry, price: Price, currency: str) -> LedgerEntry:
    return LedgerEntry(
        tenant_id=usage.tenant_id,
        kind=entry.kind,
        reference=entry.reference,
        label=entry.label,
        month=usage.month,
        accepted_at=entry.accepted_at,
        messages=entry.messages,
        sent_before=usage.messages,
        free_count=price.free_count,
        paid_count=price.paid_count,
        parts=parts_to_json(price.parts),
        amount=price.amount,
        currency=currency,
    )


def _store(usage: MonthUsage, rows: list[LedgerEntry]) -> None:
    if rows:
        LedgerEntry.objects.bulk_create(rows)
        usage.save(update_fields=["messages", "free_count", "paid_count", "amount"])


def _adjustments(usage: MonthUsage, tariff: Tariff) -> list[LedgerEntry]:
    """Two entries that take the month's messages back and book them at this tariff; none if sums agree."""
    due = price_accepted(tariff, 0, usage.messages)
    if usage.agrees_with(due):
        return []
    messages = usage.messages
    rows = []
    for count, price in ((-messages, _taken_back(usage)), (messages, due)):
        reference, label = f"pricing/{uuid4()}", _("Priced again")
        entry = NewEntry(LedgerEntry.Kind.ADJUSTMENT, reference, label, count, timezone.now())
        rows.append(_row(usage, entry, price, tariff.currency))
        usage.count(count, price)
    return rows


def _taken_back(usage: MonthUsage) -> Price:
    """All that is booked in the month, negated."""
    counts: Counter[tuple] = Counter()
    for parts in LedgerEntry.objects.of_month(usage.tenant_id, usage.month).values_list("parts", flat=True):
        for part in parts_from_json(parts):
            counts[part.kind, part.unit_price] -= part.count
    return Price(tuple(Part(kind, n, unit_price) for (kind, unit_price), n in counts.items() if n))
