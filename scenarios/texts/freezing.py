"""The texts of a version as they go to LINE."""

from composing import content, coupons
from scenarios.flow.reading import Flow
from scenarios.flow.steps import Send
from scenarios.models import StepText, Version
from scenarios.results import insight
from scenarios.texts import links, repeating, units, variables


def freeze(version: Version, flow: Flow) -> None:
    """Write the text of each step that sends by LINE, with links of its own for every address in it.

    Raises InvalidMessages if our addresses, which may be longer, make a text too long.
    """
    sending = [step for _path, step in flow.walk() if isinstance(step, Send) and step.messages]
    names = {} if version.is_trial else units.take(version, [step.id for step in sending])
    if names:
        insight.expect()
    StepText.objects.bulk_create(_frozen(version, step, names.get(step.id, "")) for step in sending)


def _frozen(version: Version, step: Send, unit_name: str) -> StepText:
    said = coupons.tagged(step.messages or [], version.scenario.name)
    led = links.lead(repeating.laid_out(said), version, step)
    content.check(repeating.plain(led.messages), more=variables.FROZEN)
    holes = {
        "codes": led.codes,
        "addresses": led.addresses,
        "repeats": repeating.repeats(said),
        "utm": links.parameters(step, version),
    }
    body = repeating.frozen(led.messages)
    return StepText(version=version, step=step.id, body=body, holes=holes, unit_name=unit_name)
