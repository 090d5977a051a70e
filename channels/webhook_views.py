"""The event log: what LINE sent, what became of it, and once more what failed."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts import activity, current
from accounts.http import Request
from accounts.paging import page
from channels import event_log, event_rows, faults, processing, replays, tallies
from channels.models import EventReplay, InboxBody, WebhookEvent
from channels.webhook_forms import EventFilter

DAY, WEEK = 24, 24 * 7
MOST_COUNTED = 1_000  # of what failed: beyond, “1,000+” is as good as a number
LONGEST_BODY = 20_000  # characters shown of one


@permission_required("channels.view_webhookevent", raise_exception=True)
@require_GET
def events(request: Request) -> HttpResponse:
    form = EventFilter(request.GET)
    search = form.search()
    found = page(search.events(), form.cleaned_data.get("before"))
    context = {"form": form, "search": search, "page": found, "rows": event_rows.of(found.rows)}
    if request.htmx and not request.htmx.boosted:
        return render(request, "channels/webhook_rows.html", context)
    return render(request, "channels/webhook_events.html", context | _figures() | {"tab": "events"})


@permission_required("channels.view_webhookevent", raise_exception=True)
@require_GET
def event(request: Request, pk: int) -> HttpResponse:
    found = get_object_or_404(_own_events(), pk=pk)
    return render(request, "channels/webhook_event.html", {"row": event_rows.EventRow(found)})


@permission_required("channels.change_webhookevent", raise_exception=True)
@require_POST
def replay_event(request: Request, pk: int) -> HttpResponse:
    """Handle one event again, now."""
    found = get_object_or_404(_own_events(), pk=pk)
    _replay(request, _own_events().filter(pk=found.pk))
    return redirect("webhook_event", pk)


@permission_required("channels.change_webhookevent", raise_exception=True)
@require_POST
def replay_events(request: Request) -> HttpResponse:
    """Handle those again that were ticked; or all failed ones that the search finds, with progress."""
    if request.POST.get("all"):
        order = replays.order(EventFilter(request.POST).search(), by=request.user)
        return redirect("webhook_replay", order.pk)
    _replay(request, _own_events().filter(pk__in=_ticked(request)))
    return _back(request, "webhook_events")


@permission_required("channels.view_webhookevent", raise_exception=True)
@require_GET
def replay(request: Request, pk: int) -> HttpResponse:
    found = get_object_or_404(EventReplay, pk=pk, tenant=current.tenant().pk)
    template = "channels/webhook_replay_progress.html" if request.htmx else "channels/webhook_replay.html"
    return render(request, template, {"replay": found, "handled": found.done_count + found.failed_count})


@permission_required("channels.view_inboxbody", raise_exception=True)
@require_GET
def bodies(request: Request) -> HttpResponse:
    """Bodies in quarantine."""
    before = request.GET.get("before", "")
    found = page(_quarantined(), int(before) if before.isdecimal() and len(before) < 19 else None)
    context = {"page": found, "rows": [(body, faults.in_words(body.error)) for body in found.rows]}
    return render(request, "channels/webhook_bodies.html", context | {"tab": "quarantine"})


@permission_required("channels.view_inboxbody", raise_exception=True)
@require_GET
def body(request: Request, pk: int) -> HttpResponse:
    found = get_object_or_404(_quarantined(), pk=pk)
    text = bytes(found.body).decode("utf-8", "backslashreplace")
    context = {"body": found, "error": faults.in_words(found.error), "text": text[:LONGEST_BODY]}
    return render(request, "channels/webhook_body.html", context | {"is_cut": len(text) > LONGEST_BODY})


@permission_required("channels.change_webhookevent", raise_exception=True)
@require_POST
def process_bodies(request: Request) -> HttpResponse:
    """Put those back into the inbox that were ticked, or all of them."""
    chosen = _quarantined()
    if not request.POST.get("all"):
        chosen = chosen.filter(pk__in=_ticked(request))
    count = processing.process_again(chosen)
    activity.record("webhook_bodies.processed_again", current.tenant(), by=request.user, bodies=count)
    messages.success(request, _("Bodies back in the inbox: %(count)d") % {"count": count})
    return redirect("webhook_bodies")


def _figures() -> dict:
    """Error rates, a day by the hour, and what waits for somebody."""
    hours = tallies.by_hour(WEEK)
    failed = _own_events().filter(state=WebhookEvent.State.FAILED)[: MOST_COUNTED + 1].count()
    rates = [
        (_("Last two hours"), tallies.total(hours[-2:])),
        (_("Last 24 hours"), tallies.total(hours[-DAY:])),
        (_("Last 7 days"), tallies.total(hours)),
    ]
    return {
        "rates": rates,
        "bars": event_rows.bars(hours[-DAY:]),
        "failed_count": min(failed, MOST_COUNTED),
        "has_more_failed": failed > MOST_COUNTED,
        "has_quarantined": _quarantined().exists(),
    }


def _replay(request: Request, chosen: QuerySet[WebhookEvent]) -> None:
    done, failed = event_log.replay(chosen)
    activity.record("webhook_events.replayed", current.tenant(), by=request.user, done=done, failed=failed)
    if failed:
        text = _("%(done)d handled, %(failed)d failed again.") % {"done": done, "failed": failed}
        messages.warning(request, text)
    elif done:
        messages.success(request, _("%(done)d handled.") % {"done": done})
    else:
        messages.info(request, _("There was nothing to handle: all of it is done, or of no use to us."))


def _ticked(request: Request) -> list[int]:
    """Numbers of what was ticked; what is no number is passed over."""
    return [int(each) for each in request.POST.getlist("pk") if each.isdecimal() and len(each) < 19]


def _back(request: Request, name: str) -> HttpResponseRedirect:
    """To the list as it was searched."""
    query = request.POST.get("query", "")
    return HttpResponseRedirect(reverse(name) + (f"?{query}" if query else ""))


def _own_events() -> QuerySet[WebhookEvent]:
    return WebhookEvent.objects.filter(tenant_id=current.tenant().pk)


def _quarantined() -> QuerySet[InboxBody]:
    return InboxBody.objects.filter(tenant_id=current.tenant().pk, state=InboxBody.State.QUARANTINED)
