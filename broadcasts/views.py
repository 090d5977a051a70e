from collections.abc import Callable
from datetime import datetime

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.errors import AppError
from accounts.http import Request
from accounts.paging import key, page
from billing import forecast as billing_forecast
from broadcasts import forecasts, links, pages, progress, quota, services, watching
from broadcasts.forms import BroadcastForm, LinkDefaultsForm, ReviewForm, ScheduleForm, SettleForm
from broadcasts.models import Batch, Broadcast, LinkClick
from composing import draft as drafts
from composing import editor, phone
from composing.draft import Draft, Incomplete
from friends.models import Friend
from segments.models import Segment
from segments.views import plans

COMMANDS: dict[str, Callable] = {
    "submit": services.submit_for_approval,
    "unschedule": services.unschedule,
    "pause": services.pause,
    "resume": services.resume,
    "accept_segment": watching.accept,
    "duplicate": services.duplicate,
}


@permission_required("broadcasts.view_broadcast", raise_exception=True)
@require_GET
def broadcasts(request: Request) -> HttpResponse:
    counts = pages.counts()
    tab = request.GET.get("tab") or pages.first_tab(counts)
    if tab not in pages.TABS:
        raise Http404
    rows = Broadcast.objects.filter(status__in=pages.TABS[tab][1]).select_related("segment")
    found = page(rows.defer("audience", "body", "messages"), key(request.GET.get("before", "")))
    results = progress.of_many(found.rows)
    context = {
        "tab": tab,
        "tabs": counts,
        "page": found,
        "rows": [(each, results[each.pk]) for each in found.rows],
        "changed": watching.changed_among(found.rows),
    }
    return render(request, "broadcasts/list.html", context)


@permission_required("broadcasts.view_broadcast", raise_exception=True)
@require_GET
def broadcast(request: Request, pk: int) -> HttpResponse:
    found = _get(pk)
    context = _live(request, found) | {"shown": phone.shown(found.messages)}
    return render(request, "broadcasts/broadcast.html", context)


@permission_required("broadcasts.view_broadcast", raise_exception=True)
@require_GET
def live(request: Request, pk: int) -> HttpResponse:
    """The part of the page that changes by itself; it asks for itself again while it may change."""
    return render(request, "broadcasts/live.html", _live(request, _get(pk)))


@permission_required("broadcasts.add_broadcast", raise_exception=True)
@require_http_methods(["GET", "POST"])
def new(request: Request) -> HttpResponse:
    usual = BroadcastForm.of(None) | {"segment": request.GET.get("segment")}
    form = BroadcastForm(request.POST or None, initial=usual)
    text = {"type": "text", "text": ""}
    draft = drafts.of_form(request.POST) if request.POST else drafts.of_messages([text])
    if form.is_valid():
        asked = form.cleaned_data
        try:
            made = services.create_broadcast(
                name=asked["name"],
                segment=asked["segment"],
                messages=draft.messages(),
                by=request.user,
                **form.details(),
            )
            return redirect(made)
        except (AppError, Incomplete) as error:
            editor.refuse(form, draft, error)
    return render(request, "broadcasts/edit.html", _editor(form, draft))


@permission_required("broadcasts.change_broadcast", raise_exception=True)
@require_http_methods(["GET", "POST"])
def edit(request: Request, pk: int) -> HttpResponse:
    found = _get(pk)
    kept = {"name": found.name, "segment": found.segment_id, "version": found.version}
    kept |= BroadcastForm.of(found)
    form = BroadcastForm(request.POST or None, initial=kept)
    draft = drafts.of_form(request.POST) if request.POST else drafts.of_messages(found.messages)
    if form.is_valid():
        asked = form.cleaned_data
        try:
            services.change_broadcast(
                found,
                by=request.user,
                version=asked["version"] or 0,
                name=asked["name"],
                segment=asked["segment"],
                messages=draft.messages(),
                **form.details(),
            )
            return redirect(found)
        except (AppError, Incomplete) as error:
            editor.refuse(form, draft, error)
    return render(request, "broadcasts/edit.html", _editor(form, draft) | {"broadcast": found})


