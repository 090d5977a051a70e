"""What a flow names and is not there any more."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from routes.models import Route
from scenarios.acts import checking as acts
from scenarios.flow import words
from scenarios.flow.finding import Finding
from scenarios.flow.reading import Flow
from scenarios.mails import checking as mails
from scenarios.models import Scenario
from segments import tree
from segments.errors import InvalidTree


def findings(flow: Flow) -> Iterator[Finding]:
    known = words.look_up(flow)
    for path, step in flow.walk():
        values = vars(step)
        match step.type:
            case "tag":
                yield from _tags(values, path, known.tags)
            case "field" if values["field"] not in known.fields:
                yield Finding("no_field", _("The field is not there any more."), f"{path}.field")
            case "scenario" if values["scenario"] not in known.scenarios:
                yield Finding("no_scenario", _("The other scenario is gone."), f"{path}.scenario")
            case "notify":
                yield from _staff(values, path, known.users)
    yield from _trigger(flow)
    yield from acts.findings(flow)
    yield from mails.findings(flow)
    yield from _trees(flow)
    yield from _paused(flow)


def _trigger(flow: Flow) -> Iterator[Finding]:
    """Of those that ask a tree, `_trees` finds it."""
    route = getattr(flow.trigger, "route", None)
    if route and not Route.objects.filter(pk=route).exists():
        yield Finding("no_route", _("The route is not there any more."), "trigger.route")


def _tags(values: dict, path: str, known: dict[int, str]) -> Iterator[Finding]:
    for name in ("add", "remove"):
        if set(values[name] or ()) - known.keys():
            yield Finding("no_tag", _("A tag is not there any more."), f"{path}.{name}")


def _staff(values: dict, path: str, known: dict[int, str]) -> Iterator[Finding]:
    if set(values["users"]) - known.keys():
        text = _("Somebody who is to be told is not there any more.")
        yield Finding("no_user", text, f"{path}.users")


def _trees(flow: Flow) -> Iterator[Finding]:
    asked = {"trigger": getattr(flow.trigger, "asked", None), "condition": flow.condition}
    trees = [(path, raw) for path, raw in asked.items() if raw]
    for path, step in flow.walk():
        for place, each in enumerate(getattr(step, "paths", []) if step.type == "branch" else []):
            trees += [(f"{path}.paths[{place}].when", each["when"])] if each.get("when") else []
    for path, raw in trees:
        try:
            tree.check(tree.parse(raw))
        except InvalidTree as error:
            yield Finding("condition", _("Condition: %(problem)s") % {"problem": error.message}, path)


def _paused(flow: Flow) -> Iterator[Finding]:
    """Other scenarios that take nobody yet."""
    named = {vars(step)["scenario"]: path for path, step in flow.walk() if step.type == "scenario"}
    waiting = Scenario.objects.kept().filter(pk__in=named).exclude(status=Scenario.Status.RUNNING)
    for other in waiting if named else []:
        text = _("The scenario “%(name)s” does not run: nobody comes into it.") % {"name": other.name}
        yield Finding("scenario_not_running", text, named[other.pk], stops=False)
