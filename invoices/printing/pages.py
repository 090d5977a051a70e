"""Sheets of paper: margins, the foot with number and page, and the mark of a draft."""

from typing import Any

from reportlab.lib.colors import Color, HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Frame, PageTemplate

from invoices.printing import fonts

WIDTH = A4[0] - 36 * mm
INK = HexColor("#1c2430")
QUIET = HexColor("#5c6675")
LINE = HexColor("#c9d0da")
TINT = HexColor("#eef1f5")
DRAFT = Color(0.6, 0.1, 0.1, alpha=0.10)


class Sheets(BaseDocTemplate):
    """A4 sheets with the same margins on each."""

    def __init__(self, file: Any, **about: str) -> None:
        margins = {
            "leftMargin": 18 * mm,
            "rightMargin": 18 * mm,
            "topMargin": 16 * mm,
            "bottomMargin": 18 * mm,
        }
        super().__init__(file, pagesize=A4, **margins, **about)
        bare = {"leftPadding": 0, "rightPadding": 0, "topPadding": 0, "bottomPadding": 0}
        frame = Frame(self.leftMargin, self.bottomMargin, self.width, self.height, **bare)
        self.addPageTemplates(PageTemplate(frames=[frame]))


class Numbered(Canvas):
    """Knows how many pages there are before it writes any of them."""

    foot = ""
    mark = ""  # across each page, where it is not yet what it looks like

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **(options | {"initialFontName": fonts.NAME}))
        self._sheets: list[dict] = []

    def showPage(self) -> None:  # noqa: N802  (the library's name)
        self._sheets.append(dict(self.__dict__))
        self._startPage()

    def save(self) -> None:
        for number, sheet in enumerate(self._sheets, start=1):
            self.__dict__.update(sheet)
            self._finish(number, len(self._sheets))
            super().showPage()
        super().save()

    def _finish(self, number: int, count: int) -> None:
        width, height = A4
        self.setFont(fonts.NAME, 8)
        self.setFillColor(QUIET)
        self.drawString(18 * mm, 10 * mm, self.foot)
        self.drawRightString(width - 18 * mm, 10 * mm, f"{number} / {count}")
        if self.mark:
            self.saveState()
            self.translate(width / 2, height / 2)
            self.rotate(40)
            self.setFillColor(DRAFT)
            self.setFont(fonts.NAME, 96)
            self.drawCentredString(0, -30, self.mark)
            self.restoreState()


def canvas(foot: str, mark: str) -> type[Numbered]:
    """A canvas that writes these on each page."""
    return type("Marked", (Numbered,), {"foot": foot, "mark": mark})
