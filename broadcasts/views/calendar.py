"""The calendar of sends, and moving one of them."""

from calendar import Calendar
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.errors import AppError
from accounts.http import Request
from billing import forecast, months, plans
from billing.forecast import Forecast
from broadcasts import services
from broadcasts.models import SendingRules
from broadcasts.timing import calendar
from broadcasts.timing.calendar import Day
from broadcasts.timing.forms import MoveForm
from broadcasts.views import found as shared

DAY = timedelta(days=1)
SHOWN = 3  # sends of a day in a month; the week shows all
YEARS = range(2000, 2100)


@dataclass(frozen=True)
class Shown:
    """Which days a page shows, and where its arrows lead."""

    view: str
    on: date
    days: list[date]
    before: date
    after: date


@permission_required("broadcasts.view_broadcast", raise_exception=True)
@require_GET
def show(request: Request) -> HttpResponse:
    """All sends of a month or a week: drafts with a time, scheduled ones, dates of series, what has left."""
    week_start = SendingRules.present().week_starts_on
    shown = _shown(request, week_start)
    days = calendar.days(shown.days[0], shown.days[-1])
    terms = plans.terms(request.tenant.pk, shown.on.replace(day=1))
    context = {
        "shown": shown,
        "days": days,
        "weekdays": [WEEKDAYS_ABBR[(week_start + place) % 7] for place in range(7)],
        "today": timezone.localdate(),
        "most": SHOWN if shown.view == "month" else None,
        "has_exceeded": any(day.is_exceeded for day in days),
        "is_empty": not any(day.entries for day in days),
        "terms": terms,
        "forecast": _month_end(request, shown, days),
    }
    return render(request, "broadcasts/calendar.html", context)


@permission_required("broadcasts.send_broadcast", raise_exception=True)
@require_http_methods(["GET", "POST"])
def move(request: Request, pk: int) -> HttpResponse:
    """Another time for a broadcast that has not begun."""
    found = shared.get(pk)
    form = MoveForm(request.POST or None, initial={"send_at": found.send_at})
    if form.is_valid():
        try:
            services.move(found, send_at=form.cleaned_data["send_at"], by=request.user)
            messages.success(request, _("“%(name)s” is moved.") % {"name": found.name})
            return redirect(_calendar(form.cleaned_data["send_at"].date()))
        except AppError as error:
            form.add_error(None, error.message)
    return render(request, "broadcasts/move.html", {"broadcast": found, "form": form, "name": found.name})


def _month_end(request: Request, shown: Shown, days: list[Day]) -> Forecast | None:
    """Where the shown month ends with all that is planned in it; None for a week, or when it is over."""
    start, end = months.span(shown.on.replace(day=1), ZoneInfo(request.tenant.time_zone))
    now = timezone.now()
    if shown.view == "week" or end <= now or not request.user.has_perm("billing.view_ledgerentry"):
        return None
    planned = sum(day.planned for day in days if day.day.replace(day=1) == shown.on.replace(day=1))
    return forecast.forecast(request.tenant.pk, messages=0, at=max(now, start), already_scheduled=planned)


def _calendar(day: date) -> str:
    return f"{reverse('broadcast_calendar')}?on={day:%Y-%m-%d}"


def _shown(request: Request, week_start: int) -> Shown:
    """Raises Http404 for what names no day."""
    view = "week" if request.GET.get("view") == "week" else "month"
    on = _day(request.GET.get("on", ""))
    if view == "week":
        first = on - ((on.weekday() - week_start) % 7) * DAY
        return Shown(view, on, [first + place * DAY for place in range(7)], on - 7 * DAY, on + 7 * DAY)
    first = on.replace(day=1)
    days = list(Calendar(week_start).itermonthdates(on.year, on.month))
    return Shown(view, first, days, (first - DAY).replace(day=1), (first + 31 * DAY).replace(day=1))


def _day(text: str) -> date:
    try:
        day = date.fromisoformat(text) if text else timezone.localdate()
    except ValueError as error:
        raise Http404 from error
    if day.year not in YEARS:
        raise Http404
    return day
