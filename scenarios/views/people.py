"""Pages of the people in a scenario: who they are, where they stand, letting them in and out by hand."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
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
from scenarios import admitting
from scenarios.admitting import Caller
from scenarios.engine import versions
from scenarios.flow import words as flow_words
from scenarios.models import Entry, Scenario

FOUND = 8  # friends shown while somebody searches
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
    if step := request.GET.get("step", "")[:20]:
        rows = rows.filter(step=step, state__in=Entry.INSIDE)
    shown = page(rows.select_related("friend", "version"), key(request.GET.get("before", "")))
    context = {"scenario": found, "page": shown, "rows": _rows(shown.rows), "state": state, "step": step}
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
    said = {
        version.pk: flow_words.of_flow(versions.of(version).flow).steps
        for version in {entry.version for entry in found}
    }
    return [
        {
            "entry": entry,
            "who": entry.friend or customers.get(entry.customer_id or 0),
            "step": _step(entry),
            "words": said[entry.version_id].get(entry.step, ""),
        }
        for entry in found
    ]


def _step(entry: Entry) -> str:
    step = versions.of(entry.version).steps.get(entry.step)
    return str(step.label) if step else ""
