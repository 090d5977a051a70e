"""Pages that let a broadcast go, or stop it."""

from collections.abc import Callable
from datetime import datetime

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.errors import AppError
from accounts.http import Request
from broadcasts import pages, services, watching
from broadcasts.forms import ScheduleForm, SettleForm
from broadcasts.models import Batch, Broadcast
from broadcasts.results import progress
from broadcasts.views import found as shared

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
    """The last look before it goes out: who sends, to how many, when, for how much."""
    found = shared.get(pk)
    now = timezone.localtime()
    form = ScheduleForm(request.POST or None, initial={"version": found.version, "send_at": now})
    form.fields["send_at"].required = "now" not in request.POST
    if form.is_valid():
        try:
            _schedule(found, form, is_now="now" in request.POST, request=request)
            return redirect(found)
        except AppError as error:
            form.add_error(None, error.message)
    context = {"broadcast": found, "form": form} | shared.forecast_of(found, now)
    return render(request, "broadcasts/schedule.html", context)


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


@permission_required("broadcasts.settle_batch", raise_exception=True)
@require_POST
def settle(request: Request, pk: int) -> HttpResponse:
    """Write down what a person found out about a batch, or a send by LINE, of unknown outcome."""
    found = shared.get(pk)
    form = SettleForm(request.POST)
    asked = form.cleaned_data if form.is_valid() else {}
    unknown = asked.get("batch") or asked.get("send")
    if unknown is None or unknown.broadcast_id != found.pk:
        raise Http404
    command = services.settle_batch if isinstance(unknown, Batch) else services.settle_send
    is_sent = asked["outcome"] == "sent"
    return shared.carry_out(request, found, lambda _broadcast, by: command(unknown, as_sent=is_sent, by=by))


def _schedule(found: Broadcast, form: ScheduleForm, *, is_now: bool, request: Request) -> None:
    version = form.cleaned_data["version"]
    if is_now:
        services.send_now(found, by=request.user, version=version)
        messages.success(request, _("“%(name)s” is on its way.") % {"name": found.name})
    else:
        send_at: datetime = form.cleaned_data["send_at"]
        services.schedule_broadcast(found, send_at=send_at, by=request.user, version=version)
        messages.success(request, _("“%(name)s” is scheduled.") % {"name": found.name})
