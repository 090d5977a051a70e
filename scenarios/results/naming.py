"""What steps are called outside of their flow, where only the ledger's words for them are known."""

from scenarios.flow import reading, words
from scenarios.models import Scenario


def steps(owner: str) -> dict[str, str]:
    """Of an owner such as `scenario:7` the steps of its newest version by id, in order, in words.

    Nothing of a scenario that is gone.
    """
    kind, _colon, number = owner.partition(":")
    rows = Scenario.objects.select_related("version")
    scenario = rows.filter(pk=number).first() if kind == "scenario" and number.isdecimal() else None
    if scenario is None:
        return {}
    flow = reading.parse((scenario.version or scenario).flow)
    said = words.of_flow(flow).steps
    return {step.id: f"{step.label}: {said[step.id]}" for _path, step in flow.walk()}
