"""Rules of repeating: which days a recurring send falls on. Nothing here knows a database or a clock."""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import date, time, timedelta
from itertools import count, takewhile

LAST = -1  # the last day of a month, however many it has
LATEST = date(9000, 1, 1)  # no rule is followed into years that a calendar cannot name


@dataclass(frozen=True)
class Rule:
    """Every so many days, weeks, months or years from the first day on, at a time of the client's own clock.

    Weeks begin on Monday. A month without the day asked for has it on its last; so has the 29th of February
    in a common year.
    """

    every: str  # day, week, month, year
    at: time
    starts_on: date
    interval: int = 1
    weekdays: tuple[int, ...] | list[int] = ()  # 0 is Monday; of a weekly rule; none: that of the first day
    month_day: int | None = None  # of a monthly rule; LAST, or None for that of the first day
    ends_on: date | None = None

    @classmethod
    def names(cls) -> list[str]:
        return [each.name for each in fields(cls)]

    def days(self, first: date | None = None) -> Iterator[date]:
        """The days in order, from `first` on; without end unless the rule has one."""
        begin = max(self.starts_on, first) if first else self.starts_on
        end = min(self.ends_on or LATEST, LATEST)
        wanted = (day for day in self._every_day(begin) if day >= begin)
        return takewhile(lambda day: day <= end, wanted)

    def _every_day(self, begin: date) -> Iterator[date]:
        """The days of all periods, from the last period that may hold days before `begin`."""
        match self.every:
            case "day":
                skipped = -(-(begin - self.starts_on).days // self.interval)
                return (self._after(days=each * self.interval) for each in count(skipped))
            case "week":
                return self._weekly(begin)
            case "month":
                return self._monthly(begin)
            case _:
                return self._yearly(begin)

    def _weekly(self, begin: date) -> Iterator[date]:
        monday = self.starts_on - timedelta(days=self.starts_on.weekday())
        weekdays = sorted(set(self.weekdays)) or [self.starts_on.weekday()]
        skipped = (begin - monday).days // 7 // self.interval
        for week in count(skipped):
            for weekday in weekdays:
                yield _safely(monday, week * self.interval * 7 + weekday)

    def _monthly(self, begin: date) -> Iterator[date]:
        start = self.starts_on.year * 12 + self.starts_on.month - 1
        skipped = (begin.year * 12 + begin.month - 1 - start) // self.interval
        wanted = self.month_day or self.starts_on.day
        for each in count(skipped):
            year, month = divmod(start + each * self.interval, 12)
            yield _in_month(year, month + 1, wanted)

    def _yearly(self, begin: date) -> Iterator[date]:
        skipped = (begin.year - self.starts_on.year) // self.interval
        for each in count(skipped):
            year = self.starts_on.year + each * self.interval
            yield _in_month(year, self.starts_on.month, self.starts_on.day)

    def _after(self, *, days: int) -> date:
        return _safely(self.starts_on, days)


def _safely(day: date, days: int) -> date:
    """So many days later; the last day there is, once that has passed."""
    return day + timedelta(days=min(days, (date.max - day).days))


def _in_month(year: int, month: int, day: int) -> date:
    if year > LATEST.year:
        return date.max
    length = monthrange(year, month)[1]
    return date(year, month, length if day == LAST else min(day, length))
