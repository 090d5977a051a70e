"""Early blocks: of those who became friends in a month, how many had blocked the account soon after.

Counted from the timeline: a follow by somebody new, and the first block after it. A share is of those whose
time is over; while it is not, nobody can say whether they will block.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import connection

PERIODS = (timedelta(hours=24), timedelta(days=7), timedelta(days=30))
# Two plain joins, since a million rows pass through each; months by their bounds, since reckoning each row's
# local time costs more than the joins.
FOLLOWS = """
SELECT arrival.route_id, width_bucket(follow.at, %(months)s::timestamptz[]), count(*), {over}
FROM events_event follow
{join} routes_arrival arrival ON arrival.friend_id = follow.friend_id AND arrival.followed_at = follow.at
WHERE follow.type = 'followed' AND follow.at >= %(since)s AND follow.at <= %(now)s {only}
GROUP BY 1, 2
"""
BLOCKS = """
SELECT arrival.route_id, width_bucket(early.at, %(months)s::timestamptz[]), {blocked}
FROM (
    SELECT follow.friend_id, follow.at, min(block.at) - follow.at AS after
    FROM events_event follow
    JOIN events_event block ON block.friend_id = follow.friend_id AND block.type = 'blocked'
        AND block.at > follow.at AND block.at <= follow.at + %(longest)s
    WHERE follow.type = 'followed' AND follow.at >= %(since)s AND follow.at <= %(now)s
    GROUP BY 1, 2
) early
{join} routes_arrival arrival ON arrival.friend_id = early.friend_id AND arrival.followed_at = early.at
{only}
GROUP BY 1, 2
"""
OVER = "count(*) FILTER (WHERE follow.at <= %(now)s - %(period{0})s)"
BLOCKED = "count(*) FILTER (WHERE early.after <= %(period{0})s AND early.at <= %(now)s - %(period{0})s)"


@dataclass(frozen=True)
class Period:
    """`over`: people whose period is over; `blocked`: those of them who blocked the account within it."""

    over: int
    blocked: int

    def __add__(self, other: "Period") -> "Period":
        return Period(self.over + other.over, self.blocked + other.blocked)


@dataclass(frozen=True)
class Cohort:
    """Those who became friends by one route (None: it is not known which) in one month."""

    route_id: int | None
    month: date | None
    new: int
    periods: tuple[Period, ...]

    def __add__(self, other: "Cohort") -> "Cohort":
        periods = tuple(mine + theirs for mine, theirs in zip(self.periods, other.periods, strict=True))
        month = self.month if self.month == other.month else None
        return Cohort(self.route_id, month, self.new + other.new, periods)

    @property
    def cells(self) -> list[tuple[int | None, int, int]]:
        """For each period: how many blocked (None: not yet known), of how many, how many are still open."""
        return [
            (each.blocked if each.over else None, each.over, self.new - each.over) for each in self.periods
        ]


def of_months(
    months: list[date], zone: ZoneInfo, *, now: datetime, route_id: int | None = None
) -> list[Cohort]:
    """Every route with new friends in each of these months (their first days), or one route alone.

    The newest month and the largest route come first.
    """
    bounds = [datetime.combine(month, time.min, zone) for month in sorted(months)]
    given: dict[str, object] = {"months": bounds, "since": bounds[0], "now": now, "longest": PERIODS[-1]}
    given |= {f"period{number}": period for number, period in enumerate(PERIODS)} | {"route": route_id}
    blocked = {(route, month): numbers for route, month, *numbers in _ask(BLOCKS, given)}
    none = [0] * len(PERIODS)
    found = [
        _cohort(route, bounds[month - 1].date(), new, over, blocked.get((route, month), none))
        for route, month, new, *over in _ask(FOLLOWS, given)
    ]
    return sorted(found, key=lambda cohort: (cohort.month, cohort.new), reverse=True)


def by_route(cohorts: Iterable[Cohort]) -> list[Cohort]:
    """One for each route, over all months; the unknown route last."""
    sums: dict[int | None, Cohort] = {}
    for cohort in cohorts:
        before = sums.get(cohort.route_id)
        sums[cohort.route_id] = before + cohort if before else cohort
    return sorted(sums.values(), key=lambda cohort: (cohort.route_id is None, -cohort.new))


def total(cohorts: Iterable[Cohort]) -> Cohort:
    """All together, also of none."""
    nobody = Cohort(None, None, 0, (Period(0, 0),) * len(PERIODS))
    return sum(cohorts, start=nobody)


def _ask(question: str, given: dict) -> list[tuple]:
    is_one = given["route"] is not None
    numbers = range(len(PERIODS))
    parts = {
        "over": ", ".join(OVER.format(number) for number in numbers),
        "blocked": ", ".join(BLOCKED.format(number) for number in numbers),
        "join": "JOIN" if is_one else "LEFT JOIN",
        "only": "AND arrival.route_id = %(route)s" if is_one else "",
    }
    with connection.cursor() as cursor:
        cursor.execute(question.format(**parts), given)
        return cursor.fetchall()


def _cohort(route_id: int | None, month: date, new: int, over: list[int], blocked: list[int]) -> Cohort:
    return Cohort(route_id, month, new, tuple(map(Period, over, blocked)))
