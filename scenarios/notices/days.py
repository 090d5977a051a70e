"""The last days in Japan: what was asked of LINE, what was delivered, and what LINE counts."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import TruncDate

from billing.reconciling.facts import JAPAN, midnight
from scenarios.models import NoticeDay, NoticeSend

SHOWN = timedelta(days=14)


@dataclass(frozen=True)
class Day:
    """`asked` by the day of the request, `delivered` by that of delivery; `by_line` None: not counted yet."""

    day: date
    asked: int = 0
    delivered: int = 0
    unknown: int = 0
    by_line: int | None = None

    @property
    def difference(self) -> int | None:
        return None if self.by_line is None else self.by_line - self.delivered


def recent(now: datetime) -> list[Day]:
    """Those of the last two weeks on which there is anything, the newest first."""
    since = now.astimezone(JAPAN).date() - SHOWN
    tried = NoticeSend.objects.filter(first_tried_at__gte=midnight(since))
    asked = {day: (count, unknown) for day, count, unknown in _by_day(tried, "first_tried_at")}
    arrived = NoticeSend.objects.delivered_since(midnight(since))
    delivered = {day: count for day, count, _unknown in _by_day(arrived, "delivered_at")}
    lines = {row.day: row.count for row in NoticeDay.objects.filter(day__gte=since)}
    return [
        Day(day, *_pair(asked, day, delivered), lines.get(day))
        for day in sorted({*asked, *delivered, *lines}, reverse=True)
    ]


def _pair(asked: dict[date, tuple[int, int]], day: date, delivered: dict[date, int]) -> tuple[int, int, int]:
    count, unknown = asked.get(day, (0, 0))
    return count, delivered.get(day, 0), unknown


def _by_day(notices: QuerySet[NoticeSend], moment: str) -> list[tuple[date, int, int]]:
    days = notices.order_by().annotate(day=TruncDate(moment, tzinfo=JAPAN)).values_list("day")
    is_unknown = Q(state=NoticeSend.State.UNKNOWN)
    return list(days.annotate(count=Count("pk"), unknown=Count("pk", filter=is_unknown)))
