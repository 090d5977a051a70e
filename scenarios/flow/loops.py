"""Scenarios that let people into each other, and so back into themselves."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from scenarios.flow.finding import Finding
from scenarios.flow.reading import Flow
from scenarios.models import Scenario


def findings(flow: Flow, scenario: Scenario) -> Iterator[Finding]:
    """One that lets people in again would go round for ever; else it ends with the first round."""
    entering = [(path, step.scenario) for path, step in flow.walk() if step.type == "scenario"]  # type: ignore[attr-defined]
    if not entering:
        return
    leads_to = _all_leads()
    for path, other in entering:
        if scenario.pk == other or scenario.pk in _reached(other, leads_to):
            text = _("This leads back into this scenario.")
            yield Finding("scenario_loop", text, f"{path}.scenario", stops=flow.reentry.mode == "always")


def _all_leads() -> dict[int, set[int]]:
    """Which scenarios each lets people into, as it runs, or while it does not, as it is written."""
    rows = Scenario.objects.kept().values_list("pk", "flow", "version__flow")
    return {pk: set(_named((running or draft)["steps"])) for pk, draft, running in rows}


def _named(steps: list[dict]) -> Iterator[int]:
    for step in steps:
        if step["type"] == "scenario":
            yield step["scenario"]
        for way in step.get("ways", {}).values():
            yield from _named(way)


def _reached(start: int, leads_to: dict[int, set[int]]) -> set[int]:
    seen: set[int] = set()
    left = [start]
    while left:
        for other in leads_to.get(left.pop(), set()) - seen:
            seen.add(other)
            left.append(other)
    return seen