@permission_required("broadcasts.view_broadcast", raise_exception=True)
@require_GET
def forecast(request: Request) -> HttpResponse:
    """Who would get a message to this segment, and what it would cost."""
    number = key(request.GET.get("segment", ""))
    segment = Segment.objects.filter(pk=number).first() if number is not None else None
    context: dict = {"forecast": forecasts.of_segment(segment) if segment else None}
    if segment and (found := context["forecast"]):
        method = Broadcast.Method.PUSH if "tracks_people" in request.GET else Broadcast.Method.MULTICAST
        context["is_most"] = not forecasts.is_exact(segment)
        context["sending"] = None if context["is_most"] else forecasts.sending(found.messages, method)
        context["messaged_today"] = forecasts.messaged_today(segment)
        context["refusal"] = forecasts.refusal(segment, method)
    return render(request, "broadcasts/forecast.html", context)


@permission_required("broadcasts.view_broadcast", raise_exception=True)
@require_GET
def plan(request: Request, pk: int) -> HttpResponse:
    """By which requests to LINE it would go out now; a part of other pages."""
    found = _get(pk)
    return render(request, "segments/plan.html", plans.shown(found.segment.tree, **found.wishes))


@permission_required("broadcasts.view_linkclick", raise_exception=True)
@require_GET
def clicks(request: Request, pk: int) -> HttpResponse:
    """Who clicked, newest first, as far as it is known."""
    found = _get(pk)
    rows = LinkClick.objects.of_people().filter(link__broadcast=found).select_related("link")
    shown = page(rows, key(request.GET.get("before", "")))
    friends = Friend.objects.in_bulk([click.friend_id for click in shown.rows])
    context = {
        "broadcast": found,
        "page": shown,
        "rows": [(click, friends.get(click.friend_id)) for click in shown.rows],
    }
    return render(request, "broadcasts/clicks.html", context)


@permission_required("broadcasts.change_linkdefaults", raise_exception=True)
@require_http_methods(["GET", "POST"])
def link_defaults(request: Request) -> HttpResponse:
    """What new broadcasts begin with about their links."""
    form = LinkDefaultsForm(request.POST or None, instance=links.defaults())
    if form.is_valid():
        services.set_link_defaults(form.save(commit=False), by=request.user)
        messages.success(request, _("Saved. Broadcasts written from now on begin with this."))
        return redirect("broadcasts")
    return render(request, "broadcasts/link_defaults.html", {"form": form})


@permission_required("billing.view_ledgerentry", raise_exception=True)
@require_GET
def month_end(request: Request) -> HttpResponse:
    """Where the month will end with what is scheduled; a part of the cost page."""
    now = timezone.now()
    scheduled = quota.committed_messages(now)
    end = billing_forecast.forecast(request.tenant.pk, messages=0, at=now, already_scheduled=scheduled)
    return render(request, "broadcasts/month_end.html", {"forecast": end})


@permission_required("broadcasts.send_broadcast", raise_exception=True)
@require_http_methods(["GET", "POST"])
def schedule(request: Request, pk: int) -> HttpResponse:
    """The last look before it goes out: who sends, to how many, when, for how much."""
    found = _get(pk)
    now = timezone.localtime()
    form = ScheduleForm(request.POST or None, initial={"version": found.version, "send_at": now})
    form.fields["send_at"].required = "now" not in request.POST
    if form.is_valid():
        try:
            _schedule(found, form, is_now="now" in request.POST, request=request)
            return redirect(found)
        except AppError as error:
            form.add_error(None, error.message)
    context = {"broadcast": found, "form": form} | _forecast(found, now)
    return render(request, "broadcasts/schedule.html", context)


@permission_required("broadcasts.send_broadcast", raise_exception=True)
@require_http_methods(["GET", "POST"])
def cancel(request: Request, pk: int) -> HttpResponse:
    found = _get(pk)
    if request.method == "POST":
        return _do(request, found, services.cancel)
    return render(request, "broadcasts/cancel.html", {"broadcast": found, "progress": progress.of(found)})


@permission_required("broadcasts.approve_broadcast", raise_exception=True)
@require_http_methods(["GET", "POST"])
def review(request: Request, pk: int) -> HttpResponse:
    """For the client's approver, on a phone as well: everything on one page, two buttons."""
    found = _get(pk)
    form = ReviewForm(request.POST or None, initial={"version": found.version})
    if form.is_valid():
        try:
            _review(found, form, request)
            return redirect(found)
        except AppError as error:
            form.add_error(None, error.message)
    context = {"broadcast": found, "form": form, "shown": phone.shown(found.messages)} | _forecast(found)
    return render(request, "broadcasts/review.html", context)


