"""What came of a scenario: a page, and files."""

from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from accounts import activity, spreadsheets
from accounts.http import Request
from accounts.spreadsheets import download
from scenarios.flow import words
from scenarios.models import Entry, Scenario, Version
from scenarios.results import becoming, booked, figures, sheets


@permission_required("scenarios.view_scenario", raise_exception=True)
@require_GET
def result(request: Request, pk: int) -> HttpResponse:
    """In all and step by step; of one version with `?version=2`."""
    scenario = get_object_or_404(Scenario.objects.select_related("version"), pk=pk)
    version = _version(scenario, request.GET.get("version", ""))
    has_people = Entry.objects.real().filter(scenario=scenario).exists()
    context = {"scenario": scenario, "version": version, "has_people": has_people}
    if has_people:
        context |= _context(scenario, version, request)
    return render(request, "scenarios/results/result.html", context)


@permission_required("scenarios.view_scenario", raise_exception=True)
@require_GET
def result_file(request: Request, pk: int) -> HttpResponse:
    """All tables in one Excel file, or the steps as CSV."""
    scenario = get_object_or_404(Scenario.objects.select_related("version"), pk=pk)
    version = _version(scenario, request.GET.get("version", ""))
    kind = request.GET.get("kind", spreadsheets.EXCEL)
    if kind not in spreadsheets.FORMATS:
        raise Http404
    found = figures.of(scenario, version, user=request.user)
    tables = sheets.of(found, with_costs=request.user.has_perm(booked.VIEW))
    activity.record("scenario.result_exported", scenario, by=request.user, file=kind)
    return download(tables, kind, f"scenario-{scenario.pk}")


def _version(scenario: Scenario, asked: str) -> Version | None:
    """None for all of them together."""
    if not asked:
        return None
    if not asked.isdecimal() or len(asked) > 9:
        raise Http404
    return get_object_or_404(Version.objects.published(), scenario=scenario, number=int(asked))


def _context(scenario: Scenario, version: Version | None, request: Request) -> dict:
    found = figures.of(scenario, version, user=request.user)
    said = words.of_flow(found.flow).steps
    return {
        "figures": found,
        "all": found.all,
        "rows": [(step, said.get(step.id, ""), becoming.in_words(step.became)) for step in found.steps],
        "ways": [(sheets.way_name(way), of_way) for way, of_way in found.by.items()],
        "versions": Version.objects.published().filter(scenario=scenario).only("number", "published_at"),
        "formats": spreadsheets.FORMATS.items(),
    }
