"""Pictures: what LINE takes, made smaller and freed of what a camera writes about its owner."""

import warnings
from io import BytesIO
from typing import BinaryIO

from PIL import Image, ImageOps, UnidentifiedImageError

from chats.errors import UnreadablePicture

FORMATS = {"JPEG": "image/jpeg", "PNG": "image/png"}
SHOWN = ("JPEG", "PNG", "GIF", "WEBP")  # what friends send and a browser draws
MOST_PIXELS = 50_000_000
FULL, SMALL = 2_048, 480  # edges in pixels
MOST_BYTES = 10_000_000  # LINE's limit


def prepare(file: BinaryIO, name: str) -> tuple[bytes, bytes, str]:
    """A picture to send: the whole, its preview, the media type. Raises UnreadablePicture.

    Written anew, so that place and device of a photograph stay here. The whole stays within 10 MB, the
    preview within 1 MB.
    Source: https://developers.line.biz/en/reference/messaging-api/#image-message
    """
    picture = _opened(file, tuple(FORMATS))
    if picture is None:
        raise UnreadablePicture(name=name)
    kind = "PNG" if picture.format == "PNG" else "JPEG"
    whole = _written(picture, FULL, kind)
    if len(whole) > MOST_BYTES:
        whole, kind = _written(picture, FULL, "JPEG"), "JPEG"
    return whole, _written(picture, SMALL, kind), FORMATS[kind]


def preview_of(file: BinaryIO) -> bytes | None:
    """A small JPEG of what a friend sent; None for what is no picture a browser draws."""
    picture = _opened(file, SHOWN)
    return _written(picture, SMALL, "JPEG") if picture else None


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
    upright.format = picture.format
    return upright


def _written(picture: Image.Image, edge: int, kind: str) -> bytes:
    copy = picture.copy()
    copy.thumbnail((edge, edge))
    if kind == "JPEG":
        copy = _on_white(copy)
    content = BytesIO()
    copy.save(content, kind, **({"quality": 85, "exif": b""} if kind == "JPEG" else {"optimize": True}))
    return content.getvalue()


def _on_white(picture: Image.Image) -> Image.Image:
    """JPEG knows no transparency."""
    if picture.mode not in {"RGBA", "LA", "PA", "P"}:
        return picture.convert("RGB")
    picture = picture.convert("RGBA")
    ground = Image.new("RGBA", picture.size, "white")
    ground.alpha_composite(picture)
    return ground.convert("RGB")
