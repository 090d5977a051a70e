"""Pages of segments: the list, one segment, how many are in it; copies and deletion."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.errors import AppError
from accounts.http import Request
from accounts.paging import key, page, words
from friends.models import Friend
from segments import ready, services, tree, uses
from segments.errors import InvalidTree
from segments.facts import explaining, listing, sizes, standing
from segments.forms.pages import SegmentFilter
from segments.lists import filling
from segments.models import Segment

DAYS = 90
PEOPLE = 8  # that a search for a friend shows


@permission_required("segments.view_segment", raise_exception=True)
@require_GET
def segments(request: Request) -> HttpResponse:
    form = SegmentFilter(request.GET)
    narrowed = form.found()
    found = page(narrowed, key(request.GET.get("before", "")))
    context = {"form": form, "page": found, "rows": listing.rows(found.rows)}
    if request.htmx and not request.htmx.boosted:
        return render(request, "segments/rows.html", context)
    is_empty = not found.rows and not form.is_narrowing
    sections = ready.sections() if is_empty else {}
    return render(request, "segments/list.html", context | {"sections": sections})


@permission_required("segments.view_segment", raise_exception=True)
@require_GET
def count(request: Request, pk: int) -> HttpResponse:
    """The number beside a segment in the list, fetched when it comes into view."""
    return counted(request, get_object_or_404(Segment, pk=pk).tree)


def counted(request: Request, raw: tree.Json) -> HttpResponse:
    try:
        return render(request, "segments/count.html", {"counted": services.count(raw)})
    except InvalidTree as error:
        return render(request, "segments/count.html", {"problem": error.message})


@permission_required("segments.view_segment", raise_exception=True)
@require_GET
def segment(request: Request, pk: int) -> HttpResponse:
    found = get_object_or_404(Segment, pk=pk)
    [row] = listing.rows([found])
    context = _standing(found) | {
        "segment": found,
        "words": row.words,
        "uses": row.uses,
        "history": sizes.history(found, DAYS),
        "asks_all": _asks_all(found),
    }
    return render(request, "segments/segment.html", context)


@permission_required("segments.view_segment", raise_exception=True)
@require_GET
def why(request: Request, pk: int) -> HttpResponse:
    """Friends by name, and for the chosen one each condition with yes or no."""
    found = get_object_or_404(Segment, pk=pk)
    context: dict = {"segment": found, "q": words(request.GET.get("q", ""))}
    number = key(request.GET.get("friend", ""))
    if number is not None:
        context |= _explained(found, get_object_or_404(Friend, pk=number))
    elif context["q"]:
        context["friends"] = Friend.objects.search(context["q"]).order_by("-pk")[:PEOPLE]
    return render(request, "segments/why.html", context)


def _explained(found: Segment, friend: Friend) -> dict:
    try:
        return {"explanation": explaining.explain(found.tree, friend)}
    except InvalidTree as error:
        return {"problem": error.message}


@permission_required("segments.add_segment", raise_exception=True)
@require_POST
def copy(request: Request, pk: int) -> HttpResponse:
    found = get_object_or_404(Segment, pk=pk)
    try:
        made = services.copy_segment(found, by=request.user)
    except AppError as error:
        messages.error(request, error.message)
        return redirect("segment", found.pk)
    messages.success(request, _("This is the copy. Change what is to be different."))
    return redirect("segment_edit", made.pk)


@permission_required("segments.delete_segment", raise_exception=True)
@require_http_methods(["GET", "POST"])
def delete(request: Request, pk: int) -> HttpResponse:
    """Asks first, naming what uses it; what is in use stays."""
    found = get_object_or_404(Segment, pk=pk)
    if request.method == "POST":
        try:
            services.delete_segment(found, by=request.user)
            messages.success(request, _("The segment “%(name)s” is deleted.") % {"name": found.name})
            return redirect("segments")
        except AppError as error:
            messages.error(request, error.message)
    used = uses.of(found)
    context = {"segment": found, "uses": used, "is_kept": any(use.keeps for use in used)}
    return render(request, "segments/delete.html", context)


def _standing(found: Segment) -> dict:
    try:
        return {"standing": standing.of(found.tree), "filling": filling.refusal(found.tree)}
    except InvalidTree as error:
        return {"problem": error.message}


def _asks_all(found: Segment) -> bool:
    try:
        return any(leaf.asks_all for leaf in tree.leaves_of(tree.parse(found.tree)))
    except InvalidTree:
        return False
