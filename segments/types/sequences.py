"""Leaves about the order in which things happened: “viewed, then did not buy within 3 days”."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Self

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from events import registry
from segments.kinds import MOST_DAYS, Choice, Record, Rows, Text, Unfit, Whole, YesNo
from segments.leaves import BEHAVIOUR, Leaf, Moment, Query, given, register
from segments.types import occurrences
from segments.types.occurrences import both, event_words, known_properties, known_types, rows, which
from segments.types.windows import MOST_HOURS, Window, next_to_age, spaced

MOST_STEPS = 4


@dataclass(frozen=True)
class Step:
    """One event of a sequence."""

    event: str = given(Text(60), label=gettext_lazy("Event"), options=known_types)
    where: list[dict] | None = occurrences.where()

    def condition(self) -> Query:
        return which(self.event, self.where)


@dataclass(frozen=True)
class Span:
    """How long it may take from one step to the next. A day is 24 hours."""

    hours: int | None = given(Whole(1, MOST_HOURS), default=None, label=gettext_lazy("In hours"))
    days: int | None = given(Whole(1, MOST_DAYS), default=None, label=gettext_lazy("In days"))

    def check(self) -> None:
        if (self.hours is None) == (self.days is None):
            raise Unfit(_("needs hours or days, one of them"))

    @property
    def length(self) -> timedelta:
        return timedelta(hours=self.hours or 0, days=self.days or 0)

    def words(self) -> str:
        if self.hours is not None:
            return (
                _("within an hour")
                if self.hours == 1
                else _("within %(hours)s hours") % {"hours": self.hours}
            )
        return _("within a day") if self.days == 1 else _("within %(most)s days") % {"most": self.days}


@register
@dataclass(frozen=True)
class InOrder(Leaf):
    """Friends who did one thing and later another; or, with `then_not`, who did not do the last in time.

    What is later is later by the clock: two events of one instant are no sequence. Each step follows the one
    before `within` a time, or whenever. With `then_not` a friend is in from the instant at which the time is
    over; without `within`, from the first moment until they do it. With `same`, all steps have the same
    value of a property: viewed X, then did not buy X. `of` says whether any begin counts or only the last
    one (with `same`: the last with that value), `began_within_days` how many calendar days ago it may lie.
    """

    type = "sequence"
    label = gettext_lazy("One after the other")
    hint = gettext_lazy("Viewed, then did not buy within 3 days; a cart that was left")
    group = BEHAVIOUR
    fresh = {
        "steps": [{"event": "viewed"}, {"event": "bought"}],
        "then_not": True,
        "within": {"days": 3},
        "began_within_days": 30,
    }
    steps: list[dict] = given(Rows(Record(Step), 2, MOST_STEPS), label=gettext_lazy("First, then"))
    then_not: bool = given(
        YesNo(),
        default=False,
        label=gettext_lazy("Did they do the last?"),
        options=lambda: [(False, _("then did it")), (True, _("then did not do it"))],
    )
    within: dict | None = given(
        Record(Span), default=None, label=gettext_lazy("Within, from one to the next")
    )
    same: str | None = given(
        Text(60), default=None, label=gettext_lazy("With the same"), options=known_properties
    )
    of: str = given(
        Choice(("any", "last")),
        default="any",
        label=gettext_lazy("Counting from"),
        options=lambda: [("any", _("any time they began")), ("last", _("the last time they began"))],
    )
    began_within_days: int | None = given(
        Whole(0, MOST_DAYS),
        default=None,
        label=gettext_lazy("Begun within the last"),
        unit=gettext_lazy("days"),
    )

    @property
    def _steps(self) -> list[Step]:
        return [Step(**step) for step in self.steps]

    @property
    def _last(self) -> int:
        return len(self.steps) - 1

    @property
    def _length(self) -> timedelta | None:
        return Span(**self.within).length if self.within else None

    @property
    def _begun(self) -> Window:
        return Window(within_days=self.began_within_days)

    @property
    def _pending(self) -> Step:
        """The step after which the time runs in which the last must not come."""
        return self._steps[-2]

    def query(self, moment: Moment) -> Query:
        """The events of all steps of one friend, latest first: each knows when the next step was last begun.

        Who began is what remains; all windows have the friend first, so one sort serves them, and a few
        friends are asked by index.
        """
        found = self._events(moment)
        for place in reversed(range(self._last)):
            found = self._reached(place, found, moment)
        begun = self._begun.holds("at", moment)
        sql = f"SELECT friend_id FROM ({found.sql}) AS event WHERE reached_0 AND {begun.sql}"  # noqa: S608
        return Query(sql, [*found.params, *begun.params])

    def _events(self, moment: Moment) -> Query:
        """Every event that is a step, with its time, which steps it is, and its value of `same`."""
        flags = [
            Query(f", ({step.condition().sql}) AS {self._flag(place)}", step.condition().params)
            for place, step in enumerate(self._steps)
        ]
        if self.same:
            flags.append(Query(", event.properties -> %s AS same", [self.same]))
        columns = Query(
            f", event.at{''.join(flag.sql for flag in flags)}", [p for flag in flags for p in flag.params]
        )
        return rows(both(self._is_a_step(), self._begun.holds("event.at", moment)), columns)

    def _flag(self, place: int) -> str:
        """From the last step nothing more is to be reached."""
        return f"reached_{place}" if place == self._last else f"is_{place}"

    def _is_a_step(self) -> Query:
        steps = [step.condition() for step in self._steps]
        any_step = Query(
            f"({' OR '.join(step.sql for step in steps)})", [p for step in steps for p in step.params]
        )
        if not self.same:
            return any_step
        return both(any_step, Query("jsonb_typeof(event.properties -> %s) <> 'null'", [self.same]))

    def _reached(self, place: int, found: Query, moment: Moment) -> Query:
        """The same events, with whether from each, as this step, all later steps are reached."""
        told, params = self._told(place, moment)
        whose = "friend_id, same" if self.same else "friend_id"
        later = (
            f"WINDOW later AS (PARTITION BY {whose} ORDER BY at DESC RANGE BETWEEN UNBOUNDED PRECEDING"
            " AND '1 microsecond'::interval PRECEDING)"
        )
        sql = f"SELECT *, {told} AS reached_{place} FROM ({found.sql}) AS event {later}"  # noqa: S608
        return Query(sql, [*params, *found.params])

    def _told(self, place: int, moment: Moment) -> Query:
        parts = [Query(f"is_{place}", []), self._followed(place, moment)]
        if place == 0 and self.of == "last":
            parts.append(Query("coalesce(NOT bool_or(is_0) OVER later, true)", []))
        return both(*parts)

    def _followed(self, place: int, moment: Moment) -> Query:
        is_refused = self.then_not and place == self._last - 1
        following = f"min(at) FILTER (WHERE reached_{place + 1}) OVER later"
        if not is_refused:
            if self._length is None:
                return Query(f"{following} IS NOT NULL", [])
            return Query(f"coalesce({following} <= at + %s, false)", [self._length])
        if self._length is None:
            return Query(f"{following} IS NULL", [])
        over = moment.now - self._length
        return Query(f"at <= %s AND coalesce({following} > at + %s, true)", [over, self._length])

    def topics(self) -> set[str]:
        return {"links", *(f"events:{registry.canonical(step.event)}" for step in self._steps)}

    def valid_until(self, moment: Moment) -> Any:
        return self._begun.valid_until(moment)

    def next_change(self, moment: Moment) -> Query | None:
        """When the first time runs out that still runs."""
        if not self.then_not or self._length is None:
            return None
        return next_to_age(self._pending.condition(), self._length, moment)

    def crossed(self, before: Moment, after: Moment) -> Query:
        begun = both(self._steps[0].condition(), self._begun.moved_over("event.at", before, after))
        if not self.then_not or self._length is None:
            return rows(begun)
        over = [before.now - self._length, after.now - self._length]
        ran_out = both(self._pending.condition(), Query("event.at > %s AND event.at <= %s", over))
        either = Query(f"(({begun.sql}) OR ({ran_out.sql}))", [*begun.params, *ran_out.params])
        return rows(either)

    @classmethod
    def look_up(cls, leaves: Sequence[Self]) -> dict:
        steps = [step for leaf in leaves for step in leaf._steps]
        return {
            "labels": occurrences.labels_of(step.event for step in steps),
            "names": occurrences.names_in(step.where for step in steps),
        }

    def words(self, known: dict) -> str:
        told, *later = [event_words(step.event, step.where, known) for step in self._steps]
        within = Span(**self.within).words() if self.within else ""
        for place, step in enumerate(later, 2):
            is_refused = self.then_not and place == len(self.steps)
            then = (
                _("%(before)s, then not %(step)s %(within)s")
                if is_refused
                else _("%(before)s, then %(step)s %(within)s")
            )
            told = then % {"before": told, "step": step, "within": within}
        return spaced(told + self._details())

    def _details(self) -> str:
        parts = []
        if self.same:
            parts.append(_("the same: %(property)s") % {"property": occurrences.property_words(self.same)})
        if self.of == "last":
            parts.append(_("counted from the last time"))
        if self.began_within_days is not None:
            parts.append(_("begun within %(days)s days") % {"days": self.began_within_days})
        return _(" (%(details)s)") % {"details": _(", ").join(parts)} if parts else ""
