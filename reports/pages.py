"""What the page of a report shows: the same sections as the PDF, drawn for a browser."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from composing import phone
from reports import blocks, showing, svg
from reports.blocks import Block, Chart, Paragraphs, Section, Send, Table, Tiles
from reports.models import Report
from reports.printing.texts import RIGHT_OF
from reports.writing import Hand

BADGES = {
    Report.State.DRAFT: "",
    Report.State.REVIEWED: "warn",
    Report.State.RELEASED: "good",
    Report.State.WITHDRAWN: "bad",
    Report.State.SUPERSEDED: "",
}
LIGHTS = {"●": "good", "▲": "warn", "■": "bad"}


@dataclass(frozen=True)
class Cell:
    text: str
    is_number: bool
    label: str
    badge: str = ""


@dataclass(frozen=True)
class Drawn:
    """One block with the part of the page that shows it."""

    template: str
    data: Any


def sections(report: Report, language: str) -> list[tuple[Section, list[Drawn]]]:
    hand = showing.told(report).hand
    found = showing.sections(report, language)
    return [(each, [_drawn(block, hand) for block in each.blocks]) for each in found]


def _drawn(block: Block, hand: Hand) -> Drawn:
    match block:
        case Tiles():
            shown = [(tile, hand.written(tile.value, tile.kind)) for tile in block.tiles]
            return Drawn("reports/blocks/tiles.html", shown)
        case Table():
            return Drawn("reports/blocks/table.html", _table(block, hand))
        case Chart():
            return Drawn("reports/blocks/chart.html", svg.draw(block, hand))
        case Send():
            facts = [(fact, hand.written(fact.value, fact.kind)) for fact in block.facts]
            at = hand.written(block.at, blocks.MOMENT)
            given = {"send": block, "facts": facts, "at": at, "shown": phone.shown(list(block.messages))}
            return Drawn("reports/blocks/send.html", given)
        case Paragraphs():
            return Drawn("reports/blocks/paragraphs.html", block)


def _table(table: Table, hand: Hand) -> dict[str, Any]:
    columns = [(column.label, column.kind in RIGHT_OF) for column in table.columns]

    def cells(row: int, values) -> list[Cell]:
        found = []
        for place, value in enumerate(values):
            text = "" if row < 0 and value is None else hand.written(value, table.kind(row, place))
            label, is_number = columns[place]
            found.append(Cell(text, is_number, label, LIGHTS.get(text[:1], "")))
        return found

    rows = [cells(number, row) for number, row in enumerate(table.rows)]
    return {
        "table": table,
        "columns": columns,
        "rows": rows,
        "foot": cells(-1, table.foot) if table.foot else [],
        "title": table.title or _("Table"),
    }
