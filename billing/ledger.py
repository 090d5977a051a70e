"""Where whoever sends books what LINE accepted, in the transaction that stores the outcome."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from uuid import uuid4

from django.db import transaction
from django.db.transaction import TransactionManagementError
from django.utils import timezone

from accounts.models import User
from billing import months, plans, repricing
from billing.budgeting import watching
from billing.models import LedgerEntry, MonthUsage, Total, parts_to_json
from billing.pricing import Price
from billing.repricing import MonthPrices

KIND = LedgerEntry.Kind


@dataclass(frozen=True, slots=True)
class NewEntry:
    """Something to book. `reference` is `owner/part`; only an adjustment, or what was sent outside Musubi,
    may have messages below one."""

    kind: LedgerEntry.Kind
    reference: str
    label: str
    messages: int
    accepted_at: datetime
    reason: str = ""
    by: User | None = None


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


def post_notices(tenant_id: int, entries: Sequence[NewEntry]) -> Posted:
    """Book notification messages by the client's contract price, outside the plan's free messages and prices.

    LINE charges what was delivered, so book them when it says so, not when it accepts the request. Without a
    price in the month they are unplanned, at 0; `price_again` puts that right once a price is entered.
    Otherwise as `post`.
    """
    return post(tenant_id, [replace(entry, kind=KIND.NOTICE) for entry in entries])


def price_again(tenant_id: int, month: date, *, reason: str = "") -> None:
    """Adjust what is booked in the month to the plan and prices that hold now; adds nothing if it agrees.

    Each owner gets one entry with what it lacks or has too much, so that every send costs what its places
    cost. Raises TransactionManagementError outside of a transaction.
    """
    _require_transaction()
    for usage in _lock(tenant_id, [month]):
        prices = MonthPrices(usage, plans.terms(tenant_id, month))
        if not prices.hold():
            _store(usage, prices, _corrections(prices, reason))


def month_total(tenant_id: int, month: date) -> Total:
    """The sums of the plan's messages in the month that begins on this day; notification messages apart."""
    usage = _usage(tenant_id, month)
    return Total(usage.messages, usage.free_count, usage.paid_count, usage.amount)


def notice_total(tenant_id: int, month: date) -> Total:
    """The sums of notification messages in the month that begins on this day."""
    usage = _usage(tenant_id, month)
    count = usage.notice_count
    return Total(count, 0, count if usage.notice_amount else 0, usage.notice_amount)


def by_reference_prefix(tenant_id: int, prefix: str) -> Total:
    """The sums over entries whose reference begins with `prefix`, such as `broadcast:7/`."""
    return LedgerEntry.objects.referring_to(tenant_id, prefix).total()


def by_owners(tenant_id: int, owners: Iterable[str]) -> dict[str, Total]:
    """The sums for each owner, such as `broadcast:7`, in one query; an owner without entries is left out."""
    return LedgerEntry.objects.referring_to(tenant_id, *(f"{owner}/" for owner in owners)).totals_by_owner()


def months_booked(tenant_id: int, *, since: date | None = None) -> list[date]:
    """Months with entries, and the present one: its first may be on their way, not yet committed."""
    present = months.month_of(timezone.now(), months.zone_of(tenant_id))
    booked = MonthUsage.objects.filter(tenant_id=tenant_id).values_list("month", flat=True)
    return sorted(month for month in {*booked, present} if since is None or month >= since)


def lock_month(tenant_id: int, month: date) -> MonthUsage:
    """The sums of the month, which nobody else changes until the transaction ends."""
    _require_transaction()
    [usage] = _lock(tenant_id, [month])
    return usage


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


def _usage(tenant_id: int, month: date) -> MonthUsage:
    found = MonthUsage.objects.filter(tenant_id=tenant_id, month=month).first()
    return found or MonthUsage(tenant_id=tenant_id, month=month)


def _known(tenant_id: int, entries: Sequence[NewEntry]) -> set[str]:
    rows = LedgerEntry.objects.filter(tenant_id=tenant_id, reference__in=[e.reference for e in entries])
    return set(rows.values_list("reference", flat=True))


def _book_month(usage: MonthUsage, entries: list[NewEntry], known: set[str]) -> list[LedgerEntry]:
    """Book the entries that are not known, and add them to those that are."""
    new = {entry.reference: entry for entry in entries if entry.reference not in known}
    if not new:
        return []
    known.update(new)
    prices = MonthPrices(usage, plans.terms(usage.tenant_id, usage.month))
    corrections = [] if prices.hold() else _corrections(prices)
    rows = [_priced(prices, entry) for entry in new.values()]
    _store(usage, prices, corrections + rows)
    return rows


def _priced(prices: MonthPrices, entry: NewEntry) -> LedgerEntry:
    """The entry at the next place of its month."""
    is_notice = entry.kind == KIND.NOTICE
    price_of = prices.of_notices if is_notice else prices.of_next
    return _counted(prices, entry, price_of(entry.messages))


def _corrections(prices: MonthPrices, reason: str = "") -> list[LedgerEntry]:
    """One entry of no messages for each owner that these prices change."""
    now, labels = timezone.now(), repricing.labels(prices.usage)
    rows = []
    for owner, is_notice, currency, price in repricing.differences(prices):
        kind = KIND.NOTICE if is_notice else KIND.ADJUSTMENT
        reference = f"{owner}/pricing:{uuid4()}"
        entry = NewEntry(kind, reference, labels[owner], 0, now, reason)
        rows.append(_counted(prices, entry, price, currency))
    return rows


def _counted(prices: MonthPrices, entry: NewEntry, price: Price, currency: str = "") -> LedgerEntry:
    """The row of an entry, its price added to the sums of its month."""
    usage, is_notice = prices.usage, entry.kind == KIND.NOTICE
    row = LedgerEntry(
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
        currency=currency or prices.currency(is_notice=is_notice),
        price_table=None if is_notice else prices.terms.table,
        reason=entry.reason,
        created_by=entry.by,
    )
    count = usage.count_notices if is_notice else usage.count
    count(entry.messages, price)
    return row


def _store(usage: MonthUsage, prices: MonthPrices, rows: list[LedgerEntry]) -> None:
    LedgerEntry.objects.bulk_create(rows, batch_size=2_000)
    usage.price_table = prices.terms.table
    usage.save(
        update_fields=[
            *("messages", "free_count", "paid_count", "amount"),
            *("notice_count", "notice_amount", "price_table"),
        ]
    )
    watching.call(usage.tenant_id)
