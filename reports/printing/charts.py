"""Charts as vectors: lines and bars over days, or bars beside names."""

from collections.abc import Sequence

from reportlab.lib.colors import white
from reportlab.lib.units import mm
from reportlab.platypus import Flowable

from invoices.printing import fonts
from reports.blocks import COUNT, SIGNED, Chart
from reports.printing.look import INK, LINE, QUIET, WIDTH, Look
from reports.printing.texts import bold, fitting, printable
from reports.scales import scale, shown
from reports.writing import Hand

HIGH, LEFT, UNDER, OVER = 42 * mm, 20 * mm, 6 * mm, 12 * mm
BAR = 6.2 * mm
NAMES = 62 * mm
ROOM = 7 * mm  # of a label below a chart and what is around it, at least


class Drawn(Flowable):
    """A chart below its question, with a key where it has several lines."""

    def __init__(self, chart: Chart, hand: Hand, look: Look, width: float = WIDTH) -> None:
        super().__init__()
        self.chart, self.hand, self.look, self.room = chart, hand, look, width
        self.lies = chart.is_bars and any(len(label) > 5 for label in chart.labels)
        self.spaceAfter = 4 * mm

    def wrap(self, _width: float, _height: float) -> tuple[float, float]:
        inner = BAR * len(self.chart.labels) if self.lies else HIGH + UNDER
        return self.room, OVER + inner

    def draw(self) -> None:
        _width, height = self.wrap(0, 0)
        bold(self.canv, 0, height - 5 * mm, printable(self.chart.title), 9.5, INK)
        if self.lies:
            self._names(height - OVER)
            return
        self._key(height - 5 * mm)
        self._axes()
        (self._bars if self.chart.is_bars else self._lines)()

    @property
    def scale(self):
        values = [value for series in self.chart.series for value in series.values]
        whole = self.chart.kind in (COUNT, SIGNED) or max((value or 0 for value in values), default=0) > 10
        return scale(values, from_zero=self.chart.is_bars or self.chart.from_zero, whole=whole)

    def _key(self, y: float) -> None:
        if len(self.chart.series) < 2:
            return
        x = self.room
        for number, series in reversed(list(enumerate(self.chart.series))):
            label = printable(series.label)
            x -= fonts.font().stringWidth(label, 8)
            self._say(x, y, label, 8)
            x -= 5 * mm
            self.canv.setFillColor(self.look.lines[number % 3])
            self.canv.rect(x, y, 3.4 * mm, 2 * mm, stroke=0, fill=1)
            x -= 5 * mm

    def _axes(self) -> None:
        self.canv.setLineWidth(0.4)
        for tick in self.scale.ticks:
            y = UNDER + self.scale.share(tick) * HIGH
            self.canv.setStrokeColor(LINE)
            self.canv.line(LEFT, y, self.room, y)
            said = printable(self.hand.written(tick, self.chart.kind))
            self._say(LEFT - 2 * mm - fonts.font().stringWidth(said, 7.5), y - 1 * mm, said, 7.5)
        for place in shown(self.chart.labels, int((self.room - LEFT) / (ROOM * 2))):
            label = printable(self.chart.labels[place])
            wide = fonts.font().stringWidth(label, 7.5)
            self._say(self._x(place) - wide / 2, 1 * mm, label, 7.5)

    def _x(self, place: int) -> float:
        """The middle of a day's stretch."""
        return LEFT + (self.room - LEFT) * (place + 0.5) / max(len(self.chart.labels), 1)

    def _y(self, value) -> float:
        return UNDER + self.scale.share(value) * HIGH

    def _lines(self) -> None:
        """A gap where nothing is known; a day alone is a dot."""
        for number, series in enumerate(self.chart.series):
            self.canv.setStrokeColor(self.look.lines[number % 3])
            self.canv.setFillColor(self.look.lines[number % 3])
            self.canv.setLineWidth(1.6)
            self.canv.setLineJoin(1)
            for run in _runs(series.values):
                if len(run) == 1:
                    self.canv.circle(self._x(run[0]), self._y(series.values[run[0]]), 1.2, stroke=0, fill=1)
                    continue
                path = self.canv.beginPath()
                path.moveTo(self._x(run[0]), self._y(series.values[run[0]]))
                for place in run[1:]:
                    path.lineTo(self._x(place), self._y(series.values[place]))
                self.canv.drawPath(path)

    def _bars(self) -> None:
        count = len(self.chart.series)
        step = (self.room - LEFT) / max(len(self.chart.labels), 1)
        wide = min(step * 0.7, 12 * mm) / count
        base = self._y(0)
        for number, series in enumerate(self.chart.series):
            self.canv.setFillColor(self.look.lines[number % 3])
            for place, value in enumerate(series.values):
                if value:
                    x = self._x(place) + (number - count / 2) * wide
                    self.canv.rect(x, base, wide * 0.92, self._y(value) - base, stroke=0, fill=1)

    def _names(self, top: float) -> None:
        """Bars that lie, so that long names have room."""
        [series] = self.chart.series[:1]
        most = max((value or 0 for value in series.values), default=0) or 1
        room = self.room - NAMES - 30 * mm
        for place, (label, value) in enumerate(zip(self.chart.labels, series.values, strict=True)):
            y = top - (place + 1) * BAR
            said = fitting(printable(label), 8, NAMES - 4 * mm)
            self._say(0, y + 1.8 * mm, said, 8, INK)
            length = float((value or 0) / most) * room if value and value > 0 else 0
            self.canv.setFillColor(self.look.accent)
            self.canv.rect(NAMES, y + 1 * mm, length, BAR - 2 * mm, stroke=0, fill=1)
            said = printable(self.hand.written(value, self.chart.kind))
            self._say(NAMES + length + 2 * mm, y + 1.8 * mm, said, 8, INK)

    def _say(self, x: float, y: float, said: str, size: float, color=QUIET) -> None:
        self.canv.setFillColor(color)
        self.canv.setFont(fonts.NAME, size)
        self.canv.drawString(x, y, said)
        self.canv.setFillColor(white)


def _runs(values: Sequence) -> list[list[int]]:
    """The places of values that are known, as far as they follow each other."""
    found: list[list[int]] = []
    for place, value in enumerate(values):
        if value is None:
            continue
        if found and found[-1][-1] == place - 1:
            found[-1].append(place)
        else:
            found.append([place])
    return found
