"""Pages of segments: the list, one segment, how many are in it."""

from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from accounts.http import Request
from accounts.paging import page
from segments import builder, ready, services, tree
from segments.models import Segment
from segments.views.building import answered


@permission_required("segments.view_segment", raise_exception=True)
@require_GET
def segments(request: Request) -> HttpResponse:
    before = request.GET.get("before", "")
    found = page(Segment.objects.all(), int(before) if before.isdecimal() else None)
    sentences = tree.sentences([tree.parse(segment.tree) for segment in found.rows])
    context = {
        "rows": list(zip(found.rows, sentences, strict=True)),
        "page": found,
        "ready": [] if before else [(each, services.words(each.conditions())) for each in ready.all_ready()],
    }
    return render(request, "segments/list.html", context)


@permission_required("segments.view_segment", raise_exception=True)
@require_GET
def count(request: Request, pk: int) -> HttpResponse:
    """The number beside a segment in the list, fetched when it comes into view."""
    found = get_object_or_404(Segment, pk=pk)
    return render(request, "segments/count.html", {"total": services.count(found.tree).total})


@permission_required("segments.view_segment", raise_exception=True)
@require_GET
def count_ready(request: Request, key: str) -> HttpResponse:
    """The same for one that is ready-made."""
    found = ready.of(key)
    if found is None:
        raise Http404
    return render(request, "segments/count.html", {"total": services.count(found.conditions()).total})


@permission_required("segments.view_segment", raise_exception=True)
@require_GET
def segment(request: Request, pk: int) -> HttpResponse:
    found = get_object_or_404(Segment, pk=pk)
    draft = builder.of_tree(found.tree)
    context = answered(draft) | {"segment": found, "words": services.words(found.tree)}
    return render(request, "segments/segment.html", context)
