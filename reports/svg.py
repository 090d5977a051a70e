"""Charts for pages: shapes in a box of 100 × 40 that stretches with the page, numbers beside it as text."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from reports.blocks import COUNT, SIGNED, Chart
from reports.scales import Scale, scale
from reports.writing import Hand

WIDTH, HEIGHT = 100.0, 40.0


@dataclass(frozen=True, slots=True)
class Bar:
    x: float
    y: float
    width: float
    height: float
    number: int  # of its series


@dataclass(frozen=True, slots=True)
class Lying:
    """A bar beside a name; `length` of 100."""

    label: str
    value: str
    length: float


@dataclass(frozen=True, slots=True)
class Drawing:
    """`lines` are points by number of their series, `grid` the heights of lines with a value."""

    title: str
    lines: Sequence[tuple[int, str]]
    bars: Sequence[Bar]
    lying: Sequence[Lying]
    grid: Sequence[float]
    most: str
    least: str
    first: str
    last: str
    names: Sequence[str]
    rows: Sequence[tuple[str, list[str]]]


def draw(chart: Chart, hand: Hand) -> Drawing:
    values = [value for series in chart.series for value in series.values]
    whole = chart.kind in (COUNT, SIGNED)
    axis = scale(values, from_zero=chart.is_bars or chart.from_zero, whole=whole)
    lies = chart.is_bars and any(len(label) > 5 for label in chart.labels)
    written = [[hand.written(value, chart.kind) for value in series.values] for series in chart.series]
    return Drawing(
        title=chart.title,
        lines=[] if chart.is_bars else list(_lines(chart, axis)),
        bars=list(_bars(chart, axis)) if chart.is_bars and not lies else [],
        lying=_lying(chart, hand) if lies else [],
        grid=[HEIGHT * (1 - axis.share(tick)) for tick in axis.ticks],
        most=hand.written(axis.most, chart.kind),
        least=hand.written(axis.least, chart.kind),
        first=chart.labels[0] if chart.labels else "",
        last=chart.labels[-1] if chart.labels else "",
        names=[series.label for series in chart.series],
        rows=list(zip(chart.labels, map(list, zip(*written, strict=True)), strict=True)),
    )


def _lines(chart: Chart, axis: Scale):
    step = WIDTH / max(len(chart.labels), 1)
    for number, series in enumerate(chart.series):
        points: list[str] = []
        for place, value in enumerate([*series.values, None]):
            if value is not None:
                points.append(f"{step * (place + 0.5):.2f},{HEIGHT * (1 - axis.share(value)):.2f}")
            elif points:
                yield number, " ".join(points)
                points = []


def _bars(chart: Chart, axis: Scale):
    step, count = WIDTH / max(len(chart.labels), 1), len(chart.series)
    wide = step * 0.7 / count
    base = HEIGHT * (1 - axis.share(0))
    for number, series in enumerate(chart.series):
        for place, value in enumerate(series.values):
            if value:
                top = HEIGHT * (1 - axis.share(value))
                x = step * (place + 0.5) + (number - count / 2) * wide
                yield Bar(x, min(top, base), wide * 0.92, abs(base - top), number)


def _lying(chart: Chart, hand: Hand) -> list[Lying]:
    [series] = chart.series[:1]
    most = max((Decimal(value) for value in series.values if value is not None), default=Decimal(0)) or 1
    return [
        Lying(label, hand.written(value, chart.kind), max(0.0, float(Decimal(value or 0) / most * 100)))
        for label, value in zip(chart.labels, series.values, strict=True)
    ]
