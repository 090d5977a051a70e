"""The texts of a version as they go to LINE."""

from line import messages as line_messages
from scenarios.flow.reading import Flow
from scenarios.flow.steps import Send
from scenarios.models import StepText, Version


def freeze(version: Version, flow: Flow) -> None:
    """Write the text of each step that sends by LINE."""
    sending = [step for _path, step in flow.walk() if isinstance(step, Send) and step.messages]
    StepText.objects.bulk_create(
        StepText(version=version, step=step.id, body=line_messages.frozen(step.messages or []))
        for step in sending
    )
