"""Early blocks: of those who became friends in a month, how many had blocked the account soon after.

Counted from the timeline: a follow by somebody new, and the first block after it. A share is of those whose
time is over; while it is not, nobody can say whether they will block.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection

PERIODS = {"24h": "24 hours", "7d": "7 days", "30d": "30 days"}
COHORTS = """
WITH follow AS (
    SELECT friend_id, at FROM events_event
    WHERE type = 'followed' AND friend_id IS NOT NULL AND at >= %(since)s AND at < %(until)s
), early AS (
    SELECT follow.friend_id, follow.at, min(block.at) AS blocked_at
    FROM follow JOIN events_event block ON block.type = 'blocked' AND block.friend_id = follow.friend_id
        AND block.at > follow.at AND block.at <= follow.at + interval '30 days'
    GROUP BY 1, 2
)
SELECT arrival.route_id, date_trunc('month', follow.at AT TIME ZONE %(zone)s)::date AS month, count(*),
    {columns}
FROM follow
LEFT JOIN early USING (friend_id, at)
LEFT JOIN routes_arrival arrival ON arrival.friend_id = follow.friend_id AND arrival.followed_at = follow.at
GROUP BY 1, 2
ORDER BY 2 DESC, 3 DESC
"""
COLUMN = """count(*) FILTER (WHERE follow.at <= %(now)s - interval '{period}'),
    count(*) FILTER (WHERE follow.at <= %(now)s - interval '{period}'
                     AND early.blocked_at <= follow.at + interval '{period}')"""


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


def of_months(since: datetime, until: datetime, *, now: datetime, zone: str) -> list[Cohort]:
    """Every route and month with new friends in this time, the newest month and the largest route first."""
    columns = ",\n    ".join(COLUMN.format(period=period) for period in PERIODS.values())
    with connection.cursor() as cursor:
        given = {"since": since, "until": until, "now": now, "zone": zone}
        cursor.execute(COHORTS.format(columns=columns), given)
        return [_cohort(*row) for row in cursor.fetchall()]


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


def _cohort(route_id: int | None, month: date, new: int, *numbers: int) -> Cohort:
    pairs = zip(numbers[0::2], numbers[1::2], strict=True)
    return Cohort(route_id, month, new, tuple(Period(over, blocked) for over, blocked in pairs))
