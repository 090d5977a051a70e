"""The parts of a printed document, from text to boxes and tables."""

from collections.abc import Sequence
from decimal import Decimal
from xml.sax.saxutils import escape

from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Paragraph, Table, TableStyle

from invoices.printing import fonts
from invoices.printing.pages import INK, LINE, QUIET, TINT, WIDTH

BARE = [("LEFTPADDING", (0, 0), (-1, -1), 0), ("RIGHTPADDING", (0, 0), (-1, -1), 0)]
SMALLEST = 0.75  # of its size, to which a name in one line shrinks
TIGHT = [("TOPPADDING", (0, 0), (-1, -1), 1.2 * mm), ("BOTTOMPADDING", (0, 0), (-1, -1), 1.2 * mm)]


class Writer:
    """Makes paragraphs in one language: Japanese breaks between any two signs, English between words."""

    def __init__(self, language: str) -> None:
        self.wrap = "CJK" if language == "ja" else None

    def text(
        self, text: object, size: float = 9, *, quiet: bool = False, right: bool = False, **style: object
    ) -> Paragraph:
        """What people wrote is text, never markup."""
        looks = ParagraphStyle(
            "text",
            fontName=fonts.NAME,
            fontSize=size,
            leading=size * 1.45,
            textColor=QUIET if quiet else INK,
            wordWrap=self.wrap,
            **({"alignment": TA_RIGHT} if right else {}),
            **style,
        )
        return Paragraph(escape(fonts.printable(str(text))).replace("\n", "<br/>"), looks)


class Strong(Flowable):
    """One line in a bold that the font does not have: its outline is drawn too. Shrinks to fit."""

    def __init__(self, text: str, size: float, *, align: str = "left", width: float = WIDTH) -> None:
        super().__init__()
        self.text, self.align, self.room = fonts.printable(text), align, width
        wanted = fonts.font().stringWidth(self.text, size)
        self.size = size if wanted <= width else size * width / wanted

    def wrap(self, _width: float, _height: float) -> tuple[float, float]:
        return self.room, self.size * 1.4

    def draw(self) -> None:
        wide = fonts.font().stringWidth(self.text, self.size)
        starts = {"left": 0, "center": (self.room - wide) / 2, "right": self.room - wide}
        line = self.canv.beginText(starts[self.align], self.size * 0.35)
        line.setFont(fonts.NAME, self.size)
        line.setTextRenderMode(2)
        self.canv.saveState()
        self.canv.setFillColor(INK)
        self.canv.setStrokeColor(INK)
        self.canv.setLineWidth(self.size * 0.025)
        line.textOut(self.text)
        self.canv.drawText(line)
        self.canv.restoreState()


def name(writer: Writer, text: str, size: float, *, width: float) -> Flowable:
    """The name of a company: in one bold line, or on several smaller ones where it is very long."""
    strong = Strong(text, size, width=width)
    return strong if strong.size > size * SMALLEST else writer.text(text, size * SMALLEST)


def side_by_side(left: list[Flowable], right: list[Flowable], *, share: float = 0.55) -> Table:
    """Two stacks next to each other; the left takes `share` of the width."""
    table = Table([[left, right]], colWidths=[WIDTH * share, WIDTH * (1 - share)])
    table.setStyle(TableStyle([*BARE, ("VALIGN", (0, 0), (-1, -1), "TOP")]))
    return table


def facts(writer: Writer, rows: Sequence[tuple[str, object]], *, width: float = WIDTH) -> Table:
    """Names and what they are, those that are nothing left out."""
    lines = [[writer.text(name, quiet=True), writer.text(value)] for name, value in rows if value]
    table = Table(lines, colWidths=[32 * mm, width - 32 * mm], hAlign="LEFT")
    style = [*BARE, ("VALIGN", (0, 0), (-1, -1), "TOP"), ("TOPPADDING", (0, 0), (-1, -1), 0.4 * mm)]
    table.setStyle(TableStyle([*style, ("BOTTOMPADDING", (0, 0), (-1, -1), 0.4 * mm)]))
    return table


def total_box(writer: Writer, label: str, amount: str) -> Table:
    """What is to be paid, for the eye that looks for it."""
    table = Table(
        [[writer.text(label, 11), Strong(amount, 17, align="right", width=58 * mm)]],
        colWidths=[54 * mm, 62 * mm],
        hAlign="LEFT",
    )
    looks = [("BOX", (0, 0), (-1, -1), 0.8, INK), ("BACKGROUND", (0, 0), (0, 0), TINT)]
    table.setStyle(TableStyle([*looks, *TIGHT, ("VALIGN", (0, 0), (-1, -1), "MIDDLE")]))
    return table


def listing(
    writer: Writer,
    head: Sequence[str],
    rows: Sequence[Sequence[object]],
    widths: Sequence[float],
    *,
    text_columns: frozenset[int],
    foot: Sequence[object] | None = None,
) -> Table:
    """A table whose head is repeated on each page, and whose foot never stands on one without a row.

    Figures stand at the right.
    """

    def cells(row: Sequence[object], size: float = 8.5) -> list[Flowable]:
        return [writer.text(cell, size, right=place not in text_columns) for place, cell in enumerate(row)]

    scale = WIDTH / sum(widths)
    lines = [cells(head, 8), *(cells(row) for row in rows), *([cells(foot, 9)] if foot else [])]
    table = Table(lines, colWidths=[width * scale for width in widths], repeatRows=1)
    style = [
        ("BACKGROUND", (0, 0), (-1, 0), TINT),
        ("LINEBELOW", (0, 0), (-1, -1), 0.4, LINE),
        ("LINEABOVE", (0, 0), (-1, 0), 0.8, INK),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        *TIGHT,
    ]
    if foot:
        style += [("LINEABOVE", (0, -1), (-1, -1), 0.8, INK), ("BACKGROUND", (0, -1), (-1, -1), TINT)]
        style += [("NOSPLIT", (0, -2), (-1, -1))] if rows else []
    table.setStyle(TableStyle(style))
    return table


def per_cent(rate: Decimal) -> str:
    """10%, 8%, 2.5%."""
    return f"{(rate * 100).normalize():f}%"


def figure(number: Decimal) -> str:
    """1,234 or 1.5: no decimals that say nothing."""
    return f"{number.normalize():,f}"
