"""Pages that show broadcasts and what came of them."""

from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.http import Request
from accounts.paging import key, page
from broadcasts import belonging, forecasts, pages, watching
from broadcasts.models import Broadcast, LinkClick
from broadcasts.results import progress
from broadcasts.sending import failures, speed
from broadcasts.tracking import naming
from broadcasts.views import found as shared
from composing import phone
from friends.models import Friend
from segments.views import plans


@permission_required("broadcasts.view_broadcast", raise_exception=True)
@require_GET
def broadcasts(request: Request) -> HttpResponse:
    counts = pages.counts()
    tab = request.GET.get("tab") or pages.first_tab(counts)
    if tab not in pages.TABS:
        raise Http404
    rows = pages.rows(tab).select_related("segment")
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
    found = shared.get(pk)
    context = _live(request, found) | {"shown": phone.shown(found.messages)}
    return render(request, "broadcasts/broadcast.html", context)


@permission_required("broadcasts.view_broadcast", raise_exception=True)
@require_GET
def live(request: Request, pk: int) -> HttpResponse:
    """The part of the page that changes by itself; it asks for itself again while it may change."""
    return render(request, "broadcasts/live.html", _live(request, shared.get(pk)))


@permission_required("broadcasts.view_broadcast", raise_exception=True)
@require_GET
def plan(request: Request, pk: int) -> HttpResponse:
    """By which requests to LINE it would go out now; a part of other pages."""
    found = shared.get(pk)
    return render(request, "segments/plan.html", plans.shown(found.segment.tree, **found.wishes))


@permission_required("broadcasts.view_linkclick", raise_exception=True)
@require_GET
def clicks(request: Request, pk: int) -> HttpResponse:
    """Who clicked, newest first, as far as it is known."""
    found = shared.get(pk)
    rows = LinkClick.objects.of_people().filter(link__broadcast=found).select_related("link")
    shown = page(rows, key(request.GET.get("before", "")))
    naming.titled(click.link for click in shown.rows)
    friends = Friend.objects.in_bulk([click.friend_id for click in shown.rows])
    context = {
        "broadcast": found,
        "knows_people": pages.knows_people(found),
        "page": shown,
        "rows": [(click, friends.get(click.friend_id)) for click in shown.rows],
    }
    return render(request, "broadcasts/clicks.html", context)


@permission_required("billing.view_ledgerentry", raise_exception=True)
@require_GET
def month_end(request: Request) -> HttpResponse:
    """Where the month will end with what is scheduled; a part of the cost page."""
    end = forecasts.of_messages(0, timezone.now())
    return render(request, "broadcasts/month_end.html", {"forecast": end})


def _live(request: Request, found: Broadcast) -> dict:
    reviews = list(found.reviews.all())
    who = pages.people([found.created_by_id, found.approved_by_id, *(each.by_id for each in reviews)])
    result = progress.of(found)
    context = {
        "broadcast": found,
        "progress": result,
        "repeats": pages.repeats(found),
        "way": pages.way(found, request.tenant),
        "acts": pages.allowed(found, request.user, request.tenant),
        "is_moving": found.status in pages.MOVING,
        "segment_change": watching.change(found),
        "author": who.get(found.created_by_id),
        "approver": who.get(found.approved_by_id),
        "reviews": [(each, who.get(each.by_id)) for each in reviews],
    }
    if found.started_at:
        links = pages.links(found)
        context["links"] = links
        context["knows_people"] = found.tracks_people or any(link.page for link in links)
        context["hours"] = pages.hours(found)
        context["failures"] = failures.causes(found, result)
        context["speed"] = speed.of(found, result)
        context["sends"] = pages.sends(found)
    elif found.status not in pages.TABS["sent"][1]:
        context |= shared.forecast_of(found, campaign=belonging.campaign_of(found))
        if found.is_stopped_by_budget:  # that is said already, by what it found when it should have begun
            context["budget_refusal"] = ""
    return context
