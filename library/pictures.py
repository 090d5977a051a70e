"""Pictures: what LINE takes, made smaller and freed of what a camera writes about its owner."""

import warnings
from dataclasses import dataclass
from io import BytesIO
from typing import BinaryIO

from PIL import Image, ImageDraw, ImageOps, UnidentifiedImageError

from library.errors import UnreadablePicture

FORMATS = {"JPEG": "image/jpeg", "PNG": "image/png"}
SHOWN = ("JPEG", "PNG", "GIF", "WEBP")  # what friends send and a browser draws
MOST_PIXELS = 50_000_000
FULL, SMALL = 2_048, 480  # edges in pixels
TALLEST = 10_000  # a rich message may be much taller than wide
MOST_BYTES = 10_000_000  # LINE's limit
SMOOTH = {"L", "LA", "RGB", "RGBA", "CMYK"}
GREY, LIGHT = (58, 66, 84), (235, 238, 244)


@dataclass(frozen=True)
class Picture:
    """A picture as a file."""

    content: bytes
    media_type: str
    width: int
    height: int


def prepare(file: BinaryIO, name: str) -> tuple[bytes, bytes, str]:
    """A picture to send: the whole, its preview, the media type. Raises UnreadablePicture.

    Written anew, so that place and device of a photograph stay here. The whole stays within 10 MB, the
    preview within 1 MB.
    Source: https://developers.line.biz/en/reference/messaging-api/#image-message
    """
    picture = _opened(file, tuple(FORMATS))
    if picture is None:
        raise UnreadablePicture(name=name)
    whole = _whole(picture, (FULL, FULL))
    kind = "PNG" if whole.media_type == "image/png" else "JPEG"
    return whole.content, _small(picture, kind).content, whole.media_type


def master(file: BinaryIO, name: str) -> tuple[Picture, Picture]:
    """A picture to keep, up to 2,048 wide, and its preview. Raises UnreadablePicture."""
    picture = _opened(file, (*FORMATS, "WEBP"))
    if picture is None:
        raise UnreadablePicture(name=name)
    whole = _whole(picture, (FULL, TALLEST))
    return whole, _small(picture, "PNG" if whole.media_type == "image/png" else "JPEG")


def preview(file: BinaryIO, name: str) -> Picture:
    """A picture to stand for a film, within 1 MB. Raises UnreadablePicture."""
    picture = _opened(file, (*FORMATS, "WEBP"))
    if picture is None:
        raise UnreadablePicture(name=name)
    return _written(picture, (FULL // 2, FULL // 2), "JPEG")


def still(width: int, height: int) -> Picture:
    """What stands for a film of this shape while nobody has chosen a picture: a triangle to press."""
    edge = max(width, height, 1)
    size = max(width * 640 // edge, 64), max(height * 640 // edge, 64)
    drawn = Image.new("RGB", size, GREY)
    middle, high, reach = size[0] / 2, size[1] / 2, min(size) / 6
    corners = [
        (middle - reach * 0.8, high - reach),
        (middle - reach * 0.8, high + reach),
        (middle + reach, high),
    ]
    ImageDraw.Draw(drawn).polygon(corners, fill=LIGHT)
    return _written(drawn, size, "JPEG")


def preview_of(file: BinaryIO) -> bytes | None:
    """A small JPEG of what a friend sent; None for what is no picture a browser draws."""
    picture = _opened(file, SHOWN)
    return _small(picture, "JPEG").content if picture else None


def cut(file: BinaryIO, box: tuple[int, int, int, int] | None, size: tuple[int, int]) -> Picture:
    """A part of a kept picture (None: all of it) at a size, within LINE's 10 MB.

    `box` is left, top, right and bottom.
    """
    file.seek(0)
    picture = Image.open(file, formats=tuple(FORMATS))
    kind = "PNG" if picture.format == "PNG" else "JPEG"
    part = picture.resize(size, Image.Resampling.LANCZOS, box=box)
    drawn = _saved(part, kind)
    return drawn if len(drawn.content) <= MOST_BYTES else _saved(part, "JPEG")


def _opened(file: BinaryIO, formats: tuple[str, ...]) -> Image.Image | None:
    """The picture, read whole, upright; its format stays known."""
    file.seek(0)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            picture = Image.open(file, formats=formats)
            if picture.width * picture.height > MOST_PIXELS:
                return None
            picture.load()
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError, Warning):
        return None
    upright = ImageOps.exif_transpose(picture)
    if upright.mode not in SMOOTH:  # a palette can only be made smaller roughly
        upright = upright.convert("RGBA")
    upright.format = picture.format
    return upright


def _whole(picture: Image.Image, most: tuple[int, int]) -> Picture:
    drawn = _written(picture, most, "PNG" if picture.format == "PNG" else "JPEG")
    return drawn if len(drawn.content) <= MOST_BYTES else _written(picture, most, "JPEG")


def _small(picture: Image.Image, kind: str) -> Picture:
    return _written(picture, (SMALL, SMALL), kind)


def _written(picture: Image.Image, most: tuple[int, int], kind: str) -> Picture:
    copy = picture.copy()
    copy.thumbnail(most)
    return _saved(copy, kind)


def _saved(picture: Image.Image, kind: str) -> Picture:
    if kind == "JPEG":
        picture = _on_white(picture)
    content = BytesIO()
    picture.save(content, kind, exif=b"", **({"quality": 85} if kind == "JPEG" else {"optimize": True}))
    return Picture(content.getvalue(), FORMATS[kind], picture.width, picture.height)


def _on_white(picture: Image.Image) -> Image.Image:
    """JPEG knows no transparency."""
    if picture.mode not in {"RGBA", "LA", "PA", "P"}:
        return picture.convert("RGB")
    picture = picture.convert("RGBA")
    ground = Image.new("RGBA", picture.size, "white")
    ground.alpha_composite(picture)
    return ground.convert("RGB")
