"""The dates that people have, for steps that wait for one: read for many at a time."""

from calendar import isleap
from collections.abc import Callable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db import connection
from django.utils.dateparse import parse_date, parse_datetime

from scenarios.engine.acting import Turn
from scenarios.engine.people import Person

# The customer who a friend is now; of whom is no friend, the one named.
CUSTOMERS = """
SELECT entry.id, {value} FROM scenarios_entry entry
LEFT JOIN linking_link link ON link.friend_id = entry.friend_id AND link.unlinked_at IS NULL
JOIN customers_customer customer ON customer.id = coalesce(link.customer_id, entry.customer_id)
WHERE entry.id = ANY(%s)"""
FRIENDS = """
SELECT entry.id, coalesce(value.moment::text, value.day::text) FROM scenarios_entry entry
JOIN friends_fieldvalue value ON value.friend_id = entry.friend_id AND value.place = 0
JOIN friends_friendfield field ON field.id = value.field_id AND field.key = %s
WHERE entry.id = ANY(%s)"""
Found = dict[int, object]


def of(field: str, people: list[Person], turn: Turn) -> dict[int, date]:
    """The day, by the client's calendar, that each of these has in this field; who has none is left out.

    `customer.birthday`, `customer.<field>`, `friend.<field>`, `context.<property>`.
    """
    kind, _dot, name = field.partition(".")
    found = _SOURCES[kind](name, people) if kind in _SOURCES else {}
    days = {entry: _day(value, turn.zone) for entry, value in found.items()}
    return {entry: day for entry, day in days.items() if day is not None}


def _of_customers(name: str, people: list[Person]) -> Found:
    if name == "birthday":
        return _asked(CUSTOMERS.format(value="customer.birthday"), people)
    return _asked(CUSTOMERS.format(value="customer.attributes ->> %s"), people, name)


def _of_friends(name: str, people: list[Person]) -> Found:
    return _asked(FRIENDS, people, name)


def _of_context(name: str, people: list[Person]) -> Found:
    return {person.entry_id: person.context.get(name) for person in people}


_SOURCES: dict[str, Callable[[str, list[Person]], Found]] = {
    "customer": _of_customers,
    "friend": _of_friends,
    "context": _of_context,
}


def _asked(sql: str, people: list[Person], *names: str) -> Found:
    with connection.cursor() as cursor:
        cursor.execute(sql, [*names, [person.entry_id for person in people]])
        return dict(cursor.fetchall())


def _day(value: object, zone: ZoneInfo) -> date | None:
    """What is no date counts as none."""
    if isinstance(value, date):
        return value
    text = str(value or "").strip().replace("/", "-")
    try:
        if moment := parse_datetime(text.replace(" ", "T", 1)):
            return _in_zone(moment, zone)
        return parse_date(text)
    except ValueError:  # well written, and no such day
        return None


def _in_zone(moment: datetime, zone: ZoneInfo) -> date:
    """The last moment of the year 9999, by which some say “never”, is none in Tokyo."""
    try:
        return moment.date() if moment.tzinfo is None else moment.astimezone(zone).date()
    except OverflowError:
        return moment.date()


def yearly(day: date, first: date) -> date:
    """The next day, from `first` on, on which it comes round; 29 February is the 28th in common years."""
    same = (_in_year(day, year) for year in (first.year, first.year + 1))
    return next(each for each in same if each >= first)


def _in_year(day: date, year: int) -> date:
    is_leap_day = (day.month, day.day) == (2, 29)
    return day.replace(year=year, day=28) if is_leap_day and not isleap(year) else day.replace(year=year)
