"""The course of a month as points of a drawing 100 wide and 40 high: a step for each day, at its end."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from billing.live import Course

WIDTH, HEIGHT = 100.0, 40.0
FAR = 2  # times what is expected: a limit beyond that would flatten the lines


@dataclass(frozen=True, slots=True)
class Column:
    """One day of the drawing, for what is said of it."""

    day: date
    left: float
    width: float
    used: int | None = None
    low: int | None = None
    expected: int | None = None
    high: int | None = None


@dataclass(frozen=True, slots=True)
class Drawing:
    """Lines and areas as points. `limit` is how far down the limit stands; None: none, or far above."""

    first: date
    last: date
    most: int
    used: str
    expected: str
    band: str
    limit: float | None
    columns: tuple[Column, ...]


def draw(month: date, course: Course, limit: int | None) -> Drawing:
    """What is used so far, then what is expected with its band."""
    end, today = course.end, course.end.days[0].day
    reach = max(end.last.high, end.used, 1)
    most = max(reach, limit) if limit and limit <= FAR * reach else reach
    scale = _Scale(month, end.last.day, most)
    here = scale.point(today, end.used, course.elapsed)
    past = [scale.point(day, count) for day, count in course.used.items() if day < today]
    highs = [scale.point(band.day, band.high) for band in end.days]
    lows = [scale.point(band.day, band.low) for band in end.days]
    return Drawing(
        first=month,
        last=end.last.day,
        most=most,
        used=" ".join([f"0.00,{HEIGHT:.2f}", *past, here]),
        expected=" ".join([here, *(scale.point(band.day, band.expected) for band in end.days)]),
        band=" ".join([here, *highs, *reversed(lows)]),
        limit=scale.height(limit) if limit and limit <= most else None,
        columns=tuple(_columns(course, scale, today)),
    )


@dataclass(frozen=True, slots=True)
class _Scale:
    first: date
    last: date
    most: int

    @property
    def width(self) -> float:
        return WIDTH / ((self.last - self.first).days + 1)

    def left(self, day: date) -> float:
        return round(self.width * (day - self.first).days, 2)

    def height(self, count: int) -> float:
        return round(HEIGHT * (self.most - count) / self.most, 2)

    def point(self, day: date, count: int, elapsed: float = 1.0) -> str:
        """At the end of the day, or within it."""
        return f"{self.left(day) + self.width * elapsed:.2f},{self.height(count):.2f}"


def _columns(course: Course, scale: _Scale, today: date) -> Iterable[Column]:
    width = round(scale.width, 2)
    for day, count in course.used.items():
        if day < today:
            yield Column(day, scale.left(day), width, used=count)
    for band in course.end.days:
        used = course.end.used if band.day == today else None
        yield Column(band.day, scale.left(band.day), width, used, band.low, band.expected, band.high)
