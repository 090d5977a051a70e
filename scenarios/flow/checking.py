"""What is wrong, or doubtful, with a flow."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from scenarios.flow.reading import Flow
from scenarios.models import Scenario


@dataclass(frozen=True)
class Finding:
    """`stops`: it cannot run like this; else a hint. `path` is the place in the flow; "" is the whole."""

    code: str
    text: str
    path: str = ""
    stops: bool = True


def findings(flow: Flow, *, scenario: Scenario | None = None) -> list[Finding]:
    """All of them, the gravest first."""
    return sorted(_found(flow), key=lambda finding: not finding.stops)


def _found(flow: Flow) -> Iterator[Finding]:
    if flow.trigger is None:
        yield Finding("no_trigger", _("Choose what lets people in."), "trigger")
    if not flow.steps:
        yield Finding("no_steps", _("Add at least one step."), "steps")
