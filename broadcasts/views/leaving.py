"""Pages that let a broadcast go, or stop it."""

from collections.abc import Callable
from datetime import datetime

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.errors import AppError
from accounts.http import Request
from broadcasts import belonging, pages, services, watching
from broadcasts.checking import looking, own_pages
from broadcasts.forms import ScheduleForm
from broadcasts.models import Broadcast, Series
from broadcasts.results import progress
from broadcasts.timing import notes, series
from broadcasts.views import found as shared
from composing import phone

COMMANDS: dict[str, Callable] = {
    "submit": services.submit_for_approval,
    "withdraw": services.withdraw,
    "unschedule": services.unschedule,
    "pause": services.pause,
    "resume": services.resume,
    "accept_segment": watching.accept,
    "duplicate": services.duplicate,
}


@permission_required("broadcasts.send_broadcast", raise_exception=True)
@require_http_methods(["GET", "POST"])
def schedule(request: Request, pk: int) -> HttpResponse:
    """When it goes out, then the last look: who sends what, to how many, when, for how much."""
    found = shared.get(pk)
    form = ScheduleForm(
        request.POST or None, initial=ScheduleForm.of_time(found) | {"version": found.version}
    )
    if form.is_valid() and "back" not in request.POST:
        try:
            if "confirmed" in request.POST:
                return redirect(_let_go(found, form, request))
            looking.require(found)
            with transaction.atomic():
                services.may_leave(found, _first(form), version=form.cleaned_data["version"])
            return render(request, "broadcasts/confirm.html", _last_look(request, found, form))
        except AppError as error:
            form.add_error(None, error.message)
    context = {"broadcast": found, "form": form, "note": notes.of(form) if form.is_bound else None}
    return render(
        request,
        "broadcasts/schedule.html",
        context | shared.forecast_of(found, campaign=belonging.campaign_of(found)),
    )


@permission_required("broadcasts.send_broadcast", raise_exception=True)
@require_http_methods(["GET", "POST"])
def cancel(request: Request, pk: int) -> HttpResponse:
    found = shared.get(pk)
    if request.method == "POST":
        return shared.carry_out(request, found, services.cancel)
    return render(request, "broadcasts/cancel.html", {"broadcast": found, "progress": progress.of(found)})


@permission_required("broadcasts.view_broadcast", raise_exception=True)
@require_POST
def act(request: Request, pk: int, name: str) -> HttpResponse:
    """The acts of one click: ask for approval, take back, pause, resume, accept a changed segment, …."""
    _statuses, permission = pages.ACTS[name]
    if not request.user.has_perm(permission):
        raise PermissionDenied
    return shared.carry_out(request, shared.get(pk), COMMANDS[name])


def _let_go(found: Broadcast, form: ScheduleForm, request: Request) -> Broadcast | Series:
    """What was let go: the broadcast, or the series that it begins."""
    version, name = form.cleaned_data["version"], {"name": found.name}
    if rule := form.rule():
        begun = series.start(found, rule, by=request.user, version=version)
        messages.success(request, _("“%(name)s” is sent again and again from now on.") % name)
        return begun
    if send_at := form.moment():
        services.schedule_broadcast(found, send_at=send_at, by=request.user, version=version)
        messages.success(request, _("“%(name)s” is scheduled.") % name)
    else:
        services.send_now(found, by=request.user, version=version)
        messages.success(request, _("“%(name)s” is on its way.") % name)
    return found


def _first(form: ScheduleForm) -> datetime:
    """When the first of it would leave. Raises NoDates."""
    rule = form.rule()
    return series.first(rule) if rule else form.moment() or timezone.now()


def _last_look(request: Request, found: Broadcast, form: ScheduleForm) -> dict:
    """The forecast is for the month in which the first of it leaves."""
    context = {
        "broadcast": found,
        "kept": [(name, value) for name in form.fields for value in request.POST.getlist(name)],
        "rule": form.rule(),
        "send_at": form.moment() and timezone.localtime(form.moment()),
        "zone": timezone.get_current_timezone_name(),
        "note": notes.of(form),
        "shown": phone.shown(found.messages),
        "findings": own_pages.findings(found, _first(form)),
    }
    return context | shared.forecast_of(
        found, _first(form), form.rule(), campaign=belonging.campaign_of(found)
    )
