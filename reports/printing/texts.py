"""Paragraphs, headings, tiles and tables."""

import re
from collections.abc import Sequence
from xml.sax.saxutils import escape

from reportlab.lib.colors import Color
from reportlab.lib.enums import TA_CENTER, TA_RIGHT
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Paragraph, Table, TableStyle

from invoices.printing import fonts
from invoices.printing.parts import BARE
from reports import blocks
from reports.blocks import NUMBERS, Tiles
from reports.blocks import Table as Rows
from reports.printing.look import INK, LIGHTS, LINE, QUIET, TINT, WIDTH, Look
from reports.writing import Hand

WIDE = re.compile(r"[\u3000-\u9fff\uf900-\ufaff\uff00-\uffef]")
IN_A_ROW = 6
STRAIGHT = str.maketrans("‘’“”", "''\"\"")  # the font has the curly ones as wide as a Japanese sign
ROW = [("TOPPADDING", (0, 0), (-1, -1), 1.1 * mm), ("BOTTOMPADDING", (0, 0), (-1, -1), 1.3 * mm)]
RIGHT_OF = {*NUMBERS, blocks.DAY}


def text(
    said: object,
    size: float = 9,
    *,
    color: Color = INK,
    align: str = "",
    before: float = 0,
    after: float = 0,
    indent: float = 0,
) -> Paragraph:
    """What people wrote is text, never markup. Where it has Japanese it breaks between any two signs."""
    words = printable(str(said))
    style = ParagraphStyle(
        "text",
        fontName=fonts.NAME,
        fontSize=size,
        leading=size * 1.5,
        textColor=color,
        alignment={"right": TA_RIGHT, "center": TA_CENTER}.get(align, 0),
        wordWrap="CJK" if WIDE.search(words) else None,
        spaceBefore=before,
        spaceAfter=after,
        leftIndent=indent,
    )
    return Paragraph(escape(words).replace("\n", "<br/>"), style)


def printable(said: str) -> str:
    """In signs that the font has, and that look right in this language."""
    return fonts.printable(said if WIDE.search(said) else said.translate(STRAIGHT))


class Strong(Flowable):
    """One line in a bold that the font lacks: its outline is drawn too. Shrinks to fit, then is cut."""

    def __init__(self, said: str, size: float, *, color: Color = INK, width: float = WIDTH) -> None:
        super().__init__()
        self.color, self.room = color, width
        self.said = fitting(printable(said), size * 0.6, width)
        wanted = fonts.font().stringWidth(self.said, size)
        self.size = size if wanted <= width else size * width / wanted

    def wrap(self, _width: float, _height: float) -> tuple[float, float]:
        return self.room, self.size * 1.45

    def draw(self) -> None:
        bold(self.canv, 0, self.size * 0.35, self.said, self.size, self.color)


def bold(canvas, x: float, y: float, said: str, size: float, color: Color) -> None:
    line = canvas.beginText(x, y)
    line.setFont(fonts.NAME, size)
    line.setTextRenderMode(2)
    canvas.saveState()
    canvas.setFillColor(color)
    canvas.setStrokeColor(color)
    canvas.setLineWidth(size * 0.025)
    line.textOut(said)
    canvas.drawText(line)
    canvas.restoreState()


