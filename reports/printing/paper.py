"""Sheets of a report: the first with names and summary, a head and a foot on each."""

import io
from collections.abc import Iterator
from io import BytesIO
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _
from reportlab.lib.colors import white
from reportlab.lib.units import mm
from reportlab.lib.utils import ImageReader
from reportlab.platypus import BaseDocTemplate, CondPageBreak, Flowable, Frame, PageTemplate, Spacer

from agency_library.models import AgencyBranding
from invoices.printing import fonts
from invoices.printing.pages import DRAFT, Numbered
from reports import blocks, showing
from reports.blocks import Block, Chart, Paragraphs, Section, Send, Table, Tiles
from reports.models import Report
from reports.picturing import Pictures
from reports.printing import look as looks
from reports.printing import phone, texts
from reports.printing.charts import Drawn
from reports.printing.look import BOTTOM, HEIGHT, INK, PAGE, QUIET, SIDE, WIDTH, Look
from reports.writing import Hand

LOGO = (80 * mm, 14 * mm)  # the room that a logo has on the first page
ROOM = 52 * mm  # that a heading needs below it


def pdf(
    report: Report,
    language: str,
    branding: AgencyBranding,
    *,
    is_released: bool = False,
    pictures: Pictures | None = None,
) -> bytes:
    """The file. Of what is not released, each page says that it is a draft.

    `pictures` are those that were read for it before, such as for another language.
    """
    with translation.override(language):
        fonts.font()
        file = io.BytesIO()
        about = report.figures["about"]
        title = showing.title(report)
        sheets = _Sheets(file, title=texts.printable(title), author=texts.printable(about["agency"]))
        mark = "" if is_released or report.released_at else _("DRAFT")
        given = {"foot": _foot(report, branding), "mark": mark, "head": f"{about['client']}  {title}"}
        canvas = type("Marked", (_Marked,), given | {"look": looks.of(branding.accent)})
        sheets.build(list(_content(report, language, branding, pictures or Pictures())), canvasmaker=canvas)
        return file.getvalue()


class _Sheets(BaseDocTemplate):
    def __init__(self, file: Any, **about: str) -> None:
        super().__init__(file, pagesize=PAGE, creator="Musubi", **about)
        bare = {"leftPadding": 0, "rightPadding": 0, "topPadding": 0, "bottomPadding": 0}
        frame = Frame(SIDE, BOTTOM, WIDTH, HEIGHT, **bare)
        self.addPageTemplates(PageTemplate(frames=[frame]))


class _Marked(Numbered):
    """With a head on each page but the first, and what the agency says at the foot."""

    head = ""
    look: Look

    def _finish(self, number: int, count: int) -> None:
        width, height = PAGE
        self.setFillColor(self.look.accent)
        self.rect(0, height - 4 * mm, width, 4 * mm, stroke=0, fill=1)
        self.setFont(fonts.NAME, 8)
        self.setFillColor(QUIET)
        if number > 1:
            head = texts.fitting(texts.printable(self.head), 8, WIDTH)
            self.drawString(SIDE, height - 13 * mm, head)
        foot = texts.fitting(texts.printable(self.foot), 8, WIDTH - 30 * mm)
        self.drawString(SIDE, 9 * mm, foot)
        self.drawRightString(width - SIDE, 9 * mm, f"{number} / {count}")
        if self.mark:
            self.saveState()
            self.translate(width / 2, height / 2)
            self.rotate(30)
            self.setFillColor(DRAFT)
            self.setFont(fonts.NAME, 96)
            self.drawCentredString(0, -30, self.mark)
            self.restoreState()


