"""Choosing a file for a message, in a window over the page on which it is written."""

from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET, require_http_methods

from accounts.http import Request
from accounts.paging import page
from library import access, listing, sizes
from library.forms import MediaFilter
from library.models import MediaFile

SIZE = 24
ENDINGS = {"image": "image/jpeg,image/png,image/webp", "video": "video/mp4", "audio": ".m4a,.mp3"}


@permission_required("library.view_mediafile", raise_exception=True)
@require_GET
def pick(request: Request) -> HttpResponse:
    """The files of the kind that a field asks for: `?kind=image&field=<id of the input>&shape=square`."""
    form = MediaFilter(request.GET)
    asked = form.asked()
    kind = asked.get("kind") if asked.get("kind") in MediaFile.Kind.values else MediaFile.Kind.IMAGE
    context = {
        "form": form,
        "asked": asked,
        "kind": kind,
        "shape": request.GET.get("shape", ""),
        "accept": ENDINGS[str(kind)],
        "page": page(listing.chosen(asked | {"kind": kind}), form.before, size=SIZE),
        "folders": listing.folders(),
        "is_reachable": access.is_reachable(),
    }
    return render(request, "library/pick.html", context)


@permission_required("library.view_mediafile", raise_exception=True)
@require_http_methods(["GET", "POST"])
def cut(request: Request, pk: int) -> HttpResponse:
    """Which part of a picture a card shows; sent, it is made, and a script is told its address."""
    found = get_object_or_404(MediaFile.objects.present().filter(kind=MediaFile.Kind.IMAGE), pk=pk)
    given = request.POST if request.method == "POST" else request.GET
    shape = given.get("shape", "")
    if request.method == "GET":
        chosen = shape if shape in sizes.SHAPES else sizes.WHOLE
        context = {"file": found, "shape": chosen, "shapes": sizes.SHAPES}
        return render(request, "library/cut.html", context)
    focus = _percent(given.get("x", "")), _percent(given.get("y", ""))
    made = sizes.make(found, sizes.cut_name(shape, focus) if shape in sizes.SHAPES else sizes.WHOLE)
    told = {"address": f"{found.base}/{made.name}", "width": made.width, "height": made.height}
    return JsonResponse(told | {"kind": found.kind, "base": found.base, "preview": found.preview_address})


def _percent(text: str) -> int:
    return min(int(text), 100) if text.isdecimal() and len(text) < 4 else 50
