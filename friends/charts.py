"""Lines over days, as points of a drawing 100 wide and 40 high."""

from dataclasses import dataclass
from datetime import date

WIDTH, HEIGHT = 100.0, 40.0


@dataclass(frozen=True)
class Chart:
    """Several lines on one scale. A day without a figure breaks its line; it is not zero."""

    first: date
    last: date
    least: int
    most: int
    lines: dict[str, list[str]]  # by name: for each unbroken part, the points of a polyline


def draw(days: dict[date, dict[str, int | None]], names: list[str]) -> Chart | None:
    """None if no day has a figure."""
    known = [figures[name] for figures in days.values() for name in names]
    figures = [figure for figure in known if figure is not None]
    if not figures:
        return None
    least, most = min(0, *figures), max(*figures, 1)
    first, last = min(days), max(days)
    chart = Chart(first, last, least, most, {})
    for name in names:
        chart.lines[name] = _parts({day: days[day][name] for day in sorted(days)}, chart)
    return chart


def _parts(figures: dict[date, int | None], chart: Chart) -> list[str]:
    parts: list[list[str]] = [[]]
    for day, figure in figures.items():
        if figure is None:
            parts.append([])
        else:
            parts[-1].append(_point(day, figure, chart))
    return [" ".join(part) for part in parts if part]


def _point(day: date, figure: int, chart: Chart) -> str:
    span = max((chart.last - chart.first).days, 1)
    across = WIDTH * (day - chart.first).days / span
    down = HEIGHT * (chart.most - figure) / (chart.most - chart.least)
    return f"{across:.2f},{down:.2f}"
