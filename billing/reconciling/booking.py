"""Keeping LINE's counts, and booking what differs: what others sent, and where our own count was wrong."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from billing import ledger, months
from billing.ledger import NewEntry
from billing.models import DayCount, LedgerEntry
from billing.reconciling import facts, words
from billing.reconciling.comparing import Gap
from billing.reconciling.facts import CORRECTION, JAPAN, NOTHING, OUTSIDE, Booked

CORRECTED_AFTER = timedelta(days=4)  # LINE calls its counts approximate: each day is asked for once more
NOON = time(12)  # whatever its time zone, most of a client's day is Japan's


def due(tenant_id: int, *, since: date, today: date) -> list[date]:
    """The days from `since` until yesterday that LINE is to be asked for, the oldest first: those never
    counted, and those to be asked for once more.
    """
    yesterday = today - facts.A_DAY
    read = {
        row.day: row
        for row in DayCount.objects.between(tenant_id, since, yesterday)
        if not _is_due(row, today)
    }
    days = [since + facts.A_DAY * number for number in range((yesterday - since).days + 1)]
    return [day for day in days if day not in read]


def record(tenant_id: int, day: date, counts: Mapping[str, int] | None, *, at: datetime) -> None:
    """Keep what LINE answered at this moment; None: it has not counted the day yet.

    An earlier answer stays if LINE does not know any more.
    """
    if counts is None:
        DayCount.objects.get_or_create(tenant_id=tenant_id, day=day, defaults={"read_at": at})
        return
    told = {"counts": dict(counts), "is_ready": True, "read_at": at}
    DayCount.objects.update_or_create(tenant_id=tenant_id, day=day, defaults=told)


def book(tenant_id: int, first: date, last: date, *, at: datetime) -> int:
    """Book what differs on the days from first to last and is not booked yet; how many entries that took.

    Each day in one transaction. Repeating it changes nothing until LINE's counts or ours change; then only
    the change is booked. Of the present tenant.
    """
    gaps, booked = facts.compared(tenant_id, first, last), facts.booked(tenant_id, first, last)
    open_days = [
        day
        for day, found in gaps.items()
        if not all(booked.get((day, gap.name), NOTHING).settles(gap) for gap in found)
    ]
    count = sum(_book_day(tenant_id, day, at) for day in open_days)
    agreeing = DayCount.objects.between(tenant_id, first, last).filter(is_ready=True)
    agreeing.update(booked_at=at)
    return count


def is_counted(tenant_id: int, month: date) -> bool:
    """Whether LINE's count of every day of the month is known and booked, so that its sums hardly move."""
    last = (month + timedelta(days=31)).replace(day=1) - facts.A_DAY
    counted = DayCount.objects.between(tenant_id, month, last).filter(is_ready=True)
    return counted.exclude(booked_at=None).count() == last.day


@transaction.atomic
def _book_day(tenant_id: int, day: date, at: datetime) -> int:
    """Both sides are read again under the day's lock, which another worker may have held."""
    if not DayCount.objects.select_for_update().filter(tenant_id=tenant_id, day=day).first():
        return 0
    booked = facts.booked(tenant_id, day, day)
    entries = [
        entry
        for gap in facts.compared(tenant_id, day, day)[day]
        if gap.is_bookable
        for entry in _entries(day, gap, booked.get((day, gap.name), NOTHING))
    ]
    return ledger.post(tenant_id, _that_fit(tenant_id, entries)).count if entries else 0


def _that_fit(tenant_id: int, entries: list[NewEntry]) -> list[NewEntry]:
    """Without taking back more than the month holds, as where a person has taken it back already."""
    month = months.month_of(entries[0].accepted_at, months.zone_of(tenant_id))
    present = ledger.lock_month(tenant_id, month).messages
    fitting: list[NewEntry] = []
    for entry in sorted(entries, key=lambda entry: -entry.messages):
        if messages := max(entry.messages, -present):
            fitting.append(replace(entry, messages=messages))
            present += messages
    return fitting


def _entries(day: date, gap: Gap, booked: Booked) -> Iterator[NewEntry]:
    """What takes the ledger from what is booked to what the gap needs."""
    if more := gap.outside - booked.outside:
        yield NewEntry(
            kind=LedgerEntry.Kind.OUTSIDE,
            reference=f"{OUTSIDE}:{day}/{gap.name}/{booked.outside_entries + 1}",
            label=_("Sent outside Musubi"),
            messages=more,
            accepted_at=datetime.combine(day, NOON, JAPAN),
            reason=words.reason(day, gap),
        )
    if more := gap.correction - booked.correction:
        yield NewEntry(
            kind=LedgerEntry.Kind.ADJUSTMENT,
            reference=f"{CORRECTION}:{day}/{gap.name}/{booked.correction_entries + 1}",
            label=_("By LINE’s count of the day"),
            messages=more,
            accepted_at=datetime.combine(day, NOON, JAPAN),
            reason=words.reason(day, gap),
        )


def _is_due(row: DayCount, today: date) -> bool:
    if not row.is_ready:
        return True
    again_on = row.day + CORRECTED_AFTER
    return row.read_at.astimezone(JAPAN).date() < again_on <= today
