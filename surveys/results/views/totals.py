"""Totals of a survey, and cross tables."""

from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from accounts.errors import AppError
from accounts.http import Request
from accounts.spreadsheets import FORMATS
from surveys.models import Response, Survey
from surveys.results import crossing, funnel, sides, totals
from surveys.results.crossing import Crossed
from surveys.results.forms import CrossForm, NarrowForm
from surveys.results.narrowing import Narrowing

MOST_LIVE = 50_000  # responses up to which the page keeps itself up to date
SHOWING = {"of_row": _("Share of the row"), "of_column": _("Share of the column"), "counts": _("People")}


@permission_required("surveys.view_survey", raise_exception=True)
@require_GET
def results(request: Request, pk: int) -> HttpResponse:
    """What was answered, question by question, and how far people came."""
    survey = get_object_or_404(Survey, pk=pk)
    form = NarrowForm(request.GET)
    context = _context(request, survey, form)
    if not (context["is_empty"] or context["is_later"]):
        try:
            context |= found(form.of(survey))
        except AppError as error:
            context["problem"] = error.message
    return render(request, "surveys/results/results.html", context)


@permission_required("surveys.view_survey", raise_exception=True)
@require_GET
def cross(request: Request, pk: int) -> HttpResponse:
    """One thing against another: a question against another, or against what is known of the friends."""
    survey = get_object_or_404(Survey, pk=pk)
    form, chosen = NarrowForm(request.GET), CrossForm(request.GET or None, survey=survey)
    shown = request.GET.get("shown", "")
    context = _context(request, survey, form) | {"chosen": chosen, "showing": SHOWING.items()}
    context |= {"shown": shown if shown in SHOWING else "of_row", "thin": crossing.thin_words()}
    if chosen.is_valid() and not (context["is_empty"] or context["is_later"]):
        try:
            context["crossed"] = crossed(form.of(survey), **chosen.cleaned_data)
        except AppError as error:
            context["problem"] = error.message
    return render(request, "surveys/results/cross.html", context)


def found(narrowing: Narrowing) -> dict:
    """Totals and the funnel."""
    each = totals.of(narrowing)
    return {"totals": each, "funnel": funnel.of(narrowing, each, totals.still_at(narrowing))}


def crossed(narrowing: Narrowing, row: str, column: str) -> Crossed | None:
    below, beside = sides.of(narrowing.survey, row), sides.of(narrowing.survey, column)
    return crossing.cross(narrowing, below, beside) if below and beside else None


def _context(request: Request, survey: Survey, form: NarrowForm) -> dict:
    """`is_later`: so many answers take seconds to count; the page stands, and asks for them by itself."""
    some = Response.objects.filter(survey=survey)[:MOST_LIVE].count()
    is_large = some >= MOST_LIVE
    return {
        "survey": survey,
        "form": form,
        "is_empty": not some,
        "is_live": survey.status == Survey.Status.RUNNING and not is_large,
        "is_large": is_large,
        "is_later": is_large and not request.htmx,
        "formats": FORMATS.items(),
    }
