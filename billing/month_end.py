"""Where a month's messages will end, with a band from the months before. Pure.

The rest of a month is taken to go as the rest of each month before went, counted from as many days before its
end: the middle of them is expected, the quietest and the busiest are the band. What is scheduled is a floor.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil
from statistics import median

MOST_MONTHS = 6  # before this one


@dataclass(frozen=True, slots=True)
class Band:
    """Messages of the month used by the end of a day."""

    day: date
    low: int
    expected: int
    high: int


@dataclass(frozen=True, slots=True)
class MonthEnd:
    """The band of each day from today to the month's last. `months` is how many before it stands on; with
    none it is what is scheduled and no more.
    """

    used: int
    days: tuple[Band, ...]
    months: int

    @property
    def last(self) -> Band:
        return self.days[-1]

    def passes(self, limit: int | None) -> date | None:
        """The day on which the limit is expected to be passed; None: it is not, or there is none."""
        if limit is None:
            return None
        return next((band.day for band in self.days if band.expected > limit), None)


def expect(
    days: Sequence[date],
    *,
    used: int,
    scheduled: Mapping[date, int],
    before: Sequence[Sequence[int]],
    of_today: float = 1.0,
) -> MonthEnd:
    """The band from today, the first of `days`, to the month's last.

    `used`: so far this month. `scheduled`: by day, still to leave. `before`: for each month before, its
    messages by day; the last MOST_MONTHS count. `of_today`: which part of today is still to come.
    """
    pasts = [_rest(month, len(days), of_today) for month in before[-MOST_MONTHS:]]
    bands, planned = [], 0
    for number, day in enumerate(days):
        planned += scheduled.get(day, 0)
        rests = [past[number] for past in pasts] or [0.0]
        low, expected, high = (max(planned, ceil(rest)) for rest in (min(rests), median(rests), max(rests)))
        bands.append(Band(day, used + low, used + expected, used + high))
    return MonthEnd(used, tuple(bands), len(pasts))


def _rest(month: Sequence[int], length: int, of_today: float) -> list[float]:
    """What was sent in the last `length` days of a month, summed up day by day."""
    tail = list(month[-length:])
    tail = [0] * (length - len(tail)) + tail
    sums, sum_so_far = [], 0.0
    for number, messages in enumerate(tail):
        sum_so_far += messages * (of_today if number == 0 else 1)
        sums.append(sum_so_far)
    return sums
