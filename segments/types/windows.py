"""When something must have happened to count: days of the calendar, hours back from now, or dates."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from segments.kinds import MOST_DAYS, Day, Unfit, Whole
from segments.leaves import Moment, Query, given

MOST_HOURS = 24 * 366
INSTANT = timedelta(microseconds=1)  # the finest that PostgreSQL keeps
AHEAD = timedelta(days=1)
NEVER = f"{date.max}"  # no day follows it: programs write it where there is no end


@dataclass(frozen=True)
class Window:
    """A stretch of time: as seen from today, as seen from this moment, or fixed; without bounds, all time.

    `within_days` 1 is since yesterday's midnight, `days_ago_at_least` 1 until today's. `since` and `until`
    are days of the client's calendar, both included. Something `within_hours` ago to the instant has just
    left. What is told of the future counts as present.
    """

    within_days: int | None = None
    days_ago_at_least: int | None = None
    within_hours: int | None = None
    since: str | None = None
    until: str | None = None

    def check(self) -> None:
        """Raise Unfit if time is told in two ways, or no time is left between the bounds."""
        ways = [self.is_of_days, self.within_hours is not None, bool(self.since or self.until)]
        if sum(ways) > 1:
            raise Unfit(_("days, hours and dates cannot be combined: choose one of them"))
        if self.within_days is not None and self.within_days < (self.days_ago_at_least or 0):
            raise Unfit(_("the later of the two days must come last"), path="within_days")
        if self.since and self.until and self.until < self.since:
            raise Unfit(_("the later of the two days must come last"), path="until")

    @property
    def is_of_days(self) -> bool:
        """Whether its bounds move at midnight."""
        return self.within_days is not None or self.days_ago_at_least is not None

    def begins(self, moment: Moment) -> datetime | None:
        if self.within_days is not None:
            return moment.day_begins(self.within_days)
        if self.within_hours is not None:
            return moment.now - timedelta(hours=self.within_hours) + INSTANT
        return _midnight(self.since, moment) if self.since else None

    def ends(self, moment: Moment) -> datetime | None:
        """The instant from which on it no longer counts."""
        if self.days_ago_at_least:
            return moment.day_begins(self.days_ago_at_least - 1)
        if not self.until or self.until == NEVER:
            return None
        return _midnight(self.until, moment, days_later=1)

    def holds(self, column: str, moment: Moment) -> Query:
        """A condition on a column of times."""
        bounds = {">=": self.begins(moment), "<": self.ends(moment)}
        told = {sign: bound for sign, bound in bounds.items() if bound is not None}
        return Query(" AND ".join(f"{column} {sign} %s" for sign in told) or "true", list(told.values()))

    def valid_until(self, moment: Moment) -> datetime | None:
        return moment.day_ends() if self.is_of_days else None

    def moved_over(self, column: str, before: Moment, after: Moment) -> Query:
        """A condition on a column of times: whether a bound moved over it from one moment to the other."""
        parts, params = ["false"], []
        for bound in (self.begins, self.ends):
            old, new = bound(before), bound(after)
            if old is not None and new is not None and old != new:
                parts.append(f"({column} >= %s AND {column} < %s)")
                params += [old, new]
        return Query(f"({' OR '.join(parts)})", params)

    def words(self) -> str:
        """Such as “within 90 days”; "" for all time."""
        said: dict[str, object] = {"since": day_words(self.since), "until": day_words(self.until)}
        said |= {"least": self.days_ago_at_least, "most": self.within_days, "hours": self.within_hours}
        if self.within_hours is not None:
            return _("within an hour") if self.within_hours == 1 else _("within %(hours)s hours") % said
        if self.is_of_days:
            return self._days_words() % said
        if self.since and self.until:
            return _("from %(since)s to %(until)s") % said
        if self.since:
            return _("since %(since)s") % said
        return _("until %(until)s") % said if self.until else ""

    def _days_words(self) -> str:
        if self.within_days is None:
            return _("%(least)s days ago or longer")
        if self.within_days < 2 and not self.days_ago_at_least:
            return _("since yesterday") if self.within_days else _("today")
        return _("%(least)s to %(most)s days ago") if self.days_ago_at_least else _("within %(most)s days")


class Timed:
    """For leaves with the values of a window."""

    within_days: int | None
    days_ago_at_least: int | None
    since: str | None
    until: str | None

    @property
    def window(self) -> Window:
        return Window(
            self.within_days,
            self.days_ago_at_least,
            getattr(self, "within_hours", None),
            self.since,
            self.until,
        )

    def valid_until(self, moment: Moment) -> datetime | None:
        return self.window.valid_until(moment)


def within_days() -> Any:
    """The value of a leaf, as the others below."""
    label = gettext_lazy("Within the last")
    return given(Whole(0, MOST_DAYS), default=None, label=label, unit=gettext_lazy("days"))


def days_ago_at_least() -> Any:
    label = gettext_lazy("At least so long ago")
    return given(Whole(0, MOST_DAYS), default=None, label=label, unit=gettext_lazy("days"))


def within_hours() -> Any:
    label = gettext_lazy("To the hour: within the last")
    return given(Whole(1, MOST_HOURS), default=None, label=label, unit=gettext_lazy("hours"))


def since() -> Any:
    return given(Day(), default=None, label=gettext_lazy("From this date"))


def until() -> Any:
    return given(Day(), default=None, label=gettext_lazy("Up to this date"))


def day_words(day: str | None) -> str:
    return formats.date_format(date.fromisoformat(day)) if day else ""


def spaced(text: str) -> str:
    """A sentence without the gaps that empty parts have left in it."""
    return " ".join(text.split())


def next_to_age(which: Query, age: timedelta, moment: Moment) -> Query:
    """One row with the instant at which the first of these events will have reached an age.

    If none will within a day, it is that day's end: so few events are read, however many there are.
    """
    begins = moment.now - age
    ends = begins + AHEAD
    sql = (
        "SELECT coalesce(min(event.at), %s) + %s FROM events_event event"  # noqa: S608
        f" WHERE {which.sql} AND event.at > %s AND event.at <= %s"
    )
    return Query(sql, [ends, age, *which.params, begins, ends])


def _midnight(day: str, moment: Moment, *, days_later: int = 0) -> datetime:
    found = date.fromisoformat(day) + timedelta(days=days_later)
    return datetime.combine(found, time.min, moment.zone)
