"""What is wrong, or doubtful, with a flow."""

from collections.abc import Iterator
from dataclasses import replace

from django.utils.translation import gettext as _

from scenarios.flow import loops, messages, references, waits
from scenarios.flow.base import Step
from scenarios.flow.finding import Finding
from scenarios.flow.reading import Flow
from scenarios.models import Scenario

BUYING = {"bought", "order_placed"}


def findings(flow: Flow, *, scenario: Scenario | None = None) -> list[Finding]:
    """All of them, the gravest first."""
    places = list(flow.walk())
    found = [_placed(each, places) for each in _found(flow, scenario)]
    return sorted(found, key=lambda finding: not finding.stops)


def _found(flow: Flow, scenario: Scenario | None) -> Iterator[Finding]:
    yield from _frame(flow)
    yield from _unreachable(flow.steps, "steps")
    yield from _shares(flow)
    yield from messages.findings(flow)
    yield from references.findings(flow)
    yield from waits.findings(flow)
    if scenario is not None:
        yield from loops.findings(flow, scenario)


def _frame(flow: Flow) -> Iterator[Finding]:
    if flow.trigger is None:
        yield Finding("no_trigger", _("Choose what lets people in."), "trigger")
    if not flow.steps:
        yield Finding("no_steps", _("Add at least one step."), "steps")
    exits = {each.type for each in flow.exits}
    if "blocked" not in exits:
        yield Finding("no_exit_blocked", _("Who blocks the account does not leave."), "exits", stops=False)
    if flow.manners.nature == "promotion" and not _stops_buyers(flow):
        text = _("Nobody leaves by buying: who has bought goes on getting the messages.")
        yield Finding("no_exit_bought", text, "exits", stops=False)
    if flow.goal is None:
        text = _("It has no goal, so that its results cannot tell what it brings.")
        yield Finding("no_goal", text, "goal", stops=False)
    if "condition" in exits and flow.condition is None:
        text = _("People leave when they no longer meet the entry condition, but there is none.")
        yield Finding("no_condition", text, "exits", stops=False)


def _stops_buyers(flow: Flow) -> bool:
    events = {each.event for each in flow.exits}
    events |= {flow.goal.event} if flow.goal and flow.goal.ends else set()
    return bool(events & BUYING) or "condition" in {each.type for each in flow.exits}


def _unreachable(steps: tuple[Step, ...], path: str) -> Iterator[Finding]:
    """The first step in each list that nobody comes to."""
    for place, step in enumerate(steps):
        for way in step.ways:
            yield from _unreachable(way.steps, f"{path}[{place}].ways.{way.key}")
        if _ends(step) and place + 1 < len(steps):
            text = _("Nobody comes to this step: all before it have come to an end.")
            yield Finding("unreachable", text, f"{path}[{place + 1}]", stops=False)
            return


def _ends(step: Step) -> bool:
    """Whether nobody goes on behind the step."""
    if step.type == "end":
        return True
    return bool(step.ways) and all(any(_ends(each) for each in way.steps) for way in step.ways)


def _shares(flow: Flow) -> Iterator[Finding]:
    for path, step in flow.walk():
        for place, share in enumerate(getattr(step, "paths", []) if step.type == "split" else []):
            if share["percent"] == 0:
                text = _("Nobody takes the path “%(name)s”: its share is 0 %%.") % {"name": share["name"]}
                yield Finding("no_share", text, f"{path}.paths[{place}]", stops=False)


def _placed(finding: Finding, places: list[tuple[str, Step]]) -> Finding:
    """With the innermost step whose path the finding's begins with."""
    inside = [step.id for path, step in places if _is_within(finding.path, path)]
    return replace(finding, step=inside[-1] if inside else "")


def _is_within(path: str, above: str) -> bool:
    return path == above or path.startswith((f"{above}.", f"{above}["))
