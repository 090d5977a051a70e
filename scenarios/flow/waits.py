"""Waits that never come to an end, or that nobody waits for."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from scenarios.flow import choosing
from scenarios.flow.finding import Finding
from scenarios.flow.reading import Flow

CONTEXT = "context."


def findings(flow: Flow) -> Iterator[Finding]:
    dated = [(path, step.date["field"]) for path, step in flow.walk() if getattr(step, "date", None)]  # type: ignore[attr-defined]
    known = {name for name, _label in choosing.dates()} if dated else set()
    for path, field in dated:
        if not field.startswith(CONTEXT) and field not in known:
            text = _("The wait never ends: the date that it waits for is not there any more.")
            yield Finding("wait_never_ends", text, f"{path}.date")
    if flow.steps and flow.steps[-1].type == "wait":
        text = _("The last step is a wait: nothing comes after it.")
        yield Finding("wait_for_nothing", text, f"steps[{len(flow.steps) - 1}]", stops=False)
