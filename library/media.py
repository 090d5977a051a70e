"""What is known of a file by an address in a message."""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings

from accounts import current
from library import sizes
from library.models import MediaFile

PATH = re.compile(r"/media/([A-Za-z0-9_-]{1,40})(?:/([a-z0-9.-]{1,40}))?")


@dataclass(frozen=True)
class Known:
    """A file of ours. Without a picture, width and height are 0; `bytes` is of the size that is named."""

    file: MediaFile
    width: int
    height: int
    kind: str
    bytes: int


def size(url: str) -> tuple[int, int, str, int] | None:
    """Width, height, kind (image, video, audio) and bytes of what an address of ours shows, else None."""
    found = known(url)
    return (found.width, found.height, found.kind, found.bytes) if found else None


def known(url: str) -> Known | None:
    """The file that an address names, or the base address of a rich message; None if it is none of ours."""
    client = f"{settings.MEDIA_BASE_URL}/{settings.TENANT_SUBFOLDER_PREFIX}/{current.tenant().slug}"
    if not url.startswith(f"{client}/"):
        return None
    found = PATH.fullmatch(urlsplit(url.removeprefix(client)).path)
    file = MediaFile.objects.stored().filter(code=found[1]).first() if found else None
    return _of(file, (found[2] if found else "") or "") if file else None


def _of(file: MediaFile, name: str) -> Known | None:
    if name in ("", file.own_size):
        return Known(file, file.width or 0, file.height or 0, file.kind, file.size)
    cut = sizes.make(file, name) if name in sizes.WIDTHS else file.sizes.filter(name=name).first()
    return Known(file, cut.width, cut.height, MediaFile.Kind.IMAGE, cut.size) if cut else None
