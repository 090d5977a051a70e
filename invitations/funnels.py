"""From views to friends who are still there: how far people come, by entry point and invitation.

Counted by day of the client. What cannot be known is None: nobody sees how often a rich menu is looked at.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import connection
from django.db.models import Count, Sum
from django.db.models.functions import TruncDate
from django.utils import timezone

from invitations import counting
from invitations.models import DayOfViews, EntryPoint
from linking.models import Link, LinkAttempt

STAYED = timedelta(days=30)
# Blocks are few, so they are what is joined; one counts unless the friend came back before the 30 days were
# over. A link that was only handed on, to another customer's record or by a merger, is still a link.
LINKS = """
WITH made AS (
    SELECT id, friend_id, entry, variant, unlinked_at, ended, linked_at + %(stayed)s AS due
    FROM linking_link WHERE linked_at >= %(since)s AND linked_at < %(until)s),
gone AS (
    SELECT DISTINCT made.id
    FROM made JOIN events_event block
        ON block.friend_id = made.friend_id AND block.type = 'blocked' AND block.at <= made.due
    WHERE made.due <= %(now)s AND NOT EXISTS (
        SELECT FROM events_event back WHERE back.friend_id = made.friend_id AND back.type = 'followed'
            AND back.at > block.at AND back.at <= made.due))
SELECT entry, variant, count(*), count(*) FILTER (WHERE due <= %(now)s),
    count(*) FILTER (WHERE due <= %(now)s AND gone.id IS NULL AND friend.status <> 'unknown'
        AND (unlinked_at IS NULL OR unlinked_at > due OR ended IN ('relinked', 'merged')))
FROM made JOIN friends_friend friend ON friend.id = made.friend_id LEFT JOIN gone ON gone.id = made.id
GROUP BY 1, 2"""


@dataclass(frozen=True)
class Steps:
    """`over`: links made 30 days ago or before; `stayed`: those of them that held, the friend still there."""

    views: int | None = 0
    starts: int = 0
    completions: int = 0
    over: int = 0
    stayed: int = 0

    def __add__(self, other: "Steps") -> "Steps":
        views = None if self.views is None or other.views is None else self.views + other.views
        return Steps(
            views,
            self.starts + other.starts,
            self.completions + other.completions,
            self.over + other.over,
            self.stayed + other.stayed,
        )

    @property
    def waiting(self) -> int:
        """Links of which nobody can say yet whether they last."""
        return self.completions - self.over


@dataclass(frozen=True)
class Day:
    """One day of one entry point."""

    day: date
    views: int
    starts: int
    completions: int


Key = tuple[str, str]  # codes of entry point and invitation; both empty where there was none


def of_period(first: date, last: date) -> dict[Key, Steps]:
    """The steps of every entry point and invitation that anything happened at, in three queries."""
    since, until = bounds(first, last)
    views = DayOfViews.objects.filter(day__range=(first, last)).order_by().values_list("entry", "variant")
    starts = LinkAttempt.objects.filter(started_at__gte=since, started_at__lt=until).order_by()
    by_key = starts.values_list("entry", "variant").annotate(count=Count("pk"))
    found = {(entry, variant): Steps(views=count) for entry, variant, count in views.annotate(Sum("count"))}
    for entry, variant, count in by_key:
        found[entry, variant] = replace(found.get((entry, variant), Steps()), starts=count)
    for entry, variant, *numbers in _links(since, until):
        made = Steps(0, 0, *numbers)
        found[entry, variant] = found.get((entry, variant), Steps()) + made
    return found


def by_entry(found: dict[Key, Steps], entry_points: Iterable[EntryPoint]) -> dict[str, Steps]:
    """All invitations of each entry point together; of these also where nothing happened."""
    sums = {entry_point.code: Steps() for entry_point in entry_points}
    for (entry, _variant), steps in found.items():
        sums[entry] = sums.get(entry, Steps()) + steps
    unseen = _unseen(entry_points)
    return {entry: _known(entry, steps, unseen) for entry, steps in sums.items()}


def each(found: dict[Key, Steps]) -> dict[Key, Steps]:
    """Every entry point and invitation by itself, in order; no views where they cannot be known."""
    unseen = _unseen(EntryPoint.objects.all())
    return {key: _known(key[0], steps, unseen) for key, steps in sorted(found.items())}


def _unseen(entry_points: Iterable[EntryPoint]) -> set[str]:
    """Where LINE does not tell how often people looked; and no entry point at all."""
    return {"", *(one.code for one in entry_points if one.place == EntryPoint.Place.LINE)}


def _known(entry: str, steps: Steps, unseen: set[str]) -> Steps:
    return replace(steps, views=None) if entry in unseen and not steps.views else steps


def per_day(entry: str, first: date, last: date) -> list[Day]:
    """Every day of the period, the oldest first."""
    since, until = bounds(first, last)
    seen = DayOfViews.objects.filter(entry=entry, day__range=(first, last)).order_by()
    views = dict(seen.values_list("day").annotate(Sum("count")))
    attempts = LinkAttempt.objects.filter(entry=entry, started_at__gte=since, started_at__lt=until)
    starts = _by_day(attempts, "started_at")
    made = _by_day(Link.objects.filter(entry=entry, linked_at__gte=since, linked_at__lt=until), "linked_at")
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    return [Day(day, views.get(day, 0), starts.get(day, 0), made.get(day, 0)) for day in days]


def bounds(first: date, last: date) -> tuple[datetime, datetime]:
    """When the first of these days of the client begins, and when the last is over."""
    zone = counting.zone()
    return datetime.combine(first, time.min, zone), datetime.combine(last + timedelta(days=1), time.min, zone)


def _links(since: datetime, until: datetime) -> list[tuple]:
    given: dict[str, Any] = {
        "since": since,
        "until": until,
        "now": timezone.now(),
        "stayed": STAYED,
    }
    with connection.cursor() as cursor:
        cursor.execute(LINKS, given)
        return cursor.fetchall()


def _by_day(rows, moment: str) -> dict[date, int]:
    by_day = rows.order_by().annotate(day=TruncDate(moment, tzinfo=counting.zone())).values_list("day")
    return dict(by_day.annotate(Count("pk")))
