"""One indicator day by day as a drawing: what came, what was to be expected, where it will end. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

WIDTH, HEIGHT = 100.0, 40.0
Point = tuple[date, Decimal]


@dataclass(frozen=True, slots=True)
class Chart:
    """Lines and an area as points of SVG, and what the top stands for."""

    actual: str
    expected: str
    forecast: str
    band: str
    target_y: float | None
    most: Decimal
    first: date
    last: date


def draw(
    days: Sequence[date],
    actual: Sequence[Point],
    target: Decimal | None,
    expected: Sequence[Point],
    end: tuple[Decimal | None, Decimal | None, Decimal | None],
) -> Chart | None:
    """`end` is the forecast with its least and most. None if there is nothing to draw."""
    low, middle, high = end[1], end[0], end[2]
    heights = [value for _day, value in [*actual, *expected]]
    heights += [value for value in (target, low, middle, high) if value is not None]
    if not heights or not days:
        return None
    most = max(*heights, Decimal(0)) or Decimal(1)
    least = min(*heights, Decimal(0))

    def at(day: date, value: Decimal) -> str:
        x = WIDTH * (day - days[0]).days / max(len(days) - 1, 1)
        y = HEIGHT * float((most - value) / (most - least))
        return f"{x:.2f},{y:.2f}"

    newest = actual[-1] if actual else None
    forecast = band = ""
    if newest and middle is not None and newest[0] < days[-1]:
        forecast = f"{at(*newest)} {at(days[-1], middle)}"
        if low is not None and high is not None:
            band = f"{at(*newest)} {at(days[-1], high)} {at(days[-1], low)}"
    return Chart(
        actual=" ".join(at(*point) for point in actual),
        expected=" ".join(at(*point) for point in expected),
        forecast=forecast,
        band=band,
        target_y=None if target is None else HEIGHT * float((most - target) / (most - least)),
        most=most,
        first=days[0],
        last=days[-1],
    )