def fitting(said: str, size: float, width: float) -> str:
    """The beginning of a line that has room at this size."""
    font = fonts.font()
    if font.stringWidth(said, size) <= width:
        return said
    while said and font.stringWidth(f"{said}…", size) > width:
        said = said[: max(0, len(said) - max(1, len(said) // 20))]
    return f"{said}…"


class Heading(Flowable):
    """The title of a section beside a bar in the agency's colour."""

    def __init__(self, said: str, look: Look) -> None:
        super().__init__()
        self.said, self.look = fitting(printable(said), 15, WIDTH - 6 * mm), look

    def wrap(self, _width: float, _height: float) -> tuple[float, float]:
        return WIDTH, 9 * mm

    def draw(self) -> None:
        self.canv.setFillColor(self.look.accent)
        self.canv.rect(0, 1.5 * mm, 1.6 * mm, 6.5 * mm, stroke=0, fill=1)
        bold(self.canv, 4.5 * mm, 2.7 * mm, self.said, 15, self.look.accent)


def tiles(block: Tiles, hand: Hand, width: float = WIDTH) -> list[Flowable]:
    """Large figures, as many in a row as look well."""
    across = min(IN_A_ROW, max(4, len(block.tiles)))
    if len(block.tiles) > IN_A_ROW:
        across = 4
    rows = [block.tiles[place : place + across] for place in range(0, len(block.tiles), across)]
    found: list[Flowable] = []
    for row in rows:
        each = width / across
        cells = [
            [
                text(tile.label, 8, color=QUIET),
                Strong(hand.written(tile.value, tile.kind), 16, width=each - 8 * mm),
                text(tile.note or " ", 7.5, color=QUIET),
            ]
            for tile in row
        ]
        table = Table([cells], colWidths=[each] * len(row), hAlign="LEFT")
        style: list[tuple] = [("VALIGN", (0, 0), (-1, -1), "TOP"), ("TOPPADDING", (0, 0), (-1, -1), 2 * mm)]
        style += [("BACKGROUND", (place, 0), (place, 0), TINT) for place in range(len(row))]
        style += [("LINEAFTER", (place, 0), (place, 0), 3 * mm, "white") for place in range(len(row))]
        table.setStyle(TableStyle([*style, ("LEFTPADDING", (0, 0), (-1, -1), 3 * mm)]))
        table.spaceAfter = 3 * mm
        found.append(table)
    return found


def listing(block: Rows, hand: Hand, look: Look, width: float = WIDTH) -> Table:
    """A table whose head is repeated on each page; figures stand at the right."""
    columns = block.columns

    def cell(value: blocks.Cell, row: int, place: int, size: float) -> Paragraph:
        said = hand.written(value, block.kind(row, place))
        color = LIGHTS.get(said[:1], INK)
        is_right = columns[place].kind in RIGHT_OF
        return text(said, size, align="right" if is_right else "", color=color)

    head = [
        text(column.label, 8, color=look.accent, align="right" if column.kind in RIGHT_OF else "")
        for column in columns
    ]
    lines: list[Sequence[Paragraph]] = [head]
    for number, row in enumerate(block.rows):
        lines.append([cell(value, number, place, 8.5) for place, value in enumerate(row)])
    if block.foot:
        lines.append(
            ["" if value is None else cell(value, -1, place, 8.5) for place, value in enumerate(block.foot)]
        )
    scale = width / sum(column.width for column in columns)
    table = Table(lines, colWidths=[column.width * scale for column in columns], repeatRows=1)
    style = [
        ("BACKGROUND", (0, 0), (-1, 0), look.soft),
        ("LINEBELOW", (0, 0), (-1, -1), 0.4, LINE),
        ("LINEABOVE", (0, 0), (-1, 0), 1, look.accent),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LEFTPADDING", (0, 0), (-1, -1), 1.5 * mm),
        ("RIGHTPADDING", (0, 0), (-1, -1), 1.5 * mm),
        *ROW,
    ]
    if block.foot:
        style += [("LINEABOVE", (0, -1), (-1, -1), 0.8, INK), ("BACKGROUND", (0, -1), (-1, -1), TINT)]
        style += [("NOSPLIT", (0, -2), (-1, -1))] if block.rows else []
    table.setStyle(TableStyle(style))
    table.spaceAfter = 4 * mm
    return table


def side_by_side(cells: Sequence[Flowable | str], widths: Sequence[float]) -> Table:
    table = Table([list(cells)], colWidths=list(widths), hAlign="LEFT")
    table.setStyle(TableStyle([*BARE, ("VALIGN", (0, 0), (-1, -1), "TOP")]))
    return table
