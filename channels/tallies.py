"""Events and failures by the hour, counted as they are handled, so that no page has to count the log."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.utils import timezone

from accounts import current
from channels.models import HourOfEvents

HOUR = timedelta(hours=1)
ADD = """
    INSERT INTO public.channels_hourofevents AS hour
        (tenant_id, hour, event_count, failed_count, quarantined_count)
    VALUES (%s, date_trunc('hour', clock_timestamp()), %s, %s, %s)
    ON CONFLICT (tenant_id, hour) DO UPDATE
    SET event_count = hour.event_count + excluded.event_count,
        failed_count = hour.failed_count + excluded.failed_count,
        quarantined_count = hour.quarantined_count + excluded.quarantined_count
"""


@dataclass(frozen=True)
class Tally:
    """What was handled since a moment; `start` is that moment, or the beginning of the hour."""

    start: datetime
    events: int = 0
    failed: int = 0
    quarantined: int = 0


def add(*, events: int = 0, failed: int = 0, quarantined: int = 0) -> None:
    """Count for the present tenant and hour, in the caller's transaction."""
    if events or quarantined:
        with connection.cursor() as cursor:
            cursor.execute(ADD, [current.tenant().pk, events, failed, quarantined])


def by_hour(hours: int) -> list[Tally]:
    """The last so many hours of the present tenant, oldest first, the present one last."""
    now = timezone.now()
    this_hour = now - timedelta(minutes=now.minute, seconds=now.second, microseconds=now.microsecond)
    starts = [this_hour - HOUR * ago for ago in reversed(range(hours))]
    rows = HourOfEvents.objects.filter(tenant=current.tenant().pk, hour__gte=starts[0])
    found = {row.hour: row for row in rows}
    return [_tally(start, found.get(start)) for start in starts]


def total(hours: Iterable[Tally]) -> Tally:
    """All of them together."""
    each = list(hours)
    return Tally(
        each[0].start,
        sum(hour.events for hour in each),
        sum(hour.failed for hour in each),
        sum(hour.quarantined for hour in each),
    )


def _tally(start: datetime, row: HourOfEvents | None) -> Tally:
    if row is None:
        return Tally(start)
    return Tally(start, row.event_count, row.failed_count, row.quarantined_count)
