"""Results as files."""

from collections.abc import Iterator

from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts import activity, spreadsheets
from accounts.errors import AppError
from accounts.http import Request
from surveys.models import Survey
from surveys.results import exports, sheets
from surveys.results.forms import CrossForm, FileForm, NarrowForm
from surveys.results.views import totals

EXPORT = "surveys.export_response"


@permission_required("surveys.view_survey", raise_exception=True)
@require_GET
def totals_file(request: Request, pk: int) -> HttpResponse:
    """Totals: all tables in one Excel file, or the answers alone as CSV."""
    survey = get_object_or_404(Survey, pk=pk)
    kind = _kind(request)
    found = totals.found(NarrowForm(request.GET).of(survey))
    activity.record("survey.totals_exported", survey, by=request.user, file=kind)
    return spreadsheets.download(sheets.of_totals(**found), kind, f"survey-{survey.pk}-totals")


@permission_required("surveys.view_survey", raise_exception=True)
@require_GET
def cross_file(request: Request, pk: int) -> HttpResponse:
    """A cross table: counts and shares in one Excel file, or counts as CSV."""
    survey = get_object_or_404(Survey, pk=pk)
    kind, chosen = _kind(request), CrossForm(request.GET, survey=survey)
    if not chosen.is_valid():
        raise Http404
    crossed = totals.crossed(NarrowForm(request.GET).of(survey), **chosen.cleaned_data)
    if crossed is None:
        raise Http404
    activity.record("survey.totals_exported", survey, by=request.user, file=kind)
    return spreadsheets.download(sheets.of_crossed(crossed), kind, f"survey-{survey.pk}-cross")


@permission_required(EXPORT, raise_exception=True)
@require_GET
def files(request: Request, pk: int) -> HttpResponse:
    """Which file of all answers."""
    survey = get_object_or_404(Survey, pk=pk)
    context = {"survey": survey, "form": FileForm(), "narrowing": NarrowForm(request.GET or None)}
    return render(request, "surveys/results/files.html", context)


@permission_required(EXPORT, raise_exception=True)
@require_GET
def answers_file(request: Request, pk: int) -> HttpResponse | StreamingHttpResponse:
    """All answers, a row for each response: CSV is written while it is sent."""
    survey = get_object_or_404(Survey, pk=pk)
    form, narrowing = FileForm(request.GET), NarrowForm(request.GET)
    if not form.is_valid():
        return _refused(request, survey, form, narrowing)
    kind = form.cleaned_data["kind"]
    which = narrowing.of(survey)
    export = exports.begin(which, encoding=kind, in_codes=form.cleaned_data["codes"], by=request.user)
    if kind != spreadsheets.EXCEL:
        return streamed(export, f"survey-{survey.pk}-answers")
    try:
        return spreadsheets.download([export.sheet()], kind, f"survey-{survey.pk}-answers")
    except AppError as error:
        form.add_error("kind", error.message)
        return _refused(request, survey, form, narrowing)


def streamed(export: exports.Export, name: str) -> StreamingHttpResponse:
    lines: Iterator[bytes] = iter(export)
    charset = {spreadsheets.SHIFT_JIS: "Shift_JIS"}.get(export.encoding, "utf-8")
    response = StreamingHttpResponse(lines, content_type=f"text/csv; charset={charset}")
    whole = f"{name}-{timezone.localtime():%Y%m%d-%H%M}.csv"
    response["Content-Disposition"] = f'attachment; filename="{whole}"'
    return response


def _kind(request: Request) -> str:
    kind = request.GET.get("kind", spreadsheets.EXCEL)
    if kind not in spreadsheets.FORMATS:
        raise Http404
    return kind


def _refused(request: Request, survey: Survey, form: FileForm, narrowing: NarrowForm) -> HttpResponse:
    context = {"survey": survey, "form": form, "narrowing": narrowing}
    return render(request, "surveys/results/files.html", context, status=400)
