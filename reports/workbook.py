"""A report as an Excel file: a sheet for each section, real numbers, charts of Excel's own.

Each sheet has its title, then its first table, whose head stays in sight; what else the section says follows.
"""

import io
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal

import xlsxwriter
from django.utils import translation
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from accounts.money import CURRENCIES, Currency
from accounts.spreadsheets import NAME_LENGTH, NOT_IN_NAMES
from agency_library.models import AgencyBranding
from reports import blocks, showing
from reports.blocks import Block, Cell, Chart, Column, Paragraphs, Section, Send, Table, Tiles
from reports.models import Report
from reports.writing import Hand

WIDE = 46  # the widest column, in signs
CHART_ROWS = 16


def excel(report: Report, language: str, branding: AgencyBranding) -> bytes:
    with translation.override(language):
        hand = showing.told(report).hand
        file = io.BytesIO()
        with xlsxwriter.Workbook(file, {"in_memory": True, "strings_to_formulas": False}) as book:
            about = report.figures["about"]
            book.set_properties({"title": showing.title(report), "author": about["agency"]})
            names: set[str] = set()
            for section in showing.sections(report, language):
                _Page(book, section, names, hand, branding.accent).fill()
        return file.getvalue()


class _Page:
    """One sheet while it is written, from the top down."""

    def __init__(self, book: Workbook, section: Section, names: set[str], hand: Hand, accent: str) -> None:
        self.book, self.section, self.hand, self.row = book, section, hand, 0
        name = section.title.translate(NOT_IN_NAMES)[:NAME_LENGTH]
        if name.lower() in names:
            name = f"{name[: NAME_LENGTH - 4]} {len(names)}"
        names.add(name.lower())
        self.page: Worksheet = book.add_worksheet(name)
        self.title = book.add_format({"bold": True, "font_size": 14, "font_color": accent})
        self.head = book.add_format(
            {"bold": True, "font_color": "#ffffff", "bg_color": accent, "text_wrap": True}
        )
        self.bold = book.add_format({"bold": True})
        self.plain = book.add_format({"text_wrap": True, "valign": "top"})
        self.kinds = {kind: book.add_format({"num_format": _number(kind, hand.currency)}) for kind in KINDS}
        self.widths: dict[int, int] = {}

    def fill(self) -> None:
        self._say(self.section.title, self.title)
        self._say(self.section.lead)
        self.row += 1
        listed = [each for block in self.section.blocks for each in _tables(block)]
        first = next((block for block in listed if isinstance(block, Table)), None)
        if first:
            self.page.freeze_panes(self.row + 1, 1)
            self._table(first, with_title=False)
        for block in listed:
            if block is not first:
                self._block(block)
        for column, width in self.widths.items():
            self.page.set_column(column, column, min(width + 2, WIDE))

    def _block(self, block: Block) -> None:
        match block:
            case Table():
                self._table(block)
            case Chart():
                self._chart(block)
            case Paragraphs():
                for text in block.texts:
                    self._say(text)
                self.row += 1

    def _say(self, text: str, style: object = None) -> None:
        if text:
            self.page.write_string(self.row, 0, text, style)
            self.row += 1

    def _table(self, table: Table, *, with_title: bool = True) -> int:
        """The row of its head."""
        if with_title:
            self._say(table.title, self.bold)
        head = self.row
        for place, column in enumerate(table.columns):
            self.page.write_string(head, place, column.label, self.head)
            self._widen(place, column.label)
        for number, row in enumerate([*table.rows, *([table.foot] if table.foot else [])]):
            self.row += 1
            kinds = [table.kind(number, place) for place in range(len(row))]
            for place, value in enumerate(row):
                self._cell(place, value, kinds[place])
        self.row += 2
        return head

    def _cell(self, place: int, value: Cell, kind: str) -> None:
        style = self.kinds.get(kind)
        match value:
            case None:
                return
            case datetime():
                self.page.write_datetime(
                    self.row,
                    place,
                    value.astimezone(self.hand.zone).replace(tzinfo=None),
                    self.kinds[blocks.MOMENT],
                )
            case date():
                self.page.write_datetime(self.row, place, value, self.kinds[blocks.DAY])
            case int() | Decimal():
                self.page.write_number(self.row, place, float(value), style)
            case _:
                self.page.write_string(self.row, place, str(value), self.plain)
        self._widen(place, self.hand.written(value, kind))

    def _chart(self, chart: Chart) -> None:
        """Its figures as a table, and Excel's chart of them beside it."""
        columns = [Column("", blocks.TEXT), *(Column(each.label, chart.kind) for each in chart.series)]
        values = zip(chart.labels, *(each.values for each in chart.series), strict=True)
        head = self._table(Table(columns, [list(row) for row in values], title=chart.title))
        drawn = self.book.add_chart({"type": "column" if chart.is_bars else "line"})
        last = head + len(chart.labels)
        name = self.page.get_name()
        for place in range(1, len(columns)):
            drawn.add_series(
                {
                    "name": [name, head, place],
                    "categories": [name, head + 1, 0, last, 0],
                    "values": [name, head + 1, place, last, place],
                }
            )
        drawn.set_title({"name": chart.title, "name_font": {"size": 11}})
        drawn.set_legend({"position": "bottom"} if len(chart.series) > 1 else {"none": True})
        self.page.insert_chart(head, len(columns) + 1, drawn)
        self.row = max(self.row, head + CHART_ROWS + 1)

    def _widen(self, place: int, text: str) -> None:
        wide = sum(2 if ord(sign) > 0x2E7F else 1 for sign in text)
        self.widths[place] = max(self.widths.get(place, 8), wide)


def _tables(block: Block) -> Iterator[Block]:
    """Large figures as a table; of sends their figures stand in the table of all."""
    match block:
        case Tiles():
            columns = [Column("", blocks.TEXT), Column(""), Column("", blocks.TEXT)]
            rows = [[tile.label, tile.value, tile.note] for tile in block.tiles]
            kinds = {place: tile.kind for place, tile in enumerate(block.tiles)}
            yield Table(columns, rows, kinds=kinds)
        case Send():
            columns = [Column(block.name, blocks.TEXT), Column(""), Column("", blocks.TEXT)]
            rows = [[fact.label, fact.value, fact.note] for fact in block.facts]
            kinds = {place: fact.kind for place, fact in enumerate(block.facts)}
            yield Table(columns, rows, kinds=kinds)
        case _:
            yield block


KINDS = (
    *(blocks.COUNT, blocks.MONEY, blocks.EACH, blocks.SHARE, blocks.TIMES),
    *(blocks.SIGNED, blocks.DAY, blocks.MOMENT),
)


def _number(kind: str, currency: str) -> str:
    """Excel's format of such numbers."""
    known = CURRENCIES.get(currency, Currency(f"{currency} ", 2))
    sign = f'"{known.sign}"'

    def places(count: int) -> str:
        return f"{sign}#,##0" + ("." + "0" * count if count else "")

    return {
        blocks.COUNT: "#,##0",
        blocks.SIGNED: "+#,##0;-#,##0;0",
        blocks.MONEY: places(known.decimals),
        blocks.EACH: places(known.decimals + 1),
        blocks.SHARE: "0.0%",
        blocks.TIMES: "0%",
        blocks.DAY: "yyyy/mm/dd",
        blocks.MOMENT: "yyyy/mm/dd hh:mm",
    }[kind]
