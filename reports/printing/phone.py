"""A send as a card: its messages as bubbles on a phone's ground, beside what came of it."""

from collections.abc import Sequence
from io import BytesIO

from django.utils.translation import gettext as _
from reportlab.lib.units import mm
from reportlab.lib.utils import ImageReader
from reportlab.platypus import Flowable, Paragraph, Table, TableStyle

from invoices.printing.parts import BARE
from reports import blocks
from reports.blocks import Send
from reports.picturing import BOLD, BUTTON, IMAGE, NOTE, SMALL, Bubble, Pictures, Piece, bubble
from reports.printing.look import BUBBLE, INK, LINE, LINK, QUIET, TALK, TINT, WIDTH, Look
from reports.printing.texts import text
from reports.writing import Hand

CARD = WIDTH / 2 - 9 * mm
PHONE, GAP, EDGE = 56 * mm, 2 * mm, 2.5 * mm
TALLEST = 104 * mm  # of all bubbles of a send; what is lower is not drawn
PICTURE = 52 * mm  # the tallest of one picture
PAD = 2 * mm
SIZES = {BOLD: 8.5, SMALL: 7, BUTTON: 8, NOTE: 7.5}


class Talk(Flowable):
    """Bubbles one below the other, as many as have room."""

    def __init__(self, bubbles: Sequence[Bubble]) -> None:
        super().__init__()
        inner = PHONE - 2 * EDGE
        self.boxes: list[tuple[list[tuple[Piece, Paragraph | None, float]], float]] = []
        left = TALLEST - 2 * EDGE
        self.left_out = 0
        for each in bubbles:
            pieces = _fitted([_sized(piece, inner) for piece in each.pieces], left - 2 * PAD)
            high = sum(height for _piece, _words, height in pieces) + 2 * PAD
            if not pieces or left <= 0:
                self.left_out += 1
                continue
            self.boxes.append((pieces, high))
            left -= high + GAP

    def wrap(self, _width: float, _height: float) -> tuple[float, float]:
        inner = sum(high for _pieces, high in self.boxes) + GAP * max(len(self.boxes) - 1, 0)
        return PHONE, max(inner + 2 * EDGE, 16 * mm)

    def draw(self) -> None:
        _width, height = self.wrap(0, 0)
        canvas = self.canv
        canvas.setFillColor(TALK)
        canvas.roundRect(0, 0, PHONE, height, 2.5 * mm, stroke=0, fill=1)
        y = height - EDGE
        for pieces, high in self.boxes:
            canvas.setFillColor(BUBBLE)
            canvas.roundRect(EDGE, y - high, PHONE - 2 * EDGE, high, 2.2 * mm, stroke=0, fill=1)
            self._pieces(pieces, y - PAD)
            y -= high + GAP

    def _pieces(self, pieces: Sequence[tuple[Piece, Paragraph | None, float]], y: float) -> None:
        inner = PHONE - 2 * EDGE - 2 * PAD
        x = EDGE + PAD
        for piece, words, height in pieces:
            y -= height
            if piece.kind == IMAGE:
                self._picture(piece, x, y, inner, height - 1 * mm)
            elif words:
                if piece.kind == BUTTON:
                    self.canv.setFillColor(TINT)
                    self.canv.roundRect(x, y + 0.6 * mm, inner, height - 1.2 * mm, 1.4 * mm, stroke=0, fill=1)
                words.drawOn(self.canv, x, y + (1.4 * mm if piece.kind == BUTTON else 0.5 * mm))

    def _picture(self, piece: Piece, x: float, y: float, width: float, height: float) -> None:
        if piece.picture:
            across = min(width, height * piece.size[0] / piece.size[1])
            reader = ImageReader(BytesIO(piece.picture))
            self.canv.drawImage(reader, x + (width - across) / 2, y + 1 * mm, across, height)
            return
        self.canv.setFillColor(TINT)
        self.canv.setStrokeColor(LINE)
        self.canv.rect(x, y + 1 * mm, width, height, stroke=1, fill=1)
        said = text(piece.text, 7.5, color=QUIET, align="center")
        _width, high = said.wrap(width, height)
        said.drawOn(self.canv, x, y + 1 * mm + (height - high) / 2)


