"""The dates of a recurring send: those of its rule, with what was skipped, moved or made already."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice, takewhile
from zoneinfo import ZoneInfo

from accounts import current
from broadcasts.models import Broadcast, Series, SeriesDate
from broadcasts.timing import clock
from broadcasts.timing.recurrence import Rule

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Date:
    """One date of a series; `row` is None while nothing but the rule is known of it."""

    series: Series
    planned_on: date
    at: datetime  # when it goes out: as planned, or where it was moved to
    row: SeriesDate | None = None

    @property
    def is_skipped(self) -> bool:
        return self.row is not None and self.row.is_skipped

    @property
    def is_moved(self) -> bool:
        return self.row is not None and self.row.moved_to is not None

    @property
    def broadcast(self) -> Broadcast | None:
        """What was made for it, ahead of time."""
        return self.row.broadcast if self.row else None

    @property
    def problem(self) -> str:
        return str(self.row.problem) if self.row else ""


def rows_of(series: Series) -> dict[date, SeriesDate]:
    """What is known of its dates besides the rule, by the day planned; one query."""
    rows = series.dates.select_related("broadcast").defer("broadcast__audience", "broadcast__body")
    return {row.planned_on: row for row in rows}


def between(
    series: Series, start: datetime, end: datetime, rows: dict[date, SeriesDate] | None = None
) -> list[Date]:
    """Its dates from `start` until `end`, in order; skipped ones, too. `rows` as `rows_of` gives them."""
    rows = rows_of(series) if rows is None else rows
    last = end.astimezone(_zone()).date()
    days = takewhile(lambda day: day <= last, _days(series, start))
    return sorted(
        (each for each in _dates(series, days, rows) if start <= each.at < end), key=lambda each: each.at
    )


def next_ones(series: Series, start: datetime, number: int) -> list[Date]:
    """The next dates that are not skipped, from `start` on, in order."""
    rows = rows_of(series)
    days = islice(_days(series, start), number + len(rows) + 1)
    found = (each for each in _dates(series, days, rows) if each.at >= start and not each.is_skipped)
    return sorted(found, key=lambda each: each.at)[:number]


def of_rule(rule: Rule, start: datetime, number: int) -> list[datetime]:
    """The next moments that a rule names, whatever becomes of single dates."""
    zone = _zone()
    moments = (clock.moment(day, rule.at, zone) for day in rule.days(start.astimezone(zone).date()))
    return list(islice((each for each in moments if each >= start), number))


def at(series: Series, day: date) -> datetime:
    """When a day's send goes out as its rule says."""
    return clock.moment(day, series.at, _zone())


def _days(series: Series, start: datetime) -> Iterator[date]:
    return series.rule.days(start.astimezone(_zone()).date())


def _dates(series: Series, days: Iterator[date], rows: dict[date, SeriesDate]) -> Iterator[Date]:
    """Of these days, and all that were moved: from any day to any other."""
    of_days = {each.planned_on: each for each in _of_days(series, days, rows)}
    moved = {
        day: Date(series, day, row.moved_to, row) for day, row in rows.items() if row.moved_to is not None
    }
    return iter((of_days | moved).values())


def _of_days(series: Series, days: Iterator[date], rows: dict[date, SeriesDate]) -> Iterator[Date]:
    for day in days:
        row = rows.get(day)
        yield Date(series, day, (row.moved_to if row else None) or at(series, day), row)


def _zone() -> ZoneInfo:
    return ZoneInfo(current.tenant().time_zone)
