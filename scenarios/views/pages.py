"""The list of scenarios, and what is done with a whole one."""

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.errors import AppError
from accounts.http import Request
from accounts.paging import key, page
from scenarios import listing, services
from scenarios.engine import refusals
from scenarios.flow import checking, differing, reading
from scenarios.forms import PublishForm, ScenarioFilter, ScenarioForm
from scenarios.models import Halt, Scenario
from scenarios.results import positions
from scenarios.saying import Change, changes

PUBLISH = "scenarios.publish_scenario"


@permission_required("scenarios.view_scenario", raise_exception=True)
@require_GET
def scenarios(request: Request) -> HttpResponse:
    form = ScenarioFilter(request.GET)
    rows = listing.found(**form.asked).select_related("version").defer("flow", "version__flow")
    found = page(rows, key(request.GET.get("before", "")))
    context = {"form": form, "page": found, "rows": listing.rows(found.rows), "halt": Halt.present()}
    if request.htmx and not request.htmx.boosted:
        return render(request, "scenarios/rows.html", context)
    return render(request, "scenarios/list.html", context)


@permission_required("scenarios.add_scenario", raise_exception=True)
@require_http_methods(["GET", "POST"])
def new(request: Request) -> HttpResponse:
    form = ScenarioForm(request.POST or None)
    if form.is_valid():
        try:
            made = services.create(**form.cleaned_data, by=request.user)
            return redirect(f"{made.get_absolute_url()}?part=trigger")
        except AppError as error:
            form.add_error("name", error.message)
    return render(request, "scenarios/new.html", {"form": form})


@permission_required("scenarios.change_scenario", raise_exception=True)
@require_http_methods(["GET", "POST"])
def rename(request: Request, pk: int) -> HttpResponse:
    found = get_object_or_404(Scenario, pk=pk)
    before = found.name
    form = ScenarioForm(request.POST or None, initial={"name": found.name, "note": found.note})
    if form.is_valid():
        try:
            services.rename(found, **form.cleaned_data, by=request.user)
            return redirect(found)
        except AppError as error:
            form.add_error("name", error.message)
    return render(request, "scenarios/rename.html", {"form": form, "scenario": found, "before": before})


@permission_required("scenarios.add_scenario", raise_exception=True)
@require_POST
def copy(request: Request, pk: int) -> HttpResponse:
    made = services.copy(get_object_or_404(Scenario, pk=pk), by=request.user)
    messages.success(request, _("This is the copy. Change what is to be different."))
    return redirect(made)


@permission_required(PUBLISH, raise_exception=True)
@require_http_methods(["GET", "POST"])
def publish(request: Request, pk: int) -> HttpResponse:
    """What stands against it, what changes, and what becomes of those who are inside."""
    found = get_object_or_404(Scenario.objects.select_related("version"), pk=pk)
    form = PublishForm(request.POST or None, initial={"revision": found.revision, "moves": ""})
    if form.is_valid():
        try:
            asked = form.cleaned_data
            services.publish(
                found, revision=asked["revision"], moves=asked["moves"] == "yes", by=request.user
            )
            messages.success(request, _("It runs now."))
            return redirect(found)
        except AppError as error:
            found.refresh_from_db()
            form = PublishForm(initial={"revision": found.revision, "moves": form.cleaned_data["moves"]})
            messages.error(request, error.message)
    return render(request, "scenarios/publish.html", {"form": form} | _before_publishing(found))


@permission_required(PUBLISH, raise_exception=True)
@require_POST
def pause(request: Request, pk: int) -> HttpResponse:
    said = _("Paused. Nobody is led on and nothing is sent until it goes on.")
    return _acted(request, pk, services.pause, said)


@permission_required(PUBLISH, raise_exception=True)
@require_POST
def resume(request: Request, pk: int) -> HttpResponse:
    return _acted(request, pk, services.resume, _("It goes on."))


@permission_required(PUBLISH, raise_exception=True)
@require_POST
def ask_again(request: Request, pk: int) -> HttpResponse:
    """Have messages sent once more that LINE took for nobody."""
    found = get_object_or_404(Scenario, pk=pk)
    people = refusals.ask_again(found, by=request.user)
    said = _("LINE is asked again. People who waited for it: %(people)s")
    messages.success(request, said % {"people": f"{people:,}"})
    return redirect(found)


@permission_required(PUBLISH, raise_exception=True)
@require_http_methods(["GET", "POST"])
def archive(request: Request, pk: int) -> HttpResponse:
    """Asks first, telling how many are inside."""
    found = get_object_or_404(Scenario, pk=pk)
    if request.method == "POST":
        try:
            people = services.archive(found, by=request.user)
            said = _("“%(name)s” is archived. People who were inside and are out now: %(people)s")
            messages.success(request, said % {"name": found.name, "people": f"{people:,}"})
            return redirect("scenarios")
        except AppError as error:
            messages.error(request, error.message)
    return render(request, "scenarios/archive.html", {"scenario": found, "inside": listing.inside(found)})


def _acted(request: Request, pk: int, command: Callable, said: str) -> HttpResponse:
    found = get_object_or_404(Scenario, pk=pk)
    try:
        command(found, by=request.user)
        messages.success(request, said)
    except AppError as error:
        messages.error(request, error.message)
    return redirect(found)


def _before_publishing(found: Scenario) -> dict:
    flow = reading.parse(found.flow)
    context: dict = {
        "scenario": found,
        "findings": checking.findings(flow, scenario=found),
        "inside": listing.inside(found),
        "is_archived": found.status == Scenario.Status.ARCHIVED,
    }
    context["faults"] = [finding for finding in context["findings"] if finding.stops]
    if found.version:
        before = reading.parse(found.version.flow)
        context["changes"] = changes(differing.between(before, flow), before, flow)
        context["astray"] = _astray(found, context["changes"])
    return context


def _astray(found: Scenario, made: list[Change]) -> int:
    """How many stand at steps that are gone: who is moved from there is out."""
    gone = {change.step for change in made if change.kind == differing.REMOVED and change.step}
    return sum(count for step, count in positions.of(found).now.items() if step in gone) if gone else 0