def _sized(piece: Piece, inner: float) -> tuple[Piece, Paragraph | None, float]:
    """With its paragraph and its height."""
    width = inner - 2 * PAD
    if piece.kind == IMAGE:
        high = width * piece.size[1] / piece.size[0] if piece.picture else 20 * mm
        return piece, None, min(high, PICTURE) + 1 * mm
    is_button = piece.kind == BUTTON
    color = LINK if is_button else QUIET if piece.kind in (NOTE, SMALL) else INK
    words = text(piece.text, SIZES.get(piece.kind, 8), color=color, align="center" if is_button else "")
    _width, high = words.wrap(width, TALLEST)
    return piece, words, high + (2.8 * mm if is_button else 1 * mm)


def _fitted(
    pieces: Sequence[tuple[Piece, Paragraph | None, float]], room: float
) -> list[tuple[Piece, Paragraph | None, float]]:
    """The first of them that have room together; of a text that is too tall as many lines as fit."""
    found = []
    for piece, words, height in pieces:
        if height > room:
            parts = words.split(PHONE - 2 * EDGE - 2 * PAD, room - 1 * mm) if words and room > 8 * mm else []
            if parts:
                _width, high = parts[0].wrap(PHONE - 2 * EDGE - 2 * PAD, room)
                found.append((piece, parts[0], high + 1 * mm))
            break
        found.append((piece, words, height))
        room -= height
    return found


def card(send: Send, hand: Hand, look: Look, pictures: Pictures) -> Table:
    """Half the width of the paper; not divided between pages."""
    bubbles = [bubble(message, pictures) for message in send.messages]
    talk = Talk(bubbles)
    room = CARD - PHONE - 5 * mm
    lines = [
        [text(fact.label, 8, color=QUIET), text(_value(fact, hand), 9, align="right")] for fact in send.facts
    ]
    facts = Table(lines, colWidths=[room * 0.5, room * 0.5])
    style = [*BARE, ("LINEBELOW", (0, 0), (-1, -1), 0.3, LINE), ("VALIGN", (0, 0), (-1, -1), "BOTTOM")]
    style += [("TOPPADDING", (0, 0), (-1, -1), 0.7 * mm), ("BOTTOMPADDING", (0, 0), (-1, -1), 0.9 * mm)]
    facts.setStyle(TableStyle(style))
    notes = [each.note for each in bubbles if each.note]
    if talk.left_out:
        notes.append(_("Bubbles that have no room here: %(count)s") % {"count": talk.left_out})
    told: list[Flowable] = [
        text(send.name, 10, color=look.accent),
        text(hand.written(send.at, blocks.MOMENT), 8, color=QUIET, after=1.5 * mm),
        facts,
        *[text(note, 7.5, color=QUIET, before=1 * mm) for note in [send.note, *dict.fromkeys(notes)] if note],
    ]
    table = Table([[talk, told]], colWidths=[PHONE + 5 * mm, room], hAlign="LEFT")
    table.setStyle(TableStyle([*BARE, ("VALIGN", (0, 0), (-1, -1), "TOP")]))
    return table


def _value(fact: blocks.Tile, hand: Hand) -> str:
    said = hand.written(fact.value, fact.kind)
    return f"{said} ({fact.note})" if fact.note else said


def pair(left: Table, right: Table | None) -> Table:
    """Two cards side by side."""
    table = Table([[left, right or ""]], colWidths=[WIDTH / 2, WIDTH / 2], hAlign="LEFT")
    style = [*BARE, ("VALIGN", (0, 0), (-1, -1), "TOP"), ("BOTTOMPADDING", (0, 0), (-1, -1), 5 * mm)]
    table.setStyle(TableStyle([*style, ("TOPPADDING", (0, 0), (-1, -1), 2 * mm)]))
    return table
