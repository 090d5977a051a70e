"""Triggers by the client's clock: a schedule, and dates that people have."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils import formats
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from broadcasts.timing import clock
from broadcasts.timing.recurrence import LAST, Rule
from scenarios.flow import choosing
from scenarios.flow.reading import triggers
from scenarios.flow.values import TimeOfDay
from scenarios.flow.words import MINUTES_OF_A_DAY, duration
from scenarios.triggers.kinds import Clocked
from segments.kinds import MOST_DAYS, Choice, Day, Several, Step, Text, Unfit, Whole, YesNo
from segments.leaves import Query, given
from segments.types import calendar
from segments.types.calendar import Span

EVERY = {
    "once": gettext_lazy("Once"),
    "day": gettext_lazy("Daily"),
    "week": gettext_lazy("Weekly"),
    "month": gettext_lazy("Monthly"),
}
MONTH_DAYS = (*range(1, 32), LAST)
EVERYBODY = """
SELECT friend.id, NULL::int, '', '{}'::jsonb, %s || friend.id FROM friends_friend friend
WHERE friend.status = 'friend'"""
# Where the date of a person stands, and who that is.
FRIENDS = "SELECT friend.id, NULL::int, '', '{{}}'::jsonb, %s || 'f' || friend.id FROM {rows}"
CUSTOMERS = """
SELECT link.friend_id, customer.id, '', '{{}}'::jsonb, %s || 'c' || customer.id
FROM customers_customer customer
LEFT JOIN linking_link link ON link.customer_id = customer.id AND link.unlinked_at IS NULL {rows}"""
ANSWERS = """friends_fieldvalue answer JOIN friends_friend friend ON friend.id = answer.friend_id
WHERE answer.field_id = (SELECT id FROM friends_friendfield WHERE key = %s AND archived_at IS NULL) AND """
LINKED = """friends_friend friend
JOIN linking_link link ON link.friend_id = friend.id AND link.unlinked_at IS NULL WHERE """
TOTALS = " JOIN shops_customertotals totals ON totals.customer_id = customer.id WHERE "
MOMENTS = {
    "friend.followed_at": (FRIENDS, "friends_friend friend WHERE ", "friend.followed_at"),
    "friend.linked_at": (FRIENDS, LINKED, "link.linked_at"),
    "customer.last_order": (CUSTOMERS, TOTALS, "totals.last_at"),
    "customer.first_order": (CUSTOMERS, TOTALS, "totals.first_at"),
}
IS_DATE = "(customer.attributes ->> %s) ~ '^[0-9]{4}-(0[1-9]|1[0-2])-[0-9]{2}'"


@triggers.register
@dataclass(frozen=True)
class Schedule(Clocked):
    """At an hour of some days everybody comes in who meets the entry condition then; per day at most once.

    Weekdays are 0 (Monday) to 6. A month without the day has it on its last; −1 is the last day.
    """

    type = "schedule"
    label = gettext_lazy("Schedule")
    hint = gettext_lazy("At an hour, once or again and again: everybody who meets the condition then")
    every: str = given(
        Choice(tuple(EVERY)), label=gettext_lazy("How often"), options=lambda: list(EVERY.items())
    )
    date: str | None = given(Day(), default=None, label=gettext_lazy("Day"))
    weekdays: list[int] | None = given(
        Several(tuple(range(7))),
        default=None,
        label=gettext_lazy("Weekdays"),
        options=lambda: list(WEEKDAYS.items()),
    )
    month_day: int | None = given(
        Step(MONTH_DAYS), default=None, label=gettext_lazy("Day of the month"), options=lambda: _month_days()
    )
    at: str = given(TimeOfDay(), default="10:00", label=gettext_lazy("Time of day"))

    @classmethod
    def shaped(cls, said: Mapping, look_up: Callable) -> dict[str, dict | None]:
        asked = {"once": "date", "week": "weekdays", "month": "month_day"}
        wanted = asked.get(str(said.get("every")))
        return {name: {"is_required": True} if name == wanted else None for name in asked.values()}

    def check(self) -> None:
        asked = {"once": self.date, "week": self.weekdays, "month": self.month_day}
        for every, value in asked.items():
            if (value is not None) != (self.every == every):
                raise Unfit(_("once goes with date, week with weekdays, month with month_day"))

    def next_at(self, after: datetime, zone: ZoneInfo) -> datetime | None:
        for day in _days(self, after.astimezone(zone).date() - timedelta(days=1)):
            moment = clock.moment(day, time.fromisoformat(self.at), zone)
            if moment > after:
                return moment
        return None

    def candidates(self, at: datetime, zone: ZoneInfo, since: datetime) -> Query:
        return Query(EVERYBODY, [f"schedule:{at.astimezone(zone):%Y-%m-%d}:"])

    def words(self) -> str:
        said = {"at": self.at, "days": self._days_words()}
        return _("%(days)s at %(at)s") % said

    def _days_words(self) -> str:
        if self.date is not None:
            return formats.date_format(date.fromisoformat(self.date))
        if self.weekdays:
            return _(", ").join(str(WEEKDAYS[day]) for day in sorted(self.weekdays))
        if self.month_day is not None:
            return dict(_month_days())[self.month_day]
        return str(EVERY[self.every])


def _days(schedule: Schedule, first: date) -> Iterable[date]:
    """Its days in order, from this one on."""
    if schedule.date is not None:
        return [date.fromisoformat(schedule.date)]
    return Rule(
        every=schedule.every,
        at=time.fromisoformat(schedule.at),
        starts_on=first,
        weekdays=tuple(schedule.weekdays or ()),
        month_day=schedule.month_day,
    ).days()


def _month_days() -> list:
    numbered = [(day, _("On day %(day)s of the month") % {"day": day}) for day in range(1, 32)]
    return [*numbered, (LAST, _("On the last day of the month"))]


@triggers.register
@dataclass(frozen=True)
class DateComes(Clocked):
    """A date that a person has comes: so many days before it or after it, at an hour of the client's clock.

    `field` is `customer.birthday`, `customer.` or `friend.` and the key of a field, `customer.last_order`,
    `customer.first_order`, `friend.followed_at`, `friend.linked_at`. With `yearly` the day returns every
    year, as a birthday's does; 29 February is the 28th in other years. Who gets the date later than the hour
    of the day is not let in on that day.
    """

    type = "date"
    label = gettext_lazy("A date of the person")
    hint = gettext_lazy("A birthday, an expiry: on the day, days before it or days after")
    field: str = given(Text(100), label=gettext_lazy("Date"), options=lambda: _dates())
    days: int = given(
        Whole(-MOST_DAYS, MOST_DAYS),
        default=0,
        label=gettext_lazy("Days after it (before it: a negative number)"),
        unit=gettext_lazy("days"),
    )
    at: str = given(TimeOfDay(), default="10:00", label=gettext_lazy("Time of day"))
    yearly: bool | None = given(YesNo(), default=None, label=gettext_lazy("Every year"))

    def check(self) -> None:
        of, dot, key = self.field.partition(".")
        if of not in ("customer", "friend") or not key:
            raise Unfit(_("must be customer.… or friend.…"), path="field")

    @property
    def is_yearly(self) -> bool:
        return self.field == "customer.birthday" if self.yearly is None else self.yearly

    def next_at(self, after: datetime, zone: ZoneInfo) -> datetime | None:
        return Schedule(every="day", at=self.at).next_at(after, zone)

    def candidates(self, at: datetime, zone: ZoneInfo, since: datetime) -> Query:
        today = at.astimezone(zone).date()
        meant = today - timedelta(days=self.days)
        prefix = f"date:{self.field}:{self.days}:{today}:"
        sql, params = self._people(meant, str(zone))
        return Query(sql, [prefix, *params])

    def _people(self, meant: date, zone: str) -> Query:
        """Those who have this day, or of whom it is the anniversary."""
        of, _dot, key = self.field.partition(".")
        if self.field == "customer.birthday":
            return self._on(CUSTOMERS, " WHERE ", Query("customer.birthday", []), meant)
        if self.field in MOMENTS:
            people, rows, moment = MOMENTS[self.field]
            return self._on(people, rows, Query(f"({moment} AT TIME ZONE %s)::date", [zone]), meant)
        if of == "customer":
            return self._of_attribute(key, meant)
        day = Query("coalesce(answer.day, (answer.moment AT TIME ZONE %s)::date)", [zone])
        sql, params = self._on(FRIENDS, ANSWERS, day, meant)
        return Query(sql, [key, *params])

    def _on(self, people: str, rows: str, day: Query, meant: date) -> Query:
        begin = people.format(rows=rows)
        if not self.is_yearly:
            return Query(f"{begin}{day.sql} = %s", [*day.params, meant])
        parts = f"(extract(month FROM {day.sql}) * 100 + extract(day FROM {day.sql})) = ANY(%s::int[])"
        return Query(f"{begin}{parts}", [*day.params * 2, sorted(_anniversaries(meant))])

    def _of_attribute(self, key: str, meant: date) -> Query:
        """A text that is a date as ISO writes it; what else it may be is no date."""
        text = "left(customer.attributes ->> %s, 10)"
        begin = CUSTOMERS.format(rows=" WHERE ") + IS_DATE
        if not self.is_yearly:
            return Query(f"{begin} AND {text} = %s", [key, key, meant.isoformat()])
        days = [f"{each // 100:02}-{each % 100:02}" for each in sorted(_anniversaries(meant))]
        return Query(f"{begin} AND substr({text}, 6) = ANY(%s)", [key, key, days])

    def words(self) -> str:
        names = {str(name): str(label) for name, label in _dates()}
        time_between = duration(abs(self.days) * MINUTES_OF_A_DAY)
        said = {"date": names.get(self.field, self.field), "time": time_between, "at": self.at}
        if self.days == 0:
            return _("%(date)s: on the day, at %(at)s") % said
        if self.days < 0:
            return _("%(date)s: %(time)s before, at %(at)s") % said
        return _("%(date)s: %(time)s after, at %(at)s") % said


def _anniversaries(meant: date) -> frozenset[int]:
    return calendar.yearly(Span(meant, meant)) or frozenset()


def _dates() -> list:
    return [
        *choosing.dates(),
        ("customer.last_order", _("Last order")),
        ("customer.first_order", _("First order")),
        ("friend.linked_at", _("ID link made")),
        ("friend.followed_at", _("Added the account")),
    ]
