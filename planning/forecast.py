"""Where a figure will stand at the end of a period, with a band, and what was to be expected by now. Pure.

Sums: days still to come are expected to bring what days of their weekday do in this client, at the pace of
the period so far; seven days of the past count along with it, so that one good day decides nothing. Standings
(friends) move on as they did in the past. The band holds the end in about four of five cases.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from math import sqrt
from statistics import fmean, pstdev

Series = Mapping[date, Decimal]
WEEK = 7
LEAST_PAST = 14  # days that tell something of weekdays
LEAST_NOW = 5  # days of which the spread tells something
LEAST_PART = 5  # without a past, the first fifth of a period does not tell the rest
SPREAD = 1.2816  # standard deviations, for four of five cases


@dataclass(frozen=True, slots=True)
class Forecast:
    """The figure so far, its end, and between what that will probably be; None: it cannot be told.

    `expected_share` is how much of a target was to be reached by now; `by_weekday`: as the past says.
    """

    actual: Decimal | None
    end: Decimal | None
    low: Decimal | None = None
    high: Decimal | None = None
    expected_share: Decimal = Decimal(1)
    by_weekday: bool = False
    start: Decimal = Decimal(0)  # where the period began, of a figure of which the newest day counts

    def closed(self) -> "Forecast":
        """Of a period that is over: what was reached is the end, also where its last days were never told."""
        return replace(self, end=self.actual, low=self.actual, high=self.actual, expected_share=Decimal(1))


NOTHING = Forecast(None, None)


def weights(past: Series) -> list[Decimal] | None:
    """What part of a week each weekday has, Monday first, with sum 7; None if the past says nothing.

    No day has less than a tenth of the average: what never happened on a Sunday still may.
    """
    if len(past) < LEAST_PAST or sum(past.values()) <= 0:
        return None
    means = []
    for weekday in range(WEEK):
        values = [value for day, value in past.items() if day.weekday() == weekday]
        means.append(max(sum(values, Decimal(0)) / len(values), Decimal(0)) if values else Decimal(0))
    least = sum(means, Decimal(0)) / WEEK / 10
    raised = [max(mean, least) for mean in means]
    whole = sum(raised, Decimal(0))
    return [each * WEEK / whole for each in raised]


def of_sum(days: Sequence[date], known: Series, past: Series, pattern: Series | None = None) -> Forecast:
    """Of a figure whose days add up. `known` has each day that is over, those without any as 0.

    `pattern` tells of weekdays where the past itself is too short, such as the client's of a new campaign.
    """
    told = weights(past) or weights(pattern or {})
    shares = told or [Decimal(1)] * WEEK
    over = [day for day in days if day in known]
    rest = [day for day in days if day not in known]
    done, open_ = _weight(over, shares), _weight(rest, shares)
    actual = sum((known[day] for day in over), Decimal(0))
    share = done / (done + open_) if days else Decimal(1)
    by_weekday = told is not None
    if not over and not past:
        return Forecast(None, None, expected_share=share)
    pace = _pace(actual, done, past) if past or len(over) * LEAST_PART >= len(days) else None
    if not rest:
        return Forecast(actual, actual, actual, actual, share, by_weekday)
    if pace is None:
        return Forecast(actual, None, expected_share=share, by_weekday=by_weekday)
    end = actual + pace * open_
    width = _width(over, known, past, shares, len(rest))
    if width is None:
        return Forecast(actual, end, None, None, share, by_weekday)
    return Forecast(actual, end, max(actual, end - width), end + width, share, by_weekday)


def of_last(days: Sequence[date], known: Series, past: Series) -> Forecast:
    """Of a figure of which the newest day counts. `known` and `past` may lack days."""
    history = sorted((dict(past) | dict(known)).items())
    seen = [item for item in history if item[0] <= days[-1]]
    if not seen:
        return NOTHING
    newest, value = seen[-1]
    left = (days[-1] - newest).days
    share = Decimal(max((newest - days[0]).days + 1, 0)) / len(days)
    start = next((value for day, value in reversed(seen) if day < days[0]), seen[0][1])
    if left <= 0:
        return Forecast(value, value, value, value, start=start)
    steps = _steps(seen[-4 * WEEK - 1 :])
    if not steps:
        return Forecast(value, value, expected_share=share, start=start)
    end = value + Decimal(str(fmean(steps))) * left
    width = Decimal(str(SPREAD * pstdev(steps) * sqrt(left)))
    if len(steps) < LEAST_NOW:
        return Forecast(value, max(end, Decimal(0)), expected_share=share, start=start)
    low, end, high = (max(each, Decimal(0)) for each in (end - width, end, end + width))
    return Forecast(value, end, low, high, share, start=start)


def of_ratio(above: Forecast, below: Forecast) -> Forecast:
    """Of one figure divided by another; the band is that of what is divided."""
    end = _divided(above.end, below.end)
    low, high = (_divided(each, below.end) for each in (above.low, above.high))
    return Forecast(_divided(above.actual, below.actual), end, low, high)


def _weight(days: Sequence[date], shares: Sequence[Decimal]) -> Decimal:
    return sum((shares[day.weekday()] for day in days), Decimal(0))


def _pace(actual: Decimal, done: Decimal, past: Series) -> Decimal | None:
    """What a day of the average weekday brings: of the period, and of a week of the past."""
    if len(past) < LEAST_PAST:
        return actual / done if done else None
    usual = sum(past.values(), Decimal(0)) / len(past)
    return (actual + usual * WEEK) / (done + WEEK)


def _width(
    over: Sequence[date], known: Series, past: Series, shares: Sequence[Decimal], left: int
) -> Decimal | None:
    """By how much the rest may be off, from how far days were off their weekday's average."""
    days = past if len(past) >= LEAST_PAST else {day: known[day] for day in over}
    if len(days) < LEAST_NOW:
        return None
    mean = sum(days.values(), Decimal(0)) / len(days)
    off = [float(value - mean * shares[day.weekday()]) for day, value in days.items()]
    return Decimal(str(SPREAD * pstdev(off) * sqrt(left)))


def _steps(seen: Sequence[tuple[date, Decimal]]) -> list[float]:
    """By how much it changed from day to day; a gap is spread over its days."""
    found: list[float] = []
    for (day, value), (next_day, next_value) in zip(seen, seen[1:], strict=False):
        gap = (next_day - day).days
        found += [float(next_value - value) / gap] * gap
    return found


def _divided(above: Decimal | None, below: Decimal | None) -> Decimal | None:
    return above / below if above is not None and below else None
