"""Pages of the people in scenarios: who they are, where they stand, letting them in and out by hand."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.errors import AppError
from accounts.http import Request
from accounts.paging import key, page, words
from customers.models import Customer
from friends.models import Friend
from linking.models import Link
from scenarios import admitting, standing
from scenarios.admitting import Caller
from scenarios.models import Entry, Halt, Scenario

FOUND = 8  # friends shown while somebody searches
NEWEST = 10  # times that one person came in, on their own page
STATES = {"inside": Entry.INSIDE, "ended": (Entry.State.ENDED,)}


@permission_required("scenarios.view_entry", raise_exception=True)
@require_http_methods(["GET", "POST"])
def entries(request: Request, pk: int) -> HttpResponse:
    """Everybody in it, the last to come in first; with POST a friend is let in."""
    found = get_object_or_404(Scenario.objects.select_related("version"), pk=pk)
    if request.method == "POST":
        _let_in(request, found)
        return redirect("scenario_entries", found.pk)
    state = request.GET.get("state", "")
    rows = Entry.objects.real().filter(scenario=found)
    if state in STATES:
        rows = rows.filter(state__in=STATES[state])
    if step := words(request.GET.get("step", ""), 20):
        rows = rows.filter(step=step, state__in=Entry.INSIDE)
    shown = page(rows.select_related("friend", "version"), key(request.GET.get("before", "")))
    context = {"scenario": found, "page": shown, "rows": _rows(shown.rows), "state": state, "step": step}
    context["halt"] = Halt.present()
    return render(request, "scenarios/trying/entries.html", context)


@permission_required(["scenarios.add_entry", "friends.view_friend"], raise_exception=True)
@require_GET
def friends(request: Request, pk: int) -> HttpResponse:
    """Friends of a name who may be let in; a part of the page."""
    found = get_object_or_404(Scenario, pk=pk)
    text = words(request.GET.get("q", ""))
    known = Friend.objects.reachable().search(text).order_by("display_name", "pk")[:FOUND] if text else []
    return render(request, "scenarios/trying/let_in.html", {"scenario": found, "q": text, "friends": known})


@permission_required("scenarios.change_entry", raise_exception=True)
@require_POST
def take_out(request: Request, pk: int, entry: int) -> HttpResponse:
    found = get_object_or_404(Entry.objects.select_related("scenario", "friend"), scenario=pk, pk=entry)
    if admitting.remove(found, by=request.user):
        messages.success(request, _("They are out: this scenario sends them nothing more."))
    return redirect("scenario_entries", pk)


@permission_required("scenarios.view_entry", raise_exception=True)
@require_GET
def of_friend(request: Request, pk: int) -> HttpResponse:
    """The scenarios that a friend is or was in, for their profile."""
    friend = get_object_or_404(Friend, pk=pk)
    return _of_person(request, Entry.objects.filter(friend=friend))


@permission_required("scenarios.view_entry", raise_exception=True)
@require_GET
def of_customer(request: Request, pk: int) -> HttpResponse:
    """Those of a customer: of the friend they are now, and those in which they were no friend."""
    customer = get_object_or_404(Customer, pk=pk)
    friends = Link.objects.active().filter(customer=customer).values("friend")
    as_nobodys_friend = Entry.objects.filter(friend=None, customer_id=customer.pk)
    return _of_person(request, Entry.objects.filter(friend__in=friends), as_nobodys_friend)


def _of_person(request: Request, *parts: QuerySet[Entry]) -> HttpResponse:
    """The last to come in first; each part is read by an index of its own."""
    found = [entry for part in parts for entry in _newest(part)]
    shown = sorted(found, key=lambda entry: entry.entered_at, reverse=True)[:NEWEST]
    places = standing.places([(entry.version, entry.step) for entry in shown])
    rows = [{"entry": entry, "step": place.label} for entry, place in zip(shown, places, strict=True)]
    return render(request, "scenarios/trying/of_person.html", {"rows": rows})


def _newest(entries: QuerySet[Entry]) -> QuerySet[Entry]:
    real = entries.filter(is_test=False).select_related("scenario", "version")
    return real.order_by("-entered_at", "-pk")[:NEWEST]


def _let_in(request: Request, scenario: Scenario) -> None:
    if not request.user.has_perm("scenarios.add_entry"):
        raise PermissionDenied
    friend = get_object_or_404(Friend, pk=key(request.POST.get("friend", "")) or 0)
    caller = Caller({"friend": friend.pk})
    try:
        [answer] = admitting.admit(scenario, [caller], now=timezone.now(), by=request.user)
    except AppError as error:
        messages.error(request, error.message)
        return
    if answer.entry:
        messages.success(request, _("“%(friend)s” is in now.") % {"friend": friend})
    else:
        messages.error(request, answer.detail)


def _rows(found: list[Entry]) -> list[dict[str, Any]]:
    """With the words of the step where each stands, and the customer of whom is no friend."""
    numbers = {entry.customer_id for entry in found if entry.friend_id is None}
    customers = Customer.objects.in_bulk([number for number in numbers if number]) if numbers else {}
    places = standing.places([(entry.version, entry.step) for entry in found])
    return [
        {"entry": entry, "who": entry.friend or customers.get(entry.customer_id or 0), "place": place}
        for entry, place in zip(found, places, strict=True)
    ]
