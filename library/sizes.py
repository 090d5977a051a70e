"""The sizes in which LINE wants pictures, made when they are first asked for and kept.

Whoever has an address can have the widths of a rich message made; cuts are only made for those who write.
"""

import re
from dataclasses import dataclass
from typing import BinaryIO, cast

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.utils.crypto import get_random_string
from django.utils.translation import gettext_lazy as _

from library import pictures
from library.errors import UnknownSize
from library.models import MediaFile, MediaSize
from library.pictures import Picture

# Source: https://developers.line.biz/en/reference/messaging-api/#imagemap-message
WIDTHS = {"240": 240, "300": 300, "460": 460, "700": 700, "1040": 1040}
MOST_EDGE = 1024  # of pictures in templates and Flex messages
PREVIEW, WHOLE = "preview", "card"
CUT = re.compile(r"([a-z]+)-(\d{1,3})-(\d{1,3})")
Box = tuple[int, int, int, int]


@dataclass(frozen=True)
class Shape:
    """A proportion that cards of LINE have."""

    width: int
    height: int
    label: object


# Source: https://developers.line.biz/en/reference/messaging-api/#template-messages
SHAPES = {
    "square": Shape(1, 1, _("Square (1:1)")),
    "rectangle": Shape(151, 100, _("Rectangle (1.51:1)")),
    "hero": Shape(20, 13, _("Flex card (20:13)")),
}


@dataclass(frozen=True)
class Kept:
    """A file in the storage."""

    path: str
    media_type: str
    size: int


def cut_name(shape: str, focus: tuple[int, int] = (50, 50)) -> str:
    """The size that is cut around a point, given in per cent from left and top."""
    return f"{shape}-{focus[0]}-{focus[1]}"


def of(file: MediaFile, name: str) -> Kept | None:
    """A size as whoever has the address may have it; None if there is none of this name."""
    if name == file.own_size:
        return Kept(file.path, file.media_type, file.size)
    found = file.sizes.filter(name=name).first()
    if found is None and name in WIDTHS and can_be_map(file):
        found = make(file, name)
    return Kept(found.path, found.media_type, found.size) if found else None


def make(file: MediaFile, name: str) -> MediaSize:
    """The size, made unless it is there. Two at once make it once. Raises UnknownSize."""
    found = file.sizes.filter(name=name).first()
    if found is None:
        box, size = _plan(file, name)
        with default_storage.open(file.path) as original:
            found = keep(file, name, pictures.cut(cast("BinaryIO", original), box, size))
    return found


def keep(file: MediaFile, name: str, picture: Picture) -> MediaSize:
    """Store a picture as a size of the file. Who comes second gets what the first has stored."""
    made = MediaSize(file=file, name=name, path=f"{file.path}-{get_random_string(12)}")
    made.media_type, made.size = picture.media_type, len(picture.content)
    made.width, made.height = picture.width, picture.height
    try:
        with transaction.atomic():
            made.save()
            default_storage.save(made.path, ContentFile(picture.content))
    except IntegrityError:
        return file.sizes.get(name=name)
    return made


def cut_box(width: int, height: int, shape: Shape, focus: tuple[int, int]) -> Box:
    """The largest part of this shape, with the point of focus (per cent) as near its middle as can be."""
    wide = min(width, max(height * shape.width // shape.height, 1))
    high = min(height, max(width * shape.height // shape.width, 1))
    left = min(max(width * focus[0] // 100 - wide // 2, 0), width - wide)
    top = min(max(height * focus[1] // 100 - high // 2, 0), height - high)
    return left, top, left + wide, top + high


def map_height(width: int, height: int, shown: int = 1040) -> int:
    """How high a picture is where it is shown `shown` wide."""
    return max(round(height * shown / width), 1)


def can_be_map(file: MediaFile) -> bool:
    """Whether it can be the picture of a rich message: one far too tall would fill the memory."""
    is_picture = file.kind == MediaFile.Kind.IMAGE
    return is_picture and map_height(file.width or 1, file.height or 1) <= pictures.TALLEST


def _plan(file: MediaFile, name: str) -> tuple[Box | None, tuple[int, int]]:
    width, height = file.width or 1, file.height or 1
    if file.kind != MediaFile.Kind.IMAGE:
        raise UnknownSize(size=name)
    if (shown := WIDTHS.get(name)) and can_be_map(file):
        return None, (shown, map_height(width, height, shown))
    if name == WHOLE:
        return None, _within(width, height)
    if (found := CUT.fullmatch(name)) and (shape := SHAPES.get(found[1])):
        focus = min(int(found[2]), 100), min(int(found[3]), 100)
        box = cut_box(width, height, shape, focus)
        return box, _within(box[2] - box[0], box[3] - box[1])
    raise UnknownSize(size=name)


def _within(width: int, height: int) -> tuple[int, int]:
    """The same proportion with no edge beyond what cards take."""
    scale = min(MOST_EDGE / width, MOST_EDGE / height, 1)
    return max(round(width * scale), 1), max(round(height * scale), 1)
