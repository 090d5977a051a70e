"""A condition of a flow, with the builder of segments: of all who come in, of a path, of a trigger."""

from copy import deepcopy
from urllib.parse import urlencode

from django import forms
from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.errors import AppError
from accounts.http import Request
from scenarios import services
from scenarios.errors import NoSuchPlace, ScenarioChanged
from scenarios.flow import editing
from scenarios.flow.editing import Json
from scenarios.models import Scenario
from segments.building import acts, builder
from segments.building.builder import Draft, Incomplete
from segments.errors import InvalidTree
from segments.models import Segment
from segments.views.building import answered

ENTRY, TRIGGER = "condition", "trigger"


class ConditionForm(forms.Form):
    revision = forms.IntegerField(widget=forms.HiddenInput)


@permission_required("scenarios.change_scenario", raise_exception=True)
@require_http_methods(["GET", "POST"])
def condition(request: Request, pk: int) -> HttpResponse:
    """`?of=condition`, `?of=trigger`, or `?of=<step>.<path>`; `?segment=7` begins with those of a segment."""
    found = get_object_or_404(Scenario, pk=pk)
    place = request.GET.get("of", ENTRY)
    try:
        name, present = _present(found.flow, place)
    except NoSuchPlace:
        return redirect(found)
    form = ConditionForm(_saved(request), initial={"revision": found.revision} | request.POST.dict())
    draft = _sent(request) if request.POST else builder.of_tree(_begun(request) or present)
    if form.is_valid():
        try:
            flow = _written(found.flow, place, draft.tree())
            services.write(found, flow, revision=form.cleaned_data["revision"], by=request.user)
            return redirect(_back(found, place))
        except (AppError, Incomplete) as error:
            form = _refused(form, found, draft, error)
    context = answered(draft, with_blanks=form.is_bound) | {"menu": builder.menu()}
    context |= {"form": form, "scenario": found, "name": name, "back": _back(found, place), "place": place}
    context["segments"] = Segment.objects.values_list("pk", "name")[:200]
    return render(request, "scenarios/condition.html", context)


def _present(flow: Json, place: str) -> tuple[str, Json]:
    """What the condition is of, and what it says now. Raises NoSuchPlace."""
    if place == ENTRY:
        return _("Who may come in"), flow["condition"] or {"all": []}
    if place == TRIGGER:
        return _("What lets people in"), _watching(flow).get("tree") or {"all": []}
    path = _path(flow, place)
    return path["name"], path.get("when") or {"all": []}


def _watching(flow: Json) -> Json:
    """The trigger of who comes into conditions; a fresh one where another trigger stands."""
    present = flow["trigger"] or {}
    return present if present.get("type") == "segment" else {"type": "segment", "on": "enter"}


def _path(flow: Json, place: str) -> Json:
    step, _dot, way = place.partition(".")
    _spot, held = editing.find(flow, step)
    for path in held.get("paths", []):
        if held["type"] == "branch" and path["key"] == way:
            return path
    raise NoSuchPlace


def _written(flow: Json, place: str, tree: Json) -> Json:
    """A tree without conditions is none."""
    said = None if tree == {"all": []} else tree
    changed = deepcopy(flow)
    if place == ENTRY:
        return changed | {"condition": said}
    if place == TRIGGER:
        kept = {name: value for name, value in _watching(changed).items() if name != "segment"}
        return changed | {"trigger": kept | {"tree": said}}
    path = _path(changed, place)
    path.pop("when", None)
    path.update({"when": said} if said else {})
    return changed


def _saved(request: Request) -> dict | None:
    """What is to be saved; None while only a button of the builder was pressed."""
    return request.POST if request.POST and "do" not in request.POST else None


def _sent(request: Request) -> Draft:
    return acts.do(builder.of_form(request.POST), request.POST.get("do", ""))


def _begun(request: Request) -> Json | None:
    """The conditions of the segment that the address names."""
    number = request.GET.get("segment", "")
    found = (
        Segment.objects.filter(pk=int(number)).first() if number.isdecimal() and len(number) < 10 else None
    )
    return found.tree if found else None


def _refused(form: ConditionForm, found: Scenario, draft: Draft, error: Exception) -> ConditionForm:
    """The form with what stands against it; what was built stays, for the scenario as it is by now."""
    if isinstance(error, ScenarioChanged):
        found.refresh_from_db()
        form = ConditionForm({"revision": found.revision})
        form.is_valid()
        problem = _(
            "Somebody else has changed the scenario in the meantime; you see it as it is now."
            " What you typed is still here: save again to put it in."
        )
    elif isinstance(error, Incomplete):
        problem = _("A condition is not complete.")
    else:
        problem = error.message if isinstance(error, AppError) else str(error)
    if isinstance(error, InvalidTree):
        draft.blame(error)
    form.add_error(None, problem)
    return form


def _back(found: Scenario, place: str) -> str:
    step = "" if place in (ENTRY, TRIGGER) else place.partition(".")[0]
    asked = {"part": "step", "key": step} if step else {"part": "trigger"}
    return f"{reverse('scenario', args=[found.pk])}?{urlencode(asked)}"