@permission_required("broadcasts.view_broadcast", raise_exception=True)
@require_POST
def act(request: Request, pk: int, name: str) -> HttpResponse:
    """The acts of one click: submit, unschedule, pause, resume, accept a changed segment, duplicate."""
    _statuses, permission = pages.ACTS[name]
    if not request.user.has_perm(permission):
        raise PermissionDenied
    return _do(request, _get(pk), COMMANDS[name])


@permission_required("broadcasts.settle_batch", raise_exception=True)
@require_POST
def settle(request: Request, pk: int) -> HttpResponse:
    """Write down what a person found out about a batch, or a send by LINE, of unknown outcome."""
    found = _get(pk)
    form = SettleForm(request.POST)
    asked = form.cleaned_data if form.is_valid() else {}
    unknown = asked.get("batch") or asked.get("send")
    if unknown is None or unknown.broadcast_id != found.pk:
        raise Http404
    command = services.settle_batch if isinstance(unknown, Batch) else services.settle_send
    is_sent = asked["outcome"] == "sent"
    return _do(request, found, lambda _broadcast, by: command(unknown, as_sent=is_sent, by=by))


def _get(pk: int) -> Broadcast:
    return get_object_or_404(Broadcast.objects.select_related("segment").defer("audience", "body"), pk=pk)


def _live(request: Request, found: Broadcast) -> dict:
    reviews = list(found.reviews.all())
    who = pages.people([found.created_by_id, found.approved_by_id, *(each.by_id for each in reviews)])
    result = progress.of(found)
    context = {
        "broadcast": found,
        "progress": result,
        "way": pages.way(found, request.tenant),
        "acts": pages.allowed(found, request.user, request.tenant),
        "is_moving": found.status in pages.MOVING,
        "segment_change": watching.change(found),
        "author": who.get(found.created_by_id),
        "approver": who.get(found.approved_by_id),
        "reviews": [(each, who.get(each.by_id)) for each in reviews],
    }
    if found.started_at:
        context["links"] = pages.links(found)
        context["hours"] = pages.hours(found)
        context["failures"] = progress.failures(found) if result.rejected or result.needs_check else []
        context["unsettled"] = pages.unsettled(found) if result.needs_check else []
        context["sends"] = pages.sends(found)
    elif found.status not in pages.TABS["sent"][1]:
        context |= _forecast(found)
    return context


def _forecast(found: Broadcast, at: datetime | None = None) -> dict:
    """What `broadcasts/forecast.html` shows; the plan says how long LINE takes to find people itself."""
    forecast = forecasts.of_broadcast(found, at)
    is_most = not forecasts.is_exact(found.segment)
    way = found.way_of_sending
    return {
        "forecast": forecast,
        "is_most": is_most,
        "sending": None if is_most else forecasts.sending(forecast.messages, way),
        "messaged_today": forecasts.messaged_today(found.segment),
    }


def _editor(form: BroadcastForm, draft: Draft) -> dict:
    return editor.context(draft, show_errors=form.is_bound) | {"form": form}


def _schedule(found: Broadcast, form: ScheduleForm, *, is_now: bool, request: Request) -> None:
    version = form.cleaned_data["version"]
    if is_now:
        services.send_now(found, by=request.user, version=version)
        messages.success(request, _("“%(name)s” is on its way.") % {"name": found.name})
    else:
        send_at: datetime = form.cleaned_data["send_at"]
        services.schedule_broadcast(found, send_at=send_at, by=request.user, version=version)
        messages.success(request, _("“%(name)s” is scheduled.") % {"name": found.name})


def _review(found: Broadcast, form: ReviewForm, request: Request) -> None:
    asked = form.cleaned_data
    said = {"comment": asked["comment"], "version": asked["version"]}
    if asked["verdict"] == "approve":
        services.approve(found, by=request.user, **said)
        messages.success(request, _("“%(name)s” is approved.") % {"name": found.name})
    else:
        services.send_back(found, by=request.user, **said)
        messages.success(request, _("“%(name)s” went back to its author.") % {"name": found.name})


def _do(request: Request, found: Broadcast, command: Callable) -> HttpResponse:
    """Carry out a command and show the broadcast; a refusal is shown there."""
    try:
        done = command(found, by=request.user)
        return redirect(done if isinstance(done, Broadcast) else found)
    except AppError as error:
        messages.error(request, error.message)
        return redirect(found)
