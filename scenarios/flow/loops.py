"""Scenarios that let people into each other, and so back into themselves: by steps or what those change."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from friends import values
from scenarios.engine.enrolling import MOST_A_DAY
from scenarios.errors import InvalidFlow
from scenarios.flow import reading
from scenarios.flow.base import Part
from scenarios.flow.finding import Finding
from scenarios.flow.reading import Flow
from scenarios.models import Scenario
from segments import watching
from segments.errors import InvalidTree

PUT, OFF, WRITTEN = "put on", "taken off", "written"  # what becomes of a tag or a field
Change = tuple[str, str]  # and of which, by the topic of those who ask for it


@dataclass
class Leads:
    """Into which scenarios one leads: by steps that name them, and by tags and fields that it changes."""

    to: set[int] = field(default_factory=set)
    changes: set[Change] = field(default_factory=set)
    hears: set[Change] = field(default_factory=set)  # that let people in


def findings(flow: Flow, scenario: Scenario) -> Iterator[Finding]:
    """One whose step lets people in again would go round for ever; else it ends with the first round. What
    goes round by tags and fields ends by itself, or for the day (`enrolling.MOST_A_DAY`): it is a hint.
    """
    steps = [(path, vars(step) | {"type": step.type}) for path, step in flow.walk()]
    if not any(step["type"] == "scenario" or _changed(step) for _path, step in steps):
        return
    changes = {change for _path, step in steps for change in _changed(step)}
    leads = _all_leads() | {scenario.pk: Leads(changes=changes, hears=_heard(flow.trigger))}
    by_step = {pk: each.to for pk, each in leads.items()}
    by_any = {pk: each.to | _let_in_by(each.changes, leads, pk) for pk, each in leads.items()}
    for path, step in steps:
        if step["type"] == "scenario" and _comes_back({step["scenario"]}, scenario, by_step):
            text = _("This leads back into this scenario.")
            yield Finding("scenario_loop", text, f"{path}.scenario", stops=flow.reentry.mode == "always")
        elif _comes_back(_let_in_by(_changed(step), leads, scenario.pk), scenario, by_any):
            text = _(
                "What changes here leads back into this scenario, by a tag or a segment:"
                " for each person at most %(times)s times in 24 hours."
            )
            yield Finding("scenario_loop_by_change", text % {"times": MOST_A_DAY}, path, stops=False)


def _comes_back(others: set[int], scenario: Scenario, leads_to: dict[int, set[int]]) -> bool:
    return any(scenario.pk == other or scenario.pk in _reached(other, leads_to) for other in others)


def _all_leads() -> dict[int, Leads]:
    """Of each scenario as it runs, or while it does not, as it is written."""
    rows = Scenario.objects.kept().values_list("pk", "flow", "version__flow")
    return {pk: _leads(running or draft) for pk, draft, running in rows}


def _leads(flow: dict) -> Leads:
    steps = list(_walk(flow["steps"]))
    to = {step["scenario"] for step in steps if step["type"] == "scenario"}
    return Leads(to, {change for step in steps for change in _changed(step)}, _heard(_trigger(flow)))


def _walk(steps: Iterable[dict]) -> Iterator[dict]:
    for step in steps:
        yield step
        for way in step.get("ways", {}).values():
            yield from _walk(way)


def _changed(step: dict) -> set[Change]:
    match step["type"]:
        case "tag":
            put = {(PUT, f"tag:{tag}") for tag in step.get("add") or ()}
            return put | {(OFF, f"tag:{tag}") for tag in step.get("remove") or ()}
        case "field":
            return {(WRITTEN, values.topic(step["field"]))}
    return set()


def _trigger(flow: dict) -> Part | None:
    """None of a draft that has none yet, or one that says nothing any more."""
    said = flow.get("trigger")
    try:
        return reading.triggers.get(said["type"], "trigger").parse(said, "trigger") if said else None
    except InvalidFlow:
        return None


def _heard(trigger: Part | None) -> set[Change]:
    """Only a tag that is put on, and a segment, lets people in by what changes of them."""
    if trigger is None or not hasattr(trigger, "asked"):
        return set()
    try:
        topics = watching.topics(trigger.asked)
    except InvalidTree:
        return set()
    kinds = (PUT,) if trigger.type == "tag" else (PUT, OFF, WRITTEN)
    return {(kind, topic) for kind in kinds for topic in topics}


def _let_in_by(changes: set[Change], leads: dict[int, Leads], own: int) -> set[int]:
    """Into its own scenario only a tag leads that is both taken off and put on there."""
    others = {pk for pk, each in leads.items() if pk != own and each.hears & changes}
    turned = {topic for kind, topic in leads[own].changes if kind == OFF}
    is_own = any(kind == PUT and topic in turned for kind, topic in changes & leads[own].hears)
    return others | ({own} if is_own else set())


def _reached(start: int, leads_to: dict[int, set[int]]) -> set[int]:
    seen: set[int] = set()
    left = [start]
    while left:
        for other in leads_to.get(left.pop(), set()) - seen:
            seen.add(other)
            left.append(other)
    return seen
