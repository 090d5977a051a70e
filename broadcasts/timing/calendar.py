"""The calendar: all sends of some days, and what the plan leaves at the end of each."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Q
from django.utils import timezone

from accounts import current
from billing import ledger, months, quota
from billing.models import Total
from billing.pricing import price_accepted
from billing.quota import QuotaStatus
from broadcasts.models import Broadcast, Series
from broadcasts.timing import dates, wishes
from broadcasts.timing.dates import Date
from segments.models import SegmentSize

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Entry:
    """A send, or a date of a series of which nothing is made yet.

    `planned` is how many messages it will still need, None if nobody has reckoned; `sent` how many it has.
    """

    at: datetime
    name: str
    planned: int | None
    sent: int
    broadcast: Broadcast | None = None
    coming: Date | None = None
    cost: Total = Total()  # of what was sent

    @property
    def is_movable(self) -> bool:
        """Whether its time may still be changed."""
        return self.broadcast is None or not self.broadcast.is_over and not self.broadcast.started_at

    @property
    def planned_on(self) -> date | None:
        """The day of its series that it is for."""
        row = getattr(self.broadcast, "series_date", None)
        return self.coming.planned_on if self.coming else row.planned_on if row else None

    @property
    def series(self) -> int | None:
        """The number of the series that it is of."""
        return self.broadcast.series_id if self.broadcast else self.coming.series.pk if self.coming else None


@dataclass
class Day:
    """`remaining` is what will be left of the month's messages at its end; None: no limit known, or the month
    is over. `to_cost` is what its planned messages will cost at their place in the month; `currency` is empty
    where the month has no prices."""

    day: date
    entries: list[Entry] = field(default_factory=list)
    remaining: int | None = None
    to_cost: Total = Total()
    currency: str = ""

    @property
    def planned(self) -> int:
        return sum(entry.planned or 0 for entry in self.entries)

    @property
    def sent(self) -> int:
        return sum(entry.sent for entry in self.entries)

    @property
    def month(self) -> date:
        return self.day.replace(day=1)

    @property
    def cost(self) -> Total:
        """What was sent has cost, and what is planned will."""
        return sum((entry.cost for entry in self.entries), self.to_cost)

    @property
    def is_exceeded(self) -> bool:
        return self.remaining is not None and self.remaining < 0


def messages_to_come(at: datetime) -> int:
    """What series will still need in the month of `at`, for dates of which nothing is made yet."""
    zone = ZoneInfo(current.tenant().time_zone)
    start, end = months.span(months.month_of(at, zone), zone)
    return sum(entry.planned or 0 for entry in _to_come(start, end))


def days(first: date, last: date) -> list[Day]:
    """Every day from `first` to `last`, in a number of queries that does not grow with the sends."""
    zone = ZoneInfo(current.tenant().time_zone)
    start, end = (datetime(day.year, day.month, day.day, tzinfo=zone) for day in (first, last + DAY))
    found = {first + number * DAY: Day(first + number * DAY) for number in range((last - first).days + 1)}
    entries = _entries(min(start, months.span(first.replace(day=1), zone)[0]), end)
    for entry in entries:
        if day := found.get(entry.at.astimezone(zone).date()):
            day.entries.append(entry)
    _reckon(found, entries, zone)
    return list(found.values())


def _entries(start: datetime, end: datetime) -> list[Entry]:
    made = _broadcasts(start, end)
    sent = ledger.by_owners(current.tenant().pk, [each.ledger_owner for each in made])
    sizes = _sizes(made)
    shown = [_of_broadcast(each, sent.get(each.ledger_owner, Total()), sizes) for each in made]
    return sorted([*shown, *_to_come(start, end)], key=lambda entry: (entry.at, entry.name))


def _broadcasts(start: datetime, end: datetime) -> list[Broadcast]:
    """All that have left or are meant to in this time; patterns never leave."""
    has_left = Q(started_at__gte=start, started_at__lt=end)
    is_meant = Q(started_at=None, send_at__gte=start, send_at__lt=end)
    rows = Broadcast.objects.filter(has_left | is_meant).exclude(rules__status__in=wishes.STARTED)
    columns = ["name", "status", "send_at", "started_at", "audience_count", "estimated_count", "segment_id"]
    rows = rows.select_related("series_date").only(*columns, "series_id", "series_date__planned_on")
    return list(rows.order_by("pk"))


def _of_broadcast(broadcast: Broadcast, cost: Total, sizes: dict[int, int]) -> Entry:
    at = broadcast.started_at or broadcast.send_at
    assert at is not None  # it was looked for by one of them
    people = broadcast.audience_count or broadcast.estimated_count or sizes.get(broadcast.segment_id)
    planned = 0 if broadcast.is_over else None if people is None else max(0, people - cost.messages)
    return Entry(at, broadcast.name, planned, cost.messages, broadcast, cost=cost)


def _sizes(broadcasts: Iterable[Broadcast]) -> dict[int, int]:
    """Of segments of drafts for which nobody has reckoned yet: as they were counted last."""
    unknown = {each.segment_id for each in broadcasts if each.estimated_count is None and not each.started_at}
    rows = (
        SegmentSize.objects.filter(segment__in=unknown).order_by("segment_id", "-day").distinct("segment_id")
    )
    return dict(rows.values_list("segment_id", "total"))


def _to_come(start: datetime, end: datetime) -> Iterable[Entry]:
    """Dates of series of which no broadcast is made yet."""
    start = max(start, timezone.now())
    going_on = Series.objects.going_on().select_related("pattern").prefetch_related("dates__broadcast")
    sizes = _sizes([series.pattern for series in going_on if series.pattern])
    for series in going_on:
        rows = {row.planned_on: row for row in series.dates.all()}
        people = _people(series.pattern, sizes) if series.pattern else None
        for each in dates.between(series, start, end, rows):
            if each.broadcast is None and not each.is_skipped:
                yield Entry(each.at, str(series), people, 0, coming=each)


def _people(pattern: Broadcast, sizes: dict[int, int]) -> int | None:
    return pattern.estimated_count or sizes.get(pattern.segment_id)


def _reckon(found: dict[date, Day], entries: list[Entry], zone: ZoneInfo) -> None:
    """What is left at the end of each day of this month and later ones, and what its planned messages cost.

    Left is what is left now, less what is planned until then; of a day that has passed, more by what was sent
    since.
    """
    now = timezone.now()
    today = now.astimezone(zone).date()
    statuses: dict[date, QuotaStatus] = {}
    for day in found.values():
        month = day.day.replace(day=1)
        if month < today.replace(day=1):
            continue
        if month not in statuses:
            statuses[month] = quota.status(current.tenant().pk, max(now, months.span(month, zone)[0]))
        _reckon_day(day, statuses[month], entries, today, zone)


def _reckon_day(day: Day, status: QuotaStatus, entries: list[Entry], today: date, zone: ZoneInfo) -> None:
    if status.remaining is not None:
        day.remaining = status.remaining + _until(entries, status.month, day.day, today, zone)
    if status.terms.plan and day.day >= today:
        until, before = (
            _planned(entries, status.month, last, today, zone) for last in (day.day, day.day - DAY)
        )
        price = price_accepted(status.terms.tariff, status.used + before, until - before)
        day.to_cost = Total(until - before, price.free_count, price.paid_count, price.amount)
        day.currency = status.terms.tariff.currency


def _planned(entries: list[Entry], first: date, last: date, today: date, zone: ZoneInfo) -> int:
    """Messages planned from `first` to `last`; what is overdue counts today."""
    due = ((max(entry.at.astimezone(zone).date(), today), entry.planned or 0) for entry in entries)
    return sum(planned for day, planned in due if first <= day <= last)


def _until(entries: list[Entry], month: date, last: date, today: date, zone: ZoneInfo) -> int:
    """By how much the messages left at the end of `last` differ from those left now."""
    change = 0
    for entry in entries:
        day = entry.at.astimezone(zone).date()
        if last < day <= today:
            change += entry.sent
    return change - _planned(entries, month, last, today, zone)
