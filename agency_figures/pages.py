"""What the board of all clients shows: cells in words, and drawings of how far clients are apart."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from accounts.spreadsheets import Cell as SheetCell
from accounts.spreadsheets import Sheet
from agency_figures.board import Board, Cell, Client, Spread
from agency_figures.models import Light
from agency_figures.wording import figure

BADGES = {Light.GREEN: "good", Light.YELLOW: "warn", Light.RED: "bad", Light.GREY: ""}
ICONS = {Light.GREEN: "check", Light.YELLOW: "warning", Light.RED: "down", Light.GREY: "clock"}
ARROWS = {"up": "↗", "down": "↘", "same": "→", "": ""}
WIDTH = Decimal(100)
MOST_DOTS = 400


@dataclass(frozen=True, slots=True)
class Shown:
    """One figure of one client in words."""

    cell: Cell
    value: str
    end: str
    target: str
    badge: str
    icon: str
    arrow: str
    change: str
    is_better: bool

    @property
    def has_light(self) -> bool:
        return self.cell.row.light != Light.GREY

    @property
    def light(self) -> str:
        return str(Light(self.cell.row.light).label)


@dataclass(frozen=True, slots=True)
class Strip:
    """A spread as a drawing on a line of 100: every client a dot, the middle half a bar."""

    spread: Spread
    least: str
    middle: str
    most: str
    low_x: str
    width: str
    middle_x: str
    dots: list[str]


def cells(client: Client, board: Board) -> list[Shown | None]:
    """In the order of the columns; None where the client has no such figure."""
    return [_shown(client.cells.get(each.code)) for each in board.figures]


def strips(board: Board) -> list[Strip]:
    """Of figures that two clients have at least."""
    return [_strip(spread) for spread in board.spreads if len(spread.values) > 1]


def sheet(board: Board) -> Sheet:
    """A line for each client; amounts and counts as numbers, shares as shares."""
    header = [_("Client")]
    for each in board.figures:
        parts = (_("So far"), _("Forecast"), _("Target"), _("Light"), _("A month before"))
        header += [f"{each.label}: {part}" for part in parts]
    rows = [[client.tenant.name, *_plain(client, board)] for client in board.clients]
    return Sheet("clients", _("Figures of all clients"), header, rows)


def _shown(cell: Cell | None) -> Shown | None:
    if cell is None:
        return None
    light = Light(cell.row.light)
    return Shown(
        cell=cell,
        value=_said(cell, cell.row.value),
        end=_said(cell, cell.row.end) if cell.row.end != cell.row.value else "",
        target=_said(cell, cell.row.target) if cell.row.target is not None else "",
        badge=BADGES[light],
        icon=ICONS[light],
        arrow=ARROWS[cell.trend],
        change=_change(cell),
        is_better=cell.is_better,
    )


def _said(cell: Cell, value: Decimal | None) -> str:
    return figure(value, cell.figure.unit, cell.row.currency, is_each=cell.figure.is_rate)


def _change(cell: Cell) -> str:
    """Against the month before: of shares in points, else in per cent."""
    if cell.change is None:
        return ""
    text = f"{cell.change * 100:+,.1f}" if abs(cell.change) < 10 else f"{cell.change * 100:+,.0f}"
    unit = _("points") if cell.figure.unit == "share" else "%"
    return f"{text.replace('-', '−')} {unit}"


def _strip(spread: Spread) -> Strip:
    least, low, middle, high, most = spread.quarters
    scale = most - least

    def at(value: Decimal) -> str:
        return f"{float(WIDTH * (value - least) / scale) if scale else 50:.2f}"

    def said(value: Decimal) -> str:
        return figure(value, spread.figure.unit, spread.currency, is_each=spread.figure.is_rate)

    step = -(-len(spread.values) // MOST_DOTS)
    return Strip(
        spread=spread,
        least=said(least),
        middle=said(middle),
        most=said(most),
        low_x=at(low),
        width=f"{max(float(at(high)) - float(at(low)), 0.5):.2f}",
        middle_x=at(middle),
        dots=[at(value) for value in spread.values[::step]],
    )


def _plain(client: Client, board: Board) -> Iterable[SheetCell]:
    for each in board.figures:
        cell = client.cells.get(each.code)
        if cell is None:
            yield from (None,) * 5
            continue
        row = cell.row
        light = "" if row.light == Light.GREY else str(Light(row.light).label)
        yield from (_number(cell, row.value), _number(cell, row.end), _number(cell, row.target))
        yield from (light, _number(cell, cell.before))


def _number(cell: Cell, value: Decimal | None) -> float | Decimal | None:
    if value is None:
        return None
    if cell.figure.unit == "share":
        return float(value)
    whole = value.to_integral_value()
    return whole if value == whole else round(value, 4)
