"""How a segment is reached, as a fragment of other pages; and the audiences that LINE holds for it."""

import json

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.errors import AppError
from accounts.http import Request
from accounts.paging import key, page
from segments.building import builder
from segments.building.builder import Incomplete
from segments.errors import InvalidTree, ListBeingFilled, Unreachable
from segments.models import Audience, Segment
from segments.reaching import audiences, plan_words, planner
from segments.tree import Json


@permission_required("segments.view_segment", raise_exception=True)
@require_GET
def plan(request: Request, pk: int) -> HttpResponse:
    found = get_object_or_404(Segment, pk=pk)
    return render(request, "segments/plan.html", shown(found.tree) | {"segment": found})


@permission_required("segments.view_segment", raise_exception=True)
@require_POST
def plan_of_draft(request: Request) -> HttpResponse:
    """The plan of what stands in the builder; nothing while that is not complete."""
    try:
        raw = builder.of_form(request.POST).tree()
        context = shown(raw)
    except (Incomplete, InvalidTree):
        context = {}
    return render(request, "segments/plan.html", context | {"is_draft": True})


@permission_required("segments.view_audience", raise_exception=True)
@require_GET
def list_audiences(request: Request) -> HttpResponse:
    """What LINE holds for us, and what it will; while something is made, it looks again by itself."""
    found = page(Audience.objects.defer("members", "taken"), key(request.GET.get("before", "")))
    context = {
        "page": found,
        "rows": [(each, audiences.why(each), *audiences.whose(each)) for each in found.rows],
        "is_busy": any(each.state in (*audiences.MAKING, Audience.State.DELETING) for each in found.rows),
    }
    part = request.htmx and not request.htmx.boosted
    return render(request, "segments/audience_rows.html" if part else "segments/audiences.html", context)


@permission_required("segments.change_audience", raise_exception=True)
@require_POST
def change_audience(request: Request, pk: int) -> HttpResponse:
    """Delete it at LINE, or begin anew with one that failed."""
    found = get_object_or_404(Audience, pk=pk)
    try:
        if request.POST.get("do") == "retry":
            audiences.retry(found, by=request.user)
            messages.success(request, _("It is being made anew."))
        else:
            audiences.delete(found, by=request.user)
            messages.success(request, _("It is being deleted at LINE."))
    except AppError as error:
        messages.error(request, error.message)
    return redirect("segment_audiences")


def shown(raw: Json, *, personal: bool = False, prefers: str = "") -> dict:
    """What `segments/plan.html` shows of a tree; the rest as `planner.plan`."""
    try:
        made = planner.plan(raw, personal=personal, prefers=prefers)
    except Unreachable as refused:
        nearest = refused.nearest
        tree = json.dumps(nearest.tree, ensure_ascii=False) if nearest else ""
        values = json.dumps({"json": tree, "do": "form"})
        return {"refused": refused, "nearest": nearest, "nearest_tree": tree, "nearest_values": values}
    except (InvalidTree, ListBeingFilled) as error:
        return {"problem": error.message}
    return {
        "plan": made,
        "sends": plan_words.sends(made),
        "notes": plan_words.notes(made),
        "takes": plan_words.takes(made.takes),
    }