class _Face(Flowable):
    """The head of the first page: the agency's logo at the right, the names at the left."""

    def __init__(self, report: Report, branding: AgencyBranding, look: Look) -> None:
        super().__init__()
        self.report, self.branding, self.look = report, branding, look

    def wrap(self, _width: float, _height: float) -> tuple[float, float]:
        return WIDTH, 27 * mm

    def draw(self) -> None:
        about, canvas = self.report.figures["about"], self.canv
        room = WIDTH - LOGO[0] - 8 * mm
        title = texts.printable(showing.title(self.report))
        texts.bold(canvas, 0, 15 * mm, texts.fitting(title, 20, room), 20, self.look.accent)
        client = texts.printable(_("For %(client)s") % {"client": about["client"]})
        texts.bold(canvas, 0, 7.5 * mm, texts.fitting(client, 12, room), 12, INK)
        canvas.setFont(fonts.NAME, 8.5)
        canvas.setFillColor(QUIET)
        canvas.drawString(0, 1.5 * mm, texts.fitting(texts.printable(_period(self.report)), 8.5, room))
        if self.branding.logo:
            self._logo()
        else:
            agency = texts.fitting(texts.printable(about["agency"]), 12, LOGO[0])
            wide = fonts.font().stringWidth(agency, 12)
            texts.bold(canvas, WIDTH - wide, 15 * mm, agency, 12, INK)

    def _logo(self) -> None:
        wide, high = self.branding.logo_width or 1, self.branding.logo_height or 1
        scale = min(LOGO[0] / wide, LOGO[1] / high)
        reader = ImageReader(BytesIO(bytes(self.branding.logo or b"")))
        x, y = WIDTH - wide * scale, 24 * mm - high * scale
        self.canv.drawImage(reader, x, y, wide * scale, high * scale, mask="auto")
        self.canv.setFillColor(white)


def _period(report: Report) -> str:
    days = f"{report.first:%Y/%m/%d} – {report.last:%Y/%m/%d}"
    counted = showing.told(report).hand.written(report.counted_at, blocks.MOMENT)
    said = _("%(days)s · figures as of %(at)s") % {"days": days, "at": counted}
    if report.version > 1:
        said += " · " + _("Version %(version)s") % {"version": report.version}
    return said


def _foot(report: Report, branding: AgencyBranding) -> str:
    return branding.footer or report.figures["about"]["agency"]


def _content(
    report: Report, language: str, branding: AgencyBranding, pictures: Pictures
) -> Iterator[Flowable]:
    look, known = looks.of(branding.accent), showing.told(report)
    yield _Face(report, branding, look)
    yield Spacer(0, 5 * mm)
    for section in showing.sections(report, language):
        yield CondPageBreak(ROOM)
        yield texts.Heading(section.title, look)
        if section.lead:
            yield texts.text(section.lead, 10.5, before=1 * mm, after=3 * mm)
        else:
            yield Spacer(0, 2 * mm)
        yield from _blocks(section, known.hand, look, pictures)
        yield Spacer(0, 5 * mm)
    if branding.contact:
        yield texts.text(_("Contact: %(contact)s") % {"contact": branding.contact}, 9, color=QUIET)


def _blocks(section: Section, hand: Hand, look: Look, pictures: Pictures) -> Iterator[Flowable]:
    waiting: list[Send] = []
    for block in [*_paired(section.blocks, hand, look), None]:
        if isinstance(block, Flowable):
            yield block
            continue
        if isinstance(block, Send):
            waiting.append(block)
            if len(waiting) < 2:
                continue
        if waiting and (len(waiting) == 2 or not isinstance(block, Send)):
            cards = [phone.card(send, hand, look, pictures) for send in waiting]
            yield phone.pair(cards[0], cards[1] if len(cards) > 1 else None)
            waiting = []
        if block is not None and not isinstance(block, Send):
            yield from _block(block, hand, look)


def _paired(found: list[Block], hand: Hand, look: Look) -> Iterator[Block | Flowable]:
    """Two charts that follow each other stand side by side; details are left out."""
    listed = [block for block in found if not (isinstance(block, Table) and block.is_detail)]
    place = 0
    while place < len(listed):
        two = listed[place : place + 2]
        charts = [
            block
            for block in two
            if isinstance(block, Chart) and not any(len(each) > 5 for each in block.labels)
        ]
        if len(charts) == 2:
            half = WIDTH / 2 - 4 * mm
            cells = [Drawn(chart, hand, look, half) for chart in charts]
            yield texts.side_by_side(cells, [WIDTH / 2 + 4 * mm, half])
            place += 2
        else:
            yield listed[place]
            place += 1


def _block(block: Block, hand: Hand, look: Look) -> Iterator[Flowable]:
    match block:
        case Tiles():
            yield from texts.tiles(block, hand)
        case Table():
            if block.title:
                yield CondPageBreak(30 * mm)
                yield texts.Strong(block.title, 9.5)
                yield Spacer(0, 1.5 * mm)
            yield texts.listing(block, hand, look)
        case Chart():
            yield Drawn(block, hand, look)
        case Paragraphs():
            for said in block.texts:
                sign = "・" if block.is_list else ""
                size, color = (8, QUIET) if block.is_quiet else (10, INK)
                yield texts.text(f"{sign}{said}", size, color=color, after=1.5 * mm)
