"""Messages taken apart for paper: bubbles of pieces that a pen can draw, and what it cannot, in words."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from io import BytesIO

from django.core.files.storage import default_storage
from django.utils.translation import gettext as _
from PIL import Image

from accounts.errors import AppError
from composing.variables import VARIABLE
from library import sizes
from library.models import MediaFile

TEXT, BOLD, SMALL, IMAGE, BUTTON, NOTE = "text", "bold", "small", "image", "button", "note"
MEDIA = re.compile(r"/media/([A-Za-z0-9_-]{8,40})(?:/([^/?]+))?$")
MOST_PIXELS = (560, 900)
LONGEST = 400  # characters of one text on paper
MOST_PIECES = 14


@dataclass(frozen=True, slots=True)
class Piece:
    """`picture` is a JPEG; an image without one is drawn as an empty frame."""

    kind: str
    text: str = ""
    picture: bytes | None = None
    size: tuple[int, int] = (4, 3)


@dataclass
class Bubble:
    """One message. `note` says what of it is not drawn."""

    pieces: list[Piece] = field(default_factory=list)
    note: str = ""


class Pictures:
    """Pictures of messages from our own library, made small; each is read once. None is fetched elsewhere."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[bytes, tuple[int, int]] | None] = {}

    def of(self, address: object) -> Piece:
        url = address if isinstance(address, str) else ""
        if url not in self._known:
            self._known[url] = _read(url)
        found = self._known[url]
        return Piece(IMAGE, "", *found) if found else Piece(IMAGE, _("Picture"))


