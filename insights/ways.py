"""How far people come along the steps of a funnel: one statement over the timeline.

Strict order: each step is a later event than the one before it, by the clock; two events of one moment are
no order. What happens in between does not matter. The last step that counts lies within the window from the
first. Somebody may begin several times in the period: they count once, by the beginning from which they came
farthest, and of those by the earliest.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from insights import sides
from insights.sides import FriendSide
from segments import services as segments
from segments.leaves import Query
from segments.models import Segment
from segments.types import occurrences
from segments.types.occurrences import both, rows, which
from surveys.results import narrowing

# Each event knows the times of the steps that follow it soonest, itself first: among lists of times the
# least is the one that begins first, and with the beginning the rest is settled.
LATER = """WINDOW later AS (PARTITION BY friend_id ORDER BY at DESC
RANGE BETWEEN UNBOUNDED PRECEDING AND '1 microsecond'::interval PRECEDING)"""
FARTHEST = """
WITH walked AS MATERIALIZED (
    SELECT DISTINCT ON (friend_id) friend_id, ways.times,
           (SELECT count(*) FROM unnest(ways.times) step (at)
            WHERE step.at <= ways.times[1] + %s)::int AS depth
    FROM ({ways}) ways
    WHERE ways.is_0 AND ways.at >= %s AND ways.at < %s {among}
    ORDER BY friend_id, depth DESC, ways.at),
base AS (SELECT friend_id AS id, friend_id FROM walked),
side AS ({side}),
told AS (
    SELECT walked.*, NULL AS key, TRUE AS is_all FROM walked
    UNION ALL
    SELECT walked.*, side.key, FALSE FROM walked JOIN side ON side.id = walked.friend_id)
SELECT is_all, key, step, count(*) FILTER (WHERE depth >= step),
       percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM times[step] - times[step - 1]))
           FILTER (WHERE depth >= step AND step > 1)
FROM told CROSS JOIN generate_series(1, %s) step GROUP BY 1, 2, 3"""
NO_SIDE = "SELECT NULL::int AS id, NULL::text AS key WHERE FALSE"


@dataclass(frozen=True)
class Step:
    event: str
    where: list[dict] | None = None

    def condition(self) -> Query:
        return which(self.event, self.where)


@dataclass(frozen=True)
class Asked:
    """Who began on these days of the client's calendar; `window` from the first step to the last."""

    steps: Sequence[Step]
    first: date
    last: date
    window: timedelta
    segment: Segment | None = None
    side: str = ""

    def moments(self) -> tuple[datetime, datetime]:
        start, end = (
            datetime.combine(day, time.min, sides.zone())
            for day in (self.first, self.last + timedelta(days=1))
        )
        return start, end


@dataclass(frozen=True)
class Reached:
    """`people` came to this step; `wait` is the median time since the step before."""

    people: int
    wait: timedelta | None


@dataclass(frozen=True)
class Way:
    """How far some people came: of everybody (`key` None), or of one group of a side."""

    key: str | None
    words: str
    steps: list[Reached]

    @property
    def begun(self) -> int:
        return self.steps[0].people

    def of_before(self, place: int) -> float | None:
        """The share of those at the step before who went on to this one, counted from 0."""
        before = self.steps[place - 1].people if place else 0
        return self.steps[place].people / before if before else None

    def of_first(self, place: int) -> float | None:
        return self.steps[place].people / self.begun if self.begun else None

    @property
    def whole(self) -> float | None:
        """The share of those who began who came to the end."""
        return self.of_first(len(self.steps) - 1)


@dataclass(frozen=True)
class Walked:
    asked: Asked
    whole: Way
    parts: list[Way]
    side: FriendSide | None


def of(asked: Asked) -> Walked:
    """Raises InvalidTree if the segment cannot be asked any more. A side that is gone breaks nothing down."""
    side = sides.of(asked.side) if asked.side else None
    if side:
        side = sides.limited(side, sides.base(asked.segment))
    told: dict[tuple[bool, str | None], list[Reached]] = {}
    for is_all, key, _step, people, seconds in sorted(_rows(asked, side), key=lambda row: row[2]):
        wait = None if seconds is None else timedelta(seconds=round(float(seconds)))
        told.setdefault((is_all, key), []).append(Reached(people, wait))
    nobody = [Reached(0, None)] * len(asked.steps)
    words = dict(side.side.choices) if side else {}
    parts = [
        Way(key, words.get(key or "", key or ""), steps)
        for (is_all, key), steps in told.items()
        if not is_all
    ]
    parts.sort(key=lambda way: (way.key == sides.OTHERS, -way.begun, way.words))
    return Walked(asked, Way(None, "", told.get((True, None), nobody)), parts, side)


def _rows(asked: Asked, side: FriendSide | None) -> list[tuple]:
    start, end = asked.moments()
    ways, params = _ways(asked, start, end)
    among, members = "", []
    if asked.segment:
        among, members = "AND ways.friend_id = ANY(%s)", [list(segments.members(asked.segment.tree))]
    told = side.side.query if side else Query(NO_SIDE, [])
    query = FARTHEST.format(ways=ways, among=among, side=told.sql)
    given = [asked.window, *params, start, end, *members, *told.params, len(asked.steps)]
    return narrowing.rows(query, given)


def _ways(asked: Asked, start: datetime, end: datetime) -> Query:
    """Every event that is a step, with `times`: its own, and those of the steps that follow the first."""
    found = _events(asked, start, end)
    last = len(asked.steps) - 1
    for place in reversed(range(len(asked.steps))):
        if place == last:
            told = "CASE WHEN is_{0} THEN ARRAY[at] END"
        else:
            told = (
                "CASE WHEN is_{0} THEN at || coalesce(min(times_{1}) OVER later, ARRAY[]::timestamptz[]) END"
            )
        column = told.format(place, place + 1)
        name = "times" if place == 0 else f"times_{place}"
        window = "" if place == last else LATER
        found = Query(f"SELECT *, {column} AS {name} FROM ({found.sql}) AS event {window}", found.params)  # noqa: S608
    return found


def _events(asked: Asked, start: datetime, end: datetime) -> Query:
    flags = [step.condition() for step in asked.steps]
    values = [value for flag in flags for value in flag.params]
    any_step = Query(f"({' OR '.join(flag.sql for flag in flags)})", values)
    stretch = Query("event.at >= %s AND event.at < %s", [start, end + asked.window + timedelta(seconds=1)])
    told = "".join(f", ({flag.sql}) AS is_{place}" for place, flag in enumerate(flags))
    return rows(both(any_step, stretch), Query(f", event.at{told}", values))


def words_of(steps: Sequence[Step]) -> list[str]:
    """Such as “Viewed (Product: 化粧水)”."""
    known: dict[str, Any] = {
        "labels": occurrences.labels_of(step.event for step in steps),
        "names": occurrences.names_in(step.where for step in steps),
    }
    return [occurrences.event_words(step.event, step.where, known) for step in steps]
