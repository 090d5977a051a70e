"""Ready-made segments: what there is, why it is useful, how many are in each."""

from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.http import Request
from segments import ready
from segments.views.pages import counted


@permission_required("segments.view_segment", raise_exception=True)
@require_GET
def ready_made(request: Request) -> HttpResponse:
    return render(request, "segments/ready.html", {"sections": ready.sections()})


@permission_required("segments.view_segment", raise_exception=True)
@require_GET
def count_ready(request: Request, key: str) -> HttpResponse:
    """The number beside one, fetched when it comes into view."""
    found = ready.of(key)
    if found is None:
        raise Http404
    return counted(request, found.conditions())
