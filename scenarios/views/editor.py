"""The page on which a scenario is written: the flow, and beside it the part that is open."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import orjson
from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.errors import AppError
from accounts.http import Request
from accounts.paging import key
from scenarios import board, offering, services
from scenarios.errors import InvalidFlow, NoSuchPlace, ScenarioChanged
from scenarios.exchange import importing
from scenarios.exchange.errors import InvalidScenarioFile
from scenarios.flow import editing, reading
from scenarios.flow.editing import Json, Spot
from scenarios.models import Halt, Scenario
from scenarios.panels import selected as selecting
from scenarios.panels.base import Incomplete
from scenarios.panels.selected import NEW, STEP, Selected
from scenarios.panels.sending import Bubbled
from scenarios.results import positions

VIEW, CHANGE = "scenarios.view_scenario", "scenarios.change_scenario"


@permission_required(VIEW, raise_exception=True)
@require_GET
def scenario(request: Request, pk: int) -> HttpResponse:
    """The whole page; `?part=step&key=…` opens a part, `?add=:0` the choice of a step for a place."""
    found = get_object_or_404(Scenario.objects.select_related("version"), pk=pk)
    open_part = _asked(found, request.GET)
    if open_part is None:
        messages.error(request, NoSuchPlace().message)
        return redirect(found)
    context = _shown(request, found, open_part) | {"halt": Halt.present()}
    return render(request, "scenarios/editor.html", context)


@permission_required(VIEW, raise_exception=True)
@require_http_methods(["GET", "POST"])
def panel(request: Request, pk: int) -> HttpResponse:
    """The part that is open: shown, changed by a button within it, or saved."""
    found = get_object_or_404(Scenario.objects.select_related("version"), pk=pk)
    if request.method == "GET":
        open_part = _asked(found, request.GET)
        if open_part is None:
            return _board(request, found, Selected(), problem=NoSuchPlace().message)
        return render(request, "scenarios/panel.html", _shown(request, found, open_part))
    if not request.user.has_perm(CHANGE):
        raise PermissionDenied
    try:
        open_part = selecting.read(request.POST)
    except AppError as error:
        return _board(request, found, Selected(), problem=error.message)
    if (act := request.POST.get("do", "")) and open_part.panel:
        open_part.panel.act(act)
        context = _shown(request, found, open_part) | {"revision": request.POST.get("revision", "")}
        return render(request, "scenarios/panel.html" if request.htmx else "scenarios/editor.html", context)
    return _save(request, found, open_part)


@permission_required(CHANGE, raise_exception=True)
@require_POST
def act(request: Request, pk: int) -> HttpResponse:
    """Move, double, remove or bring back steps. The answer offers to undo it."""
    found = get_object_or_404(Scenario.objects.select_related("version"), pk=pk)
    before = found.flow
    try:
        flow, step, said = _done(found.flow, request.POST)
        services.write(found, flow, revision=_revision(request), by=request.user)
    except ScenarioChanged as error:
        found.refresh_from_db()
        return _board(request, found, Selected(), problem=error.message)
    except AppError as error:
        return _board(request, found, _still(found, request.POST), problem=error.message)
    open_part = _still(found, {"part": STEP, "key": step} if step else {})
    undo = json.dumps(before, ensure_ascii=False) if request.POST.get("do") != "undo" else ""
    return _board(request, found, open_part, said=said, undo=undo, focus=step)


@permission_required(VIEW, raise_exception=True)
@require_GET
def people(request: Request, pk: int) -> HttpResponse:
    """The numbers on the drawing, and nothing else: the page asks for them again and again."""
    found = get_object_or_404(Scenario, pk=pk)
    numbers = dict(board.numbers(positions.of(found), reading.parse(found.flow)))
    return render(request, "scenarios/numbers.html", {"numbers": numbers})


def _save(request: Request, found: Scenario, open_part: Selected) -> HttpResponse:
    try:
        value = open_part.panel.value() if open_part.panel else None
        flow, step = open_part.written(found.flow, value)
        services.write(found, flow, revision=_revision(request), by=request.user)
    except Incomplete:
        return _again(request, found, open_part, _("Something is not filled in, or not right."))
    except InvalidFlow as error:
        if open_part.panel:
            open_part.panel.blame(error)
        return _again(request, found, open_part, _("Something is not filled in, or not right."))
    except ScenarioChanged:
        found.refresh_from_db()
        changed = _(
            "Somebody else has changed the scenario in the meantime; you see it as it is now."
            " What you typed is still here: save again to put it in."
        )
        return _again(request, found, open_part, changed)
    except AppError as error:
        return _again(request, found, open_part, error.message)
    if goes_on := request.POST.get("then", ""):
        place = urlencode({"of": f"{step}.{goes_on}"})
        return _to(request, f"{reverse('scenario_condition', args=[found.pk])}?{place}")
    asked = {"part": STEP, "key": step} if step else {"part": open_part.part}
    said = _("Added.") if open_part.part == NEW else _("Saved.")
    return _board(request, found, _still(found, asked), said=said, focus=step)


def _again(request: Request, found: Scenario, open_part: Selected, problem: str) -> HttpResponse:
    """The part as it was filled in, with what stands against it."""
    return _board(request, found, open_part, panel_problem=problem)


def _board(request: Request, found: Scenario, open_part: Selected, **more: Any) -> HttpResponse:
    """The flow and the open part; the whole page where a browser runs no scripts."""
    context = _shown(request, found, open_part) | more
    if not request.htmx:
        return render(request, "scenarios/editor.html", context)
    answer = render(request, "scenarios/board.html", context)
    answer["HX-Retarget"], answer["HX-Reswap"] = "#editor", "innerHTML"
    return answer


def _shown(request: Request, found: Scenario, open_part: Selected) -> dict[str, Any]:
    can_change = request.user.has_perm(CHANGE) and found.status != Scenario.Status.ARCHIVED
    bubbles = open_part.panel.bubbles(offering.key(found)) if isinstance(open_part.panel, Bubbled) else None
    return board.of_page(found) | {
        "bubbles": bubbles,
        "open": open_part,
        "panel": open_part.panel,
        "revision": found.revision,
        "can_change": can_change,
        "adding_to": request.GET.get("add", ""),
    }


def _asked(found: Scenario, asked: Mapping[str, str]) -> Selected | None:
    """The part that is asked for; None if it is not there."""
    try:
        return selecting.of(found.flow, asked)
    except AppError:
        return None


def _still(found: Scenario, asked: Mapping[str, str]) -> Selected:
    return _asked(found, asked) or Selected()


def _revision(request: Request) -> int:
    return key(request.POST.get("revision", "")) or 0


def _done(flow: Json, said: Mapping[str, str]) -> tuple[Json, str, str]:
    """The flow after a button or a drag, the step that it was about, and what is told of it."""
    do, step = said.get("do", ""), said.get("step", "")
    match do:
        case "end":
            id_ = editing.fresh_id(set(editing.ids(flow)))
            added = editing.add(flow, {"id": id_, "type": "end"}, Spot.read(said.get("to", "")))
            return added, id_, _("Added.")
        case "copy":
            changed, made = editing.duplicate(flow, step)
            return changed, made, _("Duplicated.")
        case "remove":
            return editing.remove(flow, step), "", _("Removed.")
        case "move":
            return editing.move(flow, step, Spot.read(said.get("to", ""))), step, _("Moved.")
        case "undo":
            return _loaded(said.get("flow", "")), "", _("Undone.")
        case "clear" if said.get("part") in {"goal", "condition"}:
            return flow | {said["part"]: None}, "", _("Removed.")
    return editing.shift(flow, step, do), step, _("Moved.")


def _loaded(text: str) -> Json:
    """What the page has kept. Raises NoSuchPlace if it cannot be stored any more."""
    try:
        found = orjson.loads(text)
        importing.bearable(found)
    except (orjson.JSONDecodeError, InvalidScenarioFile) as error:
        raise NoSuchPlace from error
    return found


def _to(request: Request, address: str) -> HttpResponse:
    """On to another page, from a fragment as well."""
    if not request.htmx:
        return redirect(address)
    answer = HttpResponse()
    answer["HX-Redirect"] = address
    return answer
