"""Cross tables of friends."""

from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from accounts import activity, spreadsheets
from accounts.errors import AppError
from accounts.http import Request
from insights import crossing, sheets
from insights.forms import CrossForm
from insights.views.files import kind_of
from surveys.results.crossing import thin_words

LOOK = ["friends.view_friend", "segments.view_segment"]
SHOWING = {
    "of_row": _("Share of the row"),
    "of_column": _("Share of the column"),
    "counts": _("People"),
    "expected": _("Expected by chance"),
}


@permission_required(LOOK, raise_exception=True)
@require_GET
def cross(request: Request) -> HttpResponse:
    """One thing that is known of friends against another."""
    form = CrossForm(request.GET if "row" in request.GET else None)
    shown = request.GET.get("shown", "")
    context = {"form": form, "showing": SHOWING.items(), "shown": shown if shown in SHOWING else "of_row"}
    context |= {"formats": spreadsheets.FORMATS.items(), "thin": thin_words()}
    if form.is_valid():
        try:
            context["table"] = crossing.of(**form.cleaned_data)
        except AppError as error:
            context["problem"] = error.message
    return render(request, "insights/cross.html", context)


@permission_required(LOOK, raise_exception=True)
@require_GET
def cross_file(request: Request) -> HttpResponse:
    """Counts, shares, expected counts and the test in one Excel file, or counts as CSV."""
    kind, form = kind_of(request), CrossForm(request.GET)
    if not form.is_valid():
        raise Http404
    try:
        table = crossing.of(**form.cleaned_data)
    except AppError as error:
        raise Http404 from error
    activity.record(
        "cross_table.exported", f"{table.row.side.code} {table.column.side.code}", by=request.user
    )
    return spreadsheets.download(sheets.of_cross(table), kind, "cross-table")