def _read(url: str) -> tuple[bytes, tuple[int, int]] | None:
    match = MEDIA.search(url)
    file = MediaFile.objects.stored().filter(code=match[1]).first() if match else None
    if file is None:
        return None
    try:
        kept = sizes.of(file, match[2] or "full") if match else None
        kept = kept or sizes.of(file, "full")
        if kept is None:
            return None
        with default_storage.open(kept.path) as content:
            opened = Image.open(content, formats=("PNG", "JPEG"))
            opened.draft("RGB", MOST_PIXELS)
            opened.load()
    except (AppError, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None
    # A palette would be made small by leaving pixels out.
    picture = opened.convert("RGBA") if opened.mode in ("1", "P") else opened
    picture.thumbnail(MOST_PIXELS, Image.Resampling.BICUBIC)
    small = picture.convert("RGBA")
    ground = Image.new("RGB", small.size, "white")
    ground.paste(small, mask=small.getchannel("A"))
    written = BytesIO()
    ground.save(written, "JPEG", quality=82)
    return written.getvalue(), small.size


def bubble(message: Mapping, pictures: Pictures) -> Bubble:
    """One message of LINE's, whatever it holds: what is not understood is named by its alternative text."""
    kind = message.get("type")
    draw = _DRAWN.get(str(kind))
    if draw is None:
        return Bubble([Piece(NOTE, _text(message.get("altText")) or str(kind or "–"))])
    found = draw(message, pictures)
    found.pieces = found.pieces[:MOST_PIECES] or [Piece(NOTE, "–")]
    return found


def _text(value: object) -> str:
    """A text with the stand-in of each variable, cut where it is very long."""
    said = VARIABLE.sub(lambda match: match[2] or f"[{match[1].rpartition('.')[2]}]", str(value or ""))
    return said if len(said) <= LONGEST else f"{said[:LONGEST]}…"


def _of_text(message: Mapping, _pictures: Pictures) -> Bubble:
    return Bubble([Piece(TEXT, _text(message.get("text")))])


def _of_image(message: Mapping, pictures: Pictures) -> Bubble:
    return Bubble([pictures.of(message.get("originalContentUrl") or message.get("previewImageUrl"))])


def _of_video(message: Mapping, pictures: Pictures) -> Bubble:
    return Bubble([pictures.of(message.get("previewImageUrl"))], _("Video: its picture"))


def _of_audio(_message: Mapping, _pictures: Pictures) -> Bubble:
    return Bubble([Piece(NOTE, _("Voice message"))])


def _of_sticker(message: Mapping, _pictures: Pictures) -> Bubble:
    said = f"{_('Sticker')} {message.get('packageId')} / {message.get('stickerId')}"
    return Bubble([Piece(NOTE, said)])


def _of_location(message: Mapping, _pictures: Pictures) -> Bubble:
    return Bubble([Piece(BOLD, _text(message.get("title"))), Piece(SMALL, _text(message.get("address")))])


def _of_imagemap(message: Mapping, pictures: Pictures) -> Bubble:
    actions = message.get("actions")
    count = len(actions) if isinstance(actions, list) else 0
    words = _("Tap areas on the picture: %(count)s") % {"count": count}
    return Bubble([pictures.of(f"{message.get('baseUrl')}/700")], words)


def _of_coupon(_message: Mapping, _pictures: Pictures) -> Bubble:
    return Bubble([Piece(NOTE, _("Coupon"))])


def _of_template(message: Mapping, pictures: Pictures) -> Bubble:
    template = message.get("template")
    if not isinstance(template, Mapping):
        return Bubble([Piece(NOTE, _text(message.get("altText")))])
    columns = template.get("columns")
    if not isinstance(columns, list):
        return Bubble(list(_card(template, pictures)))
    first = columns[0] if columns and isinstance(columns[0], Mapping) else {}
    words = _("The first of %(count)s cards") % {"count": len(columns)}
    if template.get("type") == "image_carousel":
        action = first.get("action")
        label = action.get("label") if isinstance(action, Mapping) else ""
        buttons = [Piece(BUTTON, _text(label))] if label else []
        return Bubble([pictures.of(first.get("imageUrl")), *buttons], words)
    return Bubble(list(_card(first, pictures)), words)


def _card(card: Mapping, pictures: Pictures) -> Iterator[Piece]:
    if card.get("thumbnailImageUrl"):
        yield pictures.of(card["thumbnailImageUrl"])
    if card.get("title"):
        yield Piece(BOLD, _text(card["title"]))
    if card.get("text"):
        yield Piece(TEXT, _text(card["text"]))
    actions = card.get("actions")
    for action in actions if isinstance(actions, list) else []:
        if isinstance(action, Mapping):
            yield Piece(BUTTON, _text(action.get("label")))


def _of_flex(message: Mapping, pictures: Pictures) -> Bubble:
    contents = message.get("contents")
    note = _("Flex message, simplified")
    if isinstance(contents, Mapping) and contents.get("type") == "carousel":
        cards = contents.get("contents")
        cards = cards if isinstance(cards, list) else []
        note = f"{note}; {_('The first of %(count)s cards') % {'count': len(cards)}}"
        contents = cards[0] if cards else None
    pieces = list(_flex(contents, pictures, 0))
    return Bubble(pieces or [Piece(NOTE, _text(message.get("altText")))], note)


def _flex(node: object, pictures: Pictures, depth: int) -> Iterator[Piece]:
    """Texts, pictures and buttons in their order; how they lie beside each other is left out."""
    if not isinstance(node, Mapping) or depth > 10:
        return
    match node.get("type"):
        case "bubble":
            for block in ("header", "hero", "body", "footer"):
                yield from _flex(node.get(block), pictures, depth + 1)
        case "box":
            contents = node.get("contents")
            for each in contents if isinstance(contents, list) else []:
                yield from _flex(each, pictures, depth + 1)
        case "image":
            yield pictures.of(node.get("url"))
        case "text":
            if text := _text(node.get("text")) or _spans(node):
                is_small = node.get("size") in ("xxs", "xs", "sm")
                yield Piece(BOLD if node.get("weight") == "bold" else SMALL if is_small else TEXT, text)
        case "button":
            action = node.get("action")
            yield Piece(BUTTON, _text(action.get("label")) if isinstance(action, Mapping) else "")


def _spans(node: Mapping) -> str:
    contents = node.get("contents")
    spans = contents if isinstance(contents, list) else []
    return "".join(_text(span.get("text")) for span in spans if isinstance(span, Mapping))


_DRAWN = {
    "text": _of_text,
    "textV2": _of_text,
    "image": _of_image,
    "video": _of_video,
    "audio": _of_audio,
    "sticker": _of_sticker,
    "location": _of_location,
    "imagemap": _of_imagemap,
    "coupon": _of_coupon,
    "template": _of_template,
    "flex": _of_flex,
}
