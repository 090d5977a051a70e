"""Revenue per friend month after month, against what a friend cost, as points of SVG. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from acquisition.table import Row

WIDTH, HEIGHT = 100.0, 40.0
FEWEST = 3  # months that the drawing is wide


@dataclass(frozen=True)
class Line:
    """`cost_y` is where the cost per friend lies; None: not known. `crossing` is where it was paid back."""

    row: Row
    points: str
    cost_y: float | None
    crossing: tuple[float, float] | None


@dataclass(frozen=True)
class Chart:
    lines: list[Line]
    most: Decimal
    months: int


def draw(rows: Sequence[Row], margin: Decimal) -> Chart | None:
    """None where nobody has a month behind them."""
    curves = [row.part.paid.curve or row.people.curve for row in rows]
    months = max((curve[-1].month for curve in curves if curve), default=0)
    if not months:
        return None
    heights = [point.revenue * margin for curve in curves for point in curve]
    heights += [row.cost_each for row in rows if row.cost_each is not None]
    most, width = max(*heights, Decimal(1)), max(months, FEWEST)

    def x(month: int) -> float:
        return WIDTH * month / width

    def y(amount: Decimal) -> float:
        return HEIGHT * (1 - float(max(amount, Decimal(0)) / most))

    lines = []
    for row, curve in zip(rows, curves, strict=True):
        points = [(0.0, HEIGHT), *((x(point.month), y(point.revenue * margin)) for point in curve)]
        month = row.pay_back.month if row.pay_back else None
        crossing = points[month] if month and month < len(points) else None
        cost = None if row.cost_each is None else y(row.cost_each)
        drawn = " ".join(f"{left:.2f},{top:.2f}" for left, top in points)
        lines.append(Line(row, drawn, cost, crossing))
    return Chart(lines, most, width)
