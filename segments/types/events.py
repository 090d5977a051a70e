"""Leaves about what people did: how often, how much, and when first or last."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Self

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from events import registry
from segments.kinds import Choice, Day, Number, Record, Text, Unfit, Whole
from segments.leaves import BEHAVIOUR, Leaf, Moment, Query, given, register
from segments.types import occurrences, windows
from segments.types.measures import Measure, having, take_nothing
from segments.types.occurrences import both, event_words, known_properties, known_types, rows, which
from segments.types.windows import Timed, Window, next_to_age, spaced

MOST_TIMES = 10_000


def _event() -> Any:
    return given(Text(60), label=gettext_lazy("Event"), options=known_types)


@dataclass(frozen=True)
class Sum:
    """The sum of a property. Only numbers count: what is none, or missing, adds nothing."""

    property: str = given(Text(60), label=gettext_lazy("Property"), options=known_properties)
    at_least: int | float | None = given(Number(), default=None, label=gettext_lazy("At least"))
    at_most: int | float | None = given(Number(), default=None, label=gettext_lazy("At most"))

    SQL = "coalesce(sum(CASE WHEN jsonb_typeof(summed) = 'number' THEN summed::numeric END), 0)"

    def check(self) -> None:
        if self.at_least is None and self.at_most is None:
            raise Unfit(_("needs at_least or at_most"))
        self.measure().check("at_least", "at_most")

    def measure(self) -> Measure:
        return Measure(self.SQL, self.at_least, self.at_most)


@dataclass(frozen=True)
class Distinct:
    """How many different values of a property there are; 1 and "1" are the same."""

    property: str = given(Text(60), label=gettext_lazy("Property"), options=known_properties)
    at_least: int | None = given(Whole(1, MOST_TIMES), default=None, label=gettext_lazy("At least"))
    at_most: int | None = given(Whole(0, MOST_TIMES), default=None, label=gettext_lazy("At most"))

    SQL = "count(told_apart)"

    def check(self) -> None:
        if self.at_least is None and self.at_most is None:
            raise Unfit(_("needs at_least or at_most"))
        self.measure().check("at_least", "at_most")

    def measure(self) -> Measure:
        return Measure(self.SQL, self.at_least, self.at_most)


class AboutEvents:
    """For leaves with one type of event and filters."""

    event: str
    where: list[dict] | None

    def topics(self) -> set[str]:
        return {"links", f"events:{registry.canonical(self.event)}"}

    @classmethod
    def look_up(cls, leaves: Sequence[Self]) -> dict:
        return {
            "labels": occurrences.labels_of(leaf.event for leaf in leaves),
            "names": occurrences.names_in(leaf.where for leaf in leaves),
        }

    def _event_words(self, known: dict) -> str:
        return event_words(self.event, self.where, known)


@register
@dataclass(frozen=True)
class Did(Timed, AboutEvents, Leaf):
    """Friends of whom an event is recorded so many times; at most 0 is "never".

    `sum` and `distinct` bound what a property of the events comes to. Who did it never has 0 of all three,
    and so is among those sought if every bound allows 0.
    """

    type = "events"
    label = gettext_lazy("What they did")
    hint = gettext_lazy("How often, how much or never, in a stretch of time")
    group = BEHAVIOUR
    fresh = {"event": "viewed", "count_at_least": 1, "within_days": 30}
    event: str = _event()
    where: list[dict] | None = occurrences.where()
    count_at_least: int | None = given(
        Whole(1, MOST_TIMES), default=None, label=gettext_lazy("Times (at least)")
    )
    count_at_most: int | None = given(
        Whole(0, MOST_TIMES), default=None, label=gettext_lazy("Times (at most)")
    )
    within_days: int | None = windows.within_days()
    days_ago_at_least: int | None = windows.days_ago_at_least()
    within_hours: int | None = windows.within_hours()
    since: str | None = windows.since()
    until: str | None = windows.until()
    sum: dict | None = given(Record(Sum), default=None, label=gettext_lazy("Sum of a property"))
    distinct: dict | None = given(
        Record(Distinct), default=None, label=gettext_lazy("Different values of a property")
    )

    def check(self) -> None:
        if not any(measure.is_asked for measure in self._measures):
            raise Unfit(_("needs count_at_least or count_at_most, or a sum or distinct"))
        self._times.check("count_at_least", "count_at_most")
        self.window.check()

    @property
    def _times(self) -> Measure:
        counted = "sum(times)" if self.distinct else "count(*)"
        return Measure(counted, self.count_at_least, self.count_at_most)

    @property
    def _measures(self) -> list[Measure]:
        sums = [self._sum()] if self.sum else []
        return [self._times, *sums, *([Distinct(**self.distinct).measure()] if self.distinct else [])]

    def _sum(self) -> Measure:
        found = Sum(**self.sum or {}).measure()
        return replace(found, sql="sum(summed)") if self.distinct else found

    @property
    def is_inverted(self) -> bool:
        """Who never did it has no row: if they are sought too, the query is for the others."""
        return take_nothing(self._measures)

    def query(self, moment: Moment) -> Query:
        doers, params = self._doers(moment)
        if [(each.least, each.most) for each in self._measures] in ([(1, None)], [(None, 0)]):
            return Query(doers, params)
        if self.distinct:
            # Each value once first: to sort every friend's values takes several times as long.
            doers = f"SELECT friend_id, told_apart, {self._per_value()} FROM ({doers}) AS doer GROUP BY 1, 2"  # noqa: S608
        fits = having(self._measures)
        sql = f"SELECT friend_id FROM ({doers}) AS doer GROUP BY friend_id HAVING {fits.sql}"  # noqa: S608
        return Query(sql, [*params, *fits.params])

    def _per_value(self) -> str:
        return f"count(*) AS times, {Sum.SQL} AS summed" if self.sum else "count(*) AS times"

    def _doers(self, moment: Moment) -> Query:
        columns = {
            "event.properties -> %s AS summed": self.sum,
            'event.properties ->> %s COLLATE "C" AS told_apart': self.distinct,
        }
        asked = {column: record["property"] for column, record in columns.items() if record}
        what = both(which(self.event, self.where), self.window.holds("event.at", moment))
        return rows(what, Query("".join(f", {column}" for column in asked), list(asked.values())))

    def next_change(self, moment: Moment) -> Query | None:
        """When the oldest event of the last hours leaves them."""
        if self.within_hours is None:
            return None
        return next_to_age(which(self.event, self.where), timedelta(hours=self.within_hours), moment)

    def crossed(self, before: Moment, after: Moment) -> Query:
        moved = self.window.moved_over("event.at", before, after)
        return rows(both(which(self.event, self.where), moved))

    def words(self, known: dict) -> str:
        said = {"event": self._event_words(known), "count": self._bounds_words(), "when": self.window.words()}
        return spaced(_("%(event)s %(count)s %(when)s") % said)

    def _bounds_words(self) -> str:
        parts = [self._count_words()]
        if self.sum:
            parts.append(_sum_words(Sum(**self.sum)))
        if self.distinct:
            parts.append(_distinct_words(Distinct(**self.distinct)))
        return _(", ").join(part for part in parts if part)

    def _count_words(self) -> str:
        said = {"least": self.count_at_least, "most": self.count_at_most}
        if self.count_at_most == 0:
            return _("never")
        if self.count_at_least is None:
            return "" if self.count_at_most is None else _("%(most)s times or less") % said
        if self.count_at_most is None:
            return _("once or more") if self.count_at_least == 1 else _("%(least)s times or more") % said
        return _("%(least)s to %(most)s times") % said


@register
@dataclass(frozen=True)
class EventTime(Timed, AboutEvents, Leaf):
    """Friends whose first, or last, event of a type lies in a stretch of time."""

    type = "event_time"
    label = gettext_lazy("First or last time")
    hint = gettext_lazy("When they did something for the first or the last time")
    group = BEHAVIOUR
    fresh = {"event": "viewed", "which": "last", "days_ago_at_least": 60, "within_days": 90}
    event: str = _event()
    where: list[dict] | None = occurrences.where()
    which: str = given(
        Choice(("first", "last")),
        default="last",
        label=gettext_lazy("Of these the"),
        options=lambda: [("first", _("first time")), ("last", _("last time"))],
    )
    days_ago_at_least: int | None = windows.days_ago_at_least()
    within_days: int | None = windows.within_days()
    since: str | None = given(Day(), default=None, label=gettext_lazy("From this date"))
    until: str | None = given(Day(), default=None, label=gettext_lazy("Up to this date"))

    def check(self) -> None:
        if self.window == Window():
            raise Unfit(_("needs within_days, days_ago_at_least, since or until"))
        self.window.check()

    def query(self, moment: Moment) -> Query:
        """Those with an event on the right side of the one bound, and none on the wrong side of the other."""
        begin, end = self.window.begins(moment), self.window.ends(moment)
        near, far = ((">=", begin), ("<", end)) if self.which == "last" else (("<", end), (">=", begin))
        what = [which(self.event, self.where), *_beside("event.at", *near)]
        if far[1] is None:
            return rows(both(*what))
        doers = rows(both(*what), Query(", event.at", []))
        bound = f"{'max' if self.which == 'last' else 'min'}(at) {far[0]} %s"
        sql = f"SELECT friend_id FROM ({doers.sql}) AS doer GROUP BY friend_id HAVING {bound}"  # noqa: S608
        return Query(sql, [*doers.params, far[1]])

    def crossed(self, before: Moment, after: Moment) -> Query:
        moved = self.window.moved_over("event.at", before, after)
        return rows(both(which(self.event, self.where), moved))

    def words(self, known: dict) -> str:
        said = {"event": self._event_words(known), "when": self.window.words()}
        if self.which == "last":
            return _("%(event)s for the last time %(when)s") % said
        return _("%(event)s for the first time %(when)s") % said


def _beside(column: str, sign: str, bound: object) -> list[Query]:
    return [] if bound is None else [Query(f"{column} {sign} %s", [bound])]


def _sum_words(asked: Sum) -> str:
    said = {"property": occurrences.property_words(asked.property)}
    said |= {"least": _number(asked.at_least), "most": _number(asked.at_most)}
    if asked.at_most is None:
        return _("%(property)s altogether %(least)s or more") % said
    if asked.at_least is None:
        return _("%(property)s altogether %(most)s or less") % said
    return _("%(property)s altogether %(least)s to %(most)s") % said


def _distinct_words(asked: Distinct) -> str:
    said = {"property": occurrences.property_words(asked.property)}
    said |= {"least": _number(asked.at_least), "most": _number(asked.at_most)}
    if asked.at_most is None:
        return _("%(least)s or more different: %(property)s") % said
    if asked.at_least is None:
        return _("%(most)s or less different: %(property)s") % said
    return _("%(least)s to %(most)s different: %(property)s") % said


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:,}"
