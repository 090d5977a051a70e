"""The versions of a scenario, two of them side by side, and an old one taken back."""

from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.errors import AppError
from accounts.http import Request
from accounts.models import User
from accounts.paging import key
from scenarios import drawing, saying, services
from scenarios.drawing import Node
from scenarios.flow import differing, reading, words
from scenarios.models import Scenario, Version
from scenarios.saying import Change

MOST = 200  # versions in the list


@dataclass(frozen=True)
class Side:
    """A version, or the draft (`number` None), as it is drawn beside another."""

    number: int | None
    nodes: list[Node]
    trigger: str


@permission_required("scenarios.view_version", raise_exception=True)
@require_GET
def versions(request: Request, pk: int) -> HttpResponse:
    """`?from=1&to=2`; without `to` the draft, without `from` the version before it."""
    found = get_object_or_404(Scenario, pk=pk)
    every = list(found.versions.published().order_by("-number")[:MOST])
    context: dict = {"scenario": found, "history": _with_names(every)}
    if every:
        after = _asked(every, request.GET.get("to", ""))
        earlier = [each for each in every if after is None or each.number < after.number]
        before = _asked(every, request.GET.get("from", "")) or (earlier or every)[0]
        context |= _compared(found, before, after)
    return render(request, "scenarios/versions.html", context)


@permission_required("scenarios.change_scenario", raise_exception=True)
@require_http_methods(["GET", "POST"])
def take_back(request: Request, pk: int, number: int) -> HttpResponse:
    """Make the draft say what a version said. Asks first: what was written since is gone then."""
    found = get_object_or_404(Scenario, pk=pk)
    version = get_object_or_404(found.versions.published(), number=number)
    if request.method == "POST":
        revision = key(request.POST.get("revision", "")) or 0
        try:
            services.write(found, version.flow, revision=revision, by=request.user)
            said = _("The draft says now what version %(number)s says. Publish it to let it run.")
            messages.success(request, said % {"number": number})
            return redirect(found)
        except AppError as error:
            found.refresh_from_db()
            messages.error(request, error.message)
    return render(request, "scenarios/take_back.html", {"scenario": found, "version": version})


def _asked(every: list[Version], text: str) -> Version | None:
    """The version of this number; None for the draft."""
    if not text:
        return None
    number = key(text)
    chosen = next((each for each in every if each.number == number), None)
    if chosen is None:
        raise Http404
    return chosen


def _compared(found: Scenario, before: Version, after: Version | None) -> dict:
    old, new = reading.parse(before.flow), reading.parse(after.flow if after else found.flow)
    made = saying.changes(differing.between(old, new), old, new)
    return {
        "before": before,
        "after": after,
        "sides": [("was", _side(before.number, old)), ("is", _side(after.number if after else None, new))],
        "changes": made,
        "marks": _marks(made),
    }


def _side(number: int | None, flow: reading.Flow) -> Side:
    said = words.of_flow(flow)
    return Side(number, drawing.draw(flow, said), said.trigger)


def _marks(made: list[Change]) -> dict[str, str]:
    """How each step is marked on the drawings: what changed rather than that it moved."""
    return {change.step: change.kind for change in reversed(made) if change.step}


def _with_names(every: list[Version]) -> list[tuple[Version, User | None]]:
    who = User.objects.in_bulk({each.published_by_id for each in every if each.published_by_id})
    return [(each, who.get(each.published_by_id or 0)) for each in every]
