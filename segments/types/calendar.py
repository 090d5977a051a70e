"""Days of the calendar relative to today: which they are, when they move on, how they are said."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

DAYS, TODAY = "days", "today"
PERIODS = (
    *("this_week", "next_week", "last_week"),
    *("this_month", "next_month", "last_month"),
    *("this_year", "next_year", "last_year"),
)
WHEN = (DAYS, TODAY, *PERIODS)
A_YEAR = 366  # so many days hold every day of a year
LEAP, BEFORE_LEAP = 229, 228


@dataclass(frozen=True)
class Span:
    """Days from the first to the last, both included; None is without end."""

    first: date | None
    last: date | None

    @property
    def is_every_day_of_a_year(self) -> bool:
        return self.first is None or self.last is None or (self.last - self.first).days + 1 >= A_YEAR

    def days(self) -> Iterator[date]:
        """Each of them, of a span with both ends."""
        if self.first is None or self.last is None:
            return
        for number in range((self.last - self.first).days + 1):
            yield self.first + timedelta(days=number)


def span(today: date, when: str, first: int | None = None, last: int | None = None) -> Span:
    """The days meant: `first` and `last` are days from today, negative for the past, and go with `days`."""
    if when == DAYS:
        return Span(_days_from(today, first), _days_from(today, last))
    if when == TODAY:
        return Span(today, today)
    which, _underscore, period = when.partition("_")
    steps = {"last": -1, "this": 0, "next": 1}[which]
    begin = _begin(today, period, steps)
    return Span(begin, _begin(today, period, steps + 1) - timedelta(days=1))


def moves_on(today: date, when: str) -> date:
    """The day on which other days are meant."""
    if when in (DAYS, TODAY):
        return today + timedelta(days=1)
    return _begin(today, when.partition("_")[2], 1)


def yearly(meant: Span) -> frozenset[int] | None:
    """The same days of any year, as 100 × month + day; None: all of them.

    Who was born on 29 February has the day on the 28th in years without it.
    """
    if meant.is_every_day_of_a_year:
        return None
    found = set()
    for day in meant.days():
        found.add(100 * day.month + day.day)
        if (day + timedelta(days=1)).day == 1 and day.month == 2:
            found.add(LEAP)
    return frozenset(found)


def between(before: Span, after: Span) -> list[Span]:
    """Spans with all days that are in one of the two and not in the other; perhaps more."""
    found = []
    if before.first and after.first and before.first != after.first:
        low, high = sorted([before.first, after.first])
        found.append(Span(low, high - timedelta(days=1)))
    if before.last and after.last and before.last != after.last:
        low, high = sorted([before.last, after.last])
        found.append(Span(low + timedelta(days=1), high))
    return found


def options() -> "list[tuple[object, StrOrPromise]]":
    return [(DAYS, _("so many days from today")), *((when, _period_words(when)) for when in WHEN[1:])]


def words(when: str, first: int | None, last: int | None) -> str:
    if when != DAYS:
        return _period_words(when)
    if first is None or last is None:
        return _open_words(first, last)
    said = {"first": abs(first), "last": abs(last)}
    if first == last:
        return _one_day_words(first)
    if first >= 0:
        return (
            _("within the next %(last)s days") if first == 0 else _("in %(first)s to %(last)s days")
        ) % said
    if last <= 0:
        ago = _("in the last %(first)s days") if last == 0 else _("%(last)s to %(first)s days ago")
        return ago % said
    return _("from %(first)s days ago to %(last)s days from now") % said


def _one_day_words(days: int) -> str:
    if days == 0:
        return _period_words(TODAY)
    return (_("in %(days)s days") if days > 0 else _("%(days)s days ago")) % {"days": abs(days)}


def _open_words(first: int | None, last: int | None) -> str:
    if first is not None:
        words = _("in %(days)s days or later") if first >= 0 else _("%(days)s days ago or later")
        return words % {"days": abs(first)}
    days = last or 0
    words = _("in %(days)s days or earlier") if days >= 0 else _("%(days)s days ago or earlier")
    return words % {"days": abs(days)}


def _period_words(when: str) -> str:
    return {
        TODAY: _("today"),
        "this_week": _("this week"),
        "next_week": _("next week"),
        "last_week": _("last week"),
        "this_month": _("this month"),
        "next_month": _("next month"),
        "last_month": _("last month"),
        "this_year": _("this year"),
        "next_year": _("next year"),
        "last_year": _("last year"),
    }[when]


def _days_from(today: date, days: int | None) -> date | None:
    return None if days is None else today + timedelta(days=days)


def _begin(today: date, period: str, steps: int) -> date:
    """The first day of a period, so many periods from the one of today. Weeks begin on Sunday."""
    if period == "week":
        return today + timedelta(days=7 * steps - today.isoweekday() % 7)
    if period == "year":
        return date(today.year + steps, 1, 1)
    months = 12 * today.year + today.month - 1 + steps
    return date(months // 12, months % 12 + 1, 1)
