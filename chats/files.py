"""Handing out files of talks: to members, and to LINE and friends what we sent them."""

from django.contrib.auth.decorators import login_not_required, permission_required
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET, require_safe

from accounts.http import Request
from chats.models import Media

VIEW = "chats.view_conversation"
# What a browser may show by itself. Anything else, such as HTML or SVG, is only ever saved to disk.
SHOWN = {
    *("image/jpeg", "image/png", "image/gif", "image/webp"),
    *("video/mp4", "video/quicktime", "video/webm"),
    *("audio/mp4", "audio/x-m4a", "audio/aac", "audio/mpeg", "audio/m4a"),
}


@permission_required(VIEW, raise_exception=True)
@require_GET
def file(request: Request, pk: int) -> FileResponse:
    found = get_object_or_404(Media, pk=pk, state=Media.State.STORED)
    return _answer(found.file, found.media_type, found.file_name or f"{found.kind}-{found.pk}")


@permission_required(VIEW, raise_exception=True)
@require_GET
def small(request: Request, pk: int) -> FileResponse:
    found = get_object_or_404(Media.objects.exclude(preview=""), pk=pk, state=Media.State.STORED)
    return _answer(found.preview, _preview_type(found), f"{found.kind}-{found.pk}")


@login_not_required
@require_safe
def picture(request: HttpRequest, token: str) -> FileResponse:
    """A picture of ours, for whoever was sent its address; LINE fetches it so."""
    found = get_object_or_404(Media, token=token, state=Media.State.STORED)
    return _answer(found.file, found.media_type, "")


@login_not_required
@require_safe
def small_picture(request: HttpRequest, token: str) -> FileResponse:
    found = get_object_or_404(Media, token=token, state=Media.State.STORED)
    return _answer(found.preview, _preview_type(found), "")


def _preview_type(media: Media) -> str:
    """Ours is of the picture's own kind, a friend's is a JPEG."""
    return media.media_type if media.token else "image/jpeg"


def _answer(path: str, media_type: str, name: str) -> FileResponse:
    """Never as a page: no sniffing, no scripts, and what is not known to be harmless as a download."""
    plain = media_type.partition(";")[0].strip().lower()
    is_shown = plain in SHOWN
    try:
        content = default_storage.open(path)
    except FileNotFoundError as error:
        raise Http404 from error
    response = FileResponse(
        content,
        as_attachment=not is_shown,
        filename=name,
        content_type=plain if is_shown else "application/octet-stream",
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, max-age=86400"
    return response
