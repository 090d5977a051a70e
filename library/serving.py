"""Handing out files to LINE and to friends: whoever has the address, without signing in."""

import re
from io import SEEK_END
from typing import BinaryIO, cast

from django.contrib.auth.decorators import login_not_required
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from library import sizes
from library.models import MediaFile
from library.sizes import Kept

FOR_GOOD = "public, max-age=31536000, immutable"  # an address never shows anything else
RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")
PIECE = 65_536


class Part:
    """A part of a file, read as if it were all of it."""

    def __init__(self, whole: BinaryIO, start: int, length: int) -> None:
        self._whole, self._left = whole, length
        whole.seek(start)

    def read(self, most: int = -1) -> bytes:
        wanted = self._left if most < 0 else min(most, self._left)
        piece = self._whole.read(wanted) if wanted else b""
        self._left -= len(piece)
        return piece

    def close(self) -> None:
        self._whole.close()


@login_not_required
@require_safe
def file(request: HttpRequest, code: str, size: str) -> HttpResponseBase:
    """One size of a file, or a part of it: players ask for films piece by piece."""
    found = get_object_or_404(MediaFile.objects.stored(), code=code)
    kept = sizes.of(found, size)
    if kept is None:
        raise Http404
    try:
        content = default_storage.open(kept.path)
    except FileNotFoundError as error:
        raise Http404 from error
    return _guarded(_answer(request, cast("BinaryIO", content), kept))


def _answer(request: HttpRequest, content: BinaryIO, kept: Kept) -> HttpResponseBase:
    whole = content.seek(0, SEEK_END)
    wanted = _range(request.headers.get("Range", ""), whole)
    if wanted is None:
        content.close()
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{whole}"})
    start, length = wanted
    answer = FileResponse(Part(content, start, length), content_type=kept.media_type)
    answer.block_size = PIECE
    answer["Content-Length"] = length
    if length != whole:
        answer.status_code = 206
        answer["Content-Range"] = f"bytes {start}-{start + length - 1}/{whole}"
    return answer


def _range(asked: str, whole: int) -> tuple[int, int] | None:
    """Start and length; all of it if no single range is asked for, None if there is no such part."""
    found = RANGE.fullmatch(asked)
    if found is None or not any(found.groups()):
        return 0, whole
    first, last = found[1], found[2]
    start = int(first) if first else max(whole - int(last), 0)
    end = min(int(last), whole - 1) if first and last else whole - 1
    return (start, end - start + 1) if start <= end else None


def _guarded(answer: HttpResponseBase) -> HttpResponseBase:
    """Never as a page: no sniffing, no scripts. Kept for good by whoever fetches it."""
    answer["Accept-Ranges"] = "bytes"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer["Cache-Control"] = FOR_GOOD if answer.status_code < 400 else "no-store"
    answer["Cross-Origin-Resource-Policy"] = "cross-origin"
    return answer
