"""How many friends are in each segment, day by day: counted as soon as a day of the client's is over.

A day at whose end nobody counted stays a gap: nothing is worked out afterwards.
"""

import logging
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Exists, OuterRef, QuerySet

from accounts import board
from friends import charts
from friends.charts import Chart
from segments import services
from segments.errors import InvalidTree
from segments.leaves import Moment
from segments.models import Segment, SegmentSize

logger = logging.getLogger(__name__)
KIND = "segment_sizes"
IN_TIME = timedelta(hours=3)  # a count so long after midnight still stands for the day before
LINE = "total"


@dataclass(frozen=True)
class History:
    """Sizes of a segment, oldest first, drawn; `changes` are the places on the drawing, from 0 to 100, of the
    days on which its conditions changed."""

    sizes: list[SegmentSize]
    chart: Chart | None
    changes: list[float]

    @property
    def newest_first(self) -> list[SegmentSize]:
        return self.sizes[::-1]

    @property
    def lines(self) -> list[str]:
        """Points of polylines; a single day is a line of no length, which shows as a dot."""
        parts = self.chart.lines[LINE] if self.chart else []
        return [part if " " in part else f"{part} {part}" for part in parts]


def begin() -> None:
    """Have segments without a size counted soon, and all at the end of each day."""
    board.call(KIND)


def keep(go_on: Callable[[], bool]) -> datetime | None:
    """Count what is due while `go_on`; when to come back: None without segments."""
    moment = Moment.present()
    for segment, day in _due(moment):
        if not go_on():
            return moment.now
        _count(segment, day)
    return moment.day_ends() if Segment.objects.exists() else None


def history(segment: Segment, days: int) -> History:
    """The sizes of the last days, of which today's is not final."""
    first = Moment.present().day_begins(days).date()
    return _drawn(list(segment.sizes.filter(day__gt=first).order_by("day")))


def histories(segments: Collection[Segment], days: int) -> dict[int, History]:
    """The same for several, by number; one query."""
    first = Moment.present().day_begins(days).date()
    found: dict[int, list[SegmentSize]] = {segment.pk: [] for segment in segments}
    for size in SegmentSize.objects.filter(segment__in=found, day__gt=first).order_by("day"):
        found[size.segment_id].append(size)
    return {pk: _drawn(sizes) for pk, sizes in found.items()}


def _due(moment: Moment) -> Iterator[tuple[Segment, date]]:
    midnight = moment.day_begins()
    if moment.now < midnight + IN_TIME:
        yesterday = moment.day_begins(1).date()
        for segment in _without(SegmentSize.objects.filter(day=yesterday, counted_at__gte=midnight)).filter(
            created_at__lt=midnight
        ):
            yield segment, yesterday
    for segment in _without(SegmentSize.objects.all()):
        yield segment, midnight.date()


def _without(sizes: QuerySet[SegmentSize]) -> QuerySet[Segment]:
    return Segment.objects.filter(~Exists(sizes.filter(segment=OuterRef("pk"))))


def _count(segment: Segment, day: date) -> None:
    try:
        counted = services.count(segment.tree)
    except InvalidTree as error:  # what it stands for has changed: its page says so
        logger.warning("segments.not_counted", extra={"segment": segment.pk, "path": error.path})
        return
    facts = {"total": counted.total, "reachable": counted.reachable, "version": segment.version}
    SegmentSize.objects.update_or_create(
        segment=segment, day=day, defaults=facts | {"counted_at": Moment.present().now}
    )


def _drawn(sizes: list[SegmentSize]) -> History:
    if not sizes:
        return History([], None, [])
    first, last = sizes[0].day, sizes[-1].day
    every = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    days: dict[date, dict[str, int | None]] = {day: {LINE: None} for day in every}
    days |= {size.day: {LINE: size.total} for size in sizes}
    changed = [
        after.day for before, after in zip(sizes, sizes[1:], strict=False) if before.version != after.version
    ]
    span = max((last - first).days, 1)
    return History(
        sizes, charts.draw(days, [LINE]), [charts.WIDTH * (day - first).days / span for day in changed]
    )
