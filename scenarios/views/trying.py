"""Pages on which a scenario is tried out: in thought for one friend, and on testers."""

from contextlib import suppress
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.errors import AppError
from accounts.http import Request
from accounts.paging import key, words
from composing import phone
from contracts import sight
from contracts.sight import Sight
from friends.models import Friend
from scenarios.errors import NoSuchPlace
from scenarios.flow import reading
from scenarios.flow.base import NEXT
from scenarios.models import Entry, Scenario
from scenarios.trying import dry, trials
from scenarios.trying.dry import DryRun
from scenarios.trying.forms import DryRunForm, TestForm

FOUND = 8  # friends shown while somebody searches
SEND_TESTS = "broadcasts.add_testsend"


@permission_required(["scenarios.view_entry", "friends.view_friend"], raise_exception=True)
@require_GET
def dry_run(request: Request, pk: int) -> HttpResponse:
    """Whom it is tried for, when and with what; below it, what would happen."""
    found = get_object_or_404(Scenario, pk=pk)
    friend = Friend.objects.filter(pk=key(request.GET.get("friend", "")) or 0).first()
    form = DryRunForm(request.GET if "run" in request.GET else None)
    context: dict[str, Any] = {"scenario": found, "friend": friend, "form": form}
    if friend and form.is_valid():
        try:
            context |= _shown(_run(found, friend, form), sight.present(request.user, request.tenant))
        except AppError as error:
            form.add_error(None, error.message)
    return render(request, "scenarios/trying/dry_run.html", context)


@permission_required(["scenarios.view_entry", "friends.view_friend"], raise_exception=True)
@require_GET
def friends(request: Request, pk: int) -> HttpResponse:
    """Friends of a name; a part of the page."""
    found = get_object_or_404(Scenario, pk=pk)
    text = words(request.GET.get("q", ""))
    rows = Friend.objects.search(text).order_by("display_name", "pk")[:FOUND] if text else []
    context = {"scenario": found, "q": text, "friends": rows}
    return render(request, "scenarios/trying/friends.html", context)


@permission_required("scenarios.view_entry", raise_exception=True)
@require_http_methods(["GET", "POST"])
def test(request: Request, pk: int) -> HttpResponse:
    """To which testers, with what; and where each of them stands."""
    found = get_object_or_404(Scenario, pk=pk)
    form = TestForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and not request.user.has_perm(SEND_TESTS):
        raise PermissionDenied
    if form.is_valid():
        try:
            _start(found, form, request)
            return redirect("scenario_test", found.pk)
        except AppError as error:
            form.add_error(None, error.message)
    context = _standing(found) | {"form": form, "may_test": request.user.has_perm(SEND_TESTS)}
    return render(request, "scenarios/trying/test.html", context)


@permission_required("scenarios.view_entry", raise_exception=True)
@require_GET
def live(request: Request, pk: int) -> HttpResponse:
    """Where each tester stands; it asks for itself again while somebody is on their way."""
    return _live(request, pk)


@permission_required(SEND_TESTS, raise_exception=True)
@require_POST
def tester(request: Request, pk: int, entry: int) -> HttpResponse:
    """Send one of them on now, or take them out."""
    found = Entry.objects.filter(scenario=pk, pk=entry, is_test=True).first()
    if found is None:
        raise Http404
    if request.POST.get("do") == "stop":
        trials.stop(Entry.objects.filter(pk=found.pk), by=request.user)
    else:
        with suppress(NoSuchPlace):  # they stand elsewhere by now: the answer shows where
            trials.hurry(found, via=request.POST.get("via", NEXT), by=request.user)
    return _live(request, pk) if request.htmx else redirect("scenario_test", pk)


def _live(request: Request, pk: int) -> HttpResponse:
    found = get_object_or_404(Scenario, pk=pk)
    context = _standing(found) | {"may_test": request.user.has_perm(SEND_TESTS)}
    return render(request, "scenarios/trying/live.html", context)


def _run(scenario: Scenario, friend: Friend, form: DryRunForm) -> DryRun:
    flow, given = reading.parse(scenario.flow), form.cleaned_data
    context = given["properties"]
    return dry.run(
        flow,
        friend,
        at=form.moment,
        context=dry.usual_context(flow, friend) if context is None else context,
        subject=given["subject"],
        doings=form.doings,
    )


def _shown(found: DryRun, seen: Sight | None) -> dict[str, Any]:
    lines = [(line, phone.shown(line.messages) if line.messages else None) for line in found.lines]
    cost = seen.of(found.cost) if seen and found.cost else None
    return {"found": found, "lines": lines, "cost": cost}


def _start(scenario: Scenario, form: TestForm, request: Request) -> None:
    given = form.cleaned_data
    about = {"context": given["properties"], "subject": given["subject"]}
    entries = trials.start(scenario, given["testers"], **about, by=request.user)
    messages.success(request, _("Testers on their way: %(count)s") % {"count": len(entries)})


def _standing(scenario: Scenario) -> dict[str, Any]:
    rows = trials.standing(scenario)
    return {"scenario": scenario, "rows": rows, "is_moving": any(row.step for row in rows)}
