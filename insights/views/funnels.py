"""Pages of funnels: the list, what each shows, writing and deleting them."""

from itertools import pairwise

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts import activity, spreadsheets
from accounts.errors import AppError
from accounts.http import Request
from insights import funnels, sheets, sides, ways, wording
from insights.forms import FunnelForm
from insights.models import Funnel
from insights.views.files import kind_of
from insights.ways import Walked, Way
from segments.types import occurrences


@permission_required("insights.view_funnel", raise_exception=True)
@require_GET
def all_funnels(request: Request) -> HttpResponse:
    found = Funnel.objects.select_related("segment")
    rows = [(each, funnels.words_of(each)) for each in found]
    return render(request, "insights/funnels.html", {"rows": rows})


@permission_required("insights.view_funnel", raise_exception=True)
@require_GET
def funnel(request: Request, pk: int) -> HttpResponse:
    """How far people came; broken down otherwise for once by `?side=`."""
    found = _get(pk)
    side = request.GET.get("side", found.side)
    context = {
        "funnel": found,
        "sides": sides.offered(),
        "side": side,
        "formats": spreadsheets.FORMATS.items(),
    }
    try:
        walked = ways.of(funnels.asked(found, side=side))
        context |= {"walked": walked, **_shown(walked, funnels.words_of(found))}
    except AppError as error:
        context["problem"] = error.message
    return render(request, "insights/funnel.html", context)


@permission_required("insights.view_funnel", raise_exception=True)
@require_GET
def funnel_file(request: Request, pk: int) -> HttpResponse:
    found, kind = _get(pk), kind_of(request)
    try:
        walked = ways.of(funnels.asked(found, side=request.GET.get("side", found.side)))
    except AppError as error:
        raise Http404 from error
    activity.record("funnel.exported", found, by=request.user, file=kind)
    return spreadsheets.download(
        [sheets.of_funnel(walked, funnels.words_of(found))], kind, f"funnel-{found.pk}"
    )


@permission_required("insights.add_funnel", raise_exception=True)
@require_http_methods(["GET", "POST"])
def new_funnel(request: Request) -> HttpResponse:
    form = FunnelForm(request.POST or None)
    if form.is_valid():
        try:
            return redirect(funnels.create(by=request.user, **form.facts()))
        except AppError as error:
            form.add_error(None, error.message)
    return _edited(request, form, None)


@permission_required("insights.change_funnel", raise_exception=True)
@require_http_methods(["GET", "POST"])
def edit_funnel(request: Request, pk: int) -> HttpResponse:
    found = _get(pk)
    form = FunnelForm(request.POST or None, funnel=found)
    if form.is_valid():
        try:
            return redirect(funnels.change(found, by=request.user, **form.facts()))
        except AppError as error:
            form.add_error(None, error.message)
    return _edited(request, form, found)


@permission_required("insights.delete_funnel", raise_exception=True)
@require_http_methods(["GET", "POST"])
def delete_funnel(request: Request, pk: int) -> HttpResponse:
    found = _get(pk)
    if request.method == "POST":
        funnels.delete(found, by=request.user)
        messages.success(request, _("The funnel is deleted."))
        return redirect("funnels")
    return render(request, "insights/funnel_delete.html", {"funnel": found})


def _edited(request: Request, form: FunnelForm, found: Funnel | None) -> HttpResponse:
    context = {"form": form, "funnel": found, "properties": occurrences.known_properties()}
    return render(request, "insights/funnel_edit.html", context)


def _shown(walked: Walked, words: list[str]) -> dict:
    """Bars and tables of the page, and the step at which most people are lost."""
    people = [step.people for step in walked.whole.steps]
    lost = [before - after for before, after in pairwise(people)]
    worst = lost.index(max(lost)) + 1 if any(lost) else None
    return {
        "steps": _steps(walked.whole, words),
        "parts": [(way, _steps(way, words)) for way in walked.parts],
        "words": words,
        "worst": None if worst is None else (words[worst - 1], words[worst]),
    }


def _steps(way: Way, words: list[str]) -> list[tuple]:
    return [
        (words[place], step.people, way.of_before(place), way.of_first(place), wording.wait(step.wait))
        for place, step in enumerate(way.steps)
    ]


def _get(pk: int) -> Funnel:
    return get_object_or_404(Funnel.objects.select_related("segment"), pk=pk)
