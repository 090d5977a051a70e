"""Pages of recurring sends: the rule, the dates, and what may be done with them."""

from collections.abc import Callable
from datetime import date, datetime

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.errors import AppError
from accounts.http import Request
from accounts.paging import key, page
from broadcasts.approving import gate
from broadcasts.models import Broadcast, Series, SeriesDate
from broadcasts.results import progress
from broadcasts.timing import dates, series, words
from broadcasts.timing.dates import Date
from broadcasts.timing.forms import ChangeRuleForm, MoveForm

UPCOMING, PAST = 12, 20
COMMANDS: dict[str, Callable] = {"pause": series.pause, "resume": series.resume, "end": series.end}


@permission_required("broadcasts.view_series", raise_exception=True)
@require_GET
def listing(request: Request) -> HttpResponse:
    """What is sent again and again, newest first."""
    begun = Series.objects.exclude(status=Series.Status.PLANNED).select_related("pattern__segment")
    found = page(begun, key(request.GET.get("before", "")))
    rows = [(each, words.of(each.rule), _next(each)) for each in found.rows]
    return render(request, "broadcasts/series_list.html", {"page": found, "rows": rows})


@permission_required("broadcasts.view_series", raise_exception=True)
@require_GET
def show(request: Request, pk: int) -> HttpResponse:
    """The rule in words, the dates to come, and what became of the others."""
    found = _get(pk)
    now = timezone.now()
    rows = found.dates.select_related("broadcast").defer("broadcast__audience", "broadcast__body")
    past = [row for row in rows.order_by("-planned_on")[: PAST + UPCOMING] if _has_passed(row, now)][:PAST]
    results = progress.of_many([row.broadcast for row in past if row.broadcast])
    is_open = found.status in {Series.Status.ACTIVE, Series.Status.PAUSED}
    context = {
        "series": found,
        "words": words.of(found.rule),
        "upcoming": _upcoming(found) if is_open else [],
        "past": [(row, results.get(row.broadcast_id or 0)) for row in past],
        "waits": is_open and _waits_for_approval(found),
    }
    return render(request, "broadcasts/series.html", context)


@permission_required("broadcasts.send_broadcast", raise_exception=True)
@require_http_methods(["GET", "POST"])
def act(request: Request, pk: int, name: str) -> HttpResponse:
    """Pause, resume or end it, once it has been confirmed."""
    found = _get(pk)
    if request.method == "POST":
        try:
            COMMANDS[name](found, by=request.user)
        except AppError as error:
            messages.error(request, error.message)
        return redirect(found)
    context = {"series": found, "act": name, "words": words.of(found.rule), "next": _next(found)}
    return render(request, "broadcasts/series_act.html", context)


@permission_required("broadcasts.send_broadcast", raise_exception=True)
@require_http_methods(["GET", "POST"])
def change_rule(request: Request, pk: int) -> HttpResponse:
    """Another rule from a day on; what is planned before stays."""
    found = _get(pk)
    tomorrow = timezone.localdate() + dates.DAY
    form = ChangeRuleForm(
        request.POST or None, initial=ChangeRuleForm.of_rule(found.rule) | {"from_on": tomorrow}
    )
    if form.is_valid() and (rule := form.rule()):
        try:
            changed = series.change_rule(found, rule, from_on=form.cleaned_data["from_on"], by=request.user)
            messages.success(request, _("The new rule holds from that day on."))
            return redirect(changed)
        except AppError as error:
            form.add_error(None, error.message)
    return render(request, "broadcasts/series_rule.html", {"series": found, "form": form})


@permission_required("broadcasts.send_broadcast", raise_exception=True)
@require_http_methods(["GET", "POST"])
def change_date(request: Request, pk: int, day: str) -> HttpResponse:
    """Skip or move a single date, or take that back."""
    found = _get(pk)
    chosen = _date(found, day)
    form = MoveForm(request.POST or None, initial={"send_at": chosen.at})
    if request.method == "POST":
        try:
            if _change(found, chosen, form, request):
                return redirect(found)
        except AppError as error:
            form.add_error(None, error.message)
    return render(request, "broadcasts/series_date.html", {"series": found, "date": chosen, "form": form})


def _change(found: Series, chosen: Date, form: MoveForm, request: Request) -> bool:
    """Whether it is done; False if the form has to be filled in better."""
    match request.POST.get("do"):
        case "skip":
            series.skip(found, chosen.planned_on, by=request.user)
            messages.success(request, _("That date is left out."))
        case "restore":
            series.as_planned(found, chosen.planned_on, by=request.user)
            messages.success(request, _("That date is sent as the rule says."))
        case _:
            if not form.is_valid():
                return False
            series.move(found, chosen.planned_on, to=form.cleaned_data["send_at"], by=request.user)
            messages.success(request, _("That date is moved."))
    return True


def _get(pk: int) -> Series:
    begun = Series.objects.exclude(status=Series.Status.PLANNED).select_related("pattern__segment")
    return get_object_or_404(begun, pk=pk)


def _date(found: Series, text: str) -> Date:
    """Raises Http404 if the series has no such date."""
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise Http404 from error
    row = found.dates.select_related("broadcast").filter(planned_on=day).first()
    if row is None and next(found.rule.days(day), None) != day:
        raise Http404
    return Date(found, day, (row.moved_to if row else None) or dates.at(found, day), row)


def _upcoming(found: Series) -> list[Date]:
    """The next dates, with those that are skipped among them."""
    now = timezone.now()
    coming = dates.next_ones(found, now, UPCOMING)
    end = coming[-1].at + dates.DAY / 24 if coming else now + 400 * dates.DAY
    return dates.between(found, now, end)


def _next(found: Series) -> Date | None:
    if found.status != Series.Status.ACTIVE:
        return None
    return next(iter(dates.next_ones(found, timezone.now(), 1)), None)


def _has_passed(row: SeriesDate, now: datetime) -> bool:
    at = row.broadcast.send_at if row.broadcast else row.moved_to or dates.at(row.series, row.planned_on)
    return at is not None and at < now


def _waits_for_approval(found: Series) -> bool:
    return (
        gate.is_asked_of_all()
        and found.pattern is not None
        and found.pattern.status != Broadcast.Status.APPROVED
    )
