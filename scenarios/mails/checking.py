"""What is wrong with a flow that mails."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from scenarios.flow.finding import Finding
from scenarios.flow.reading import Flow
from scenarios.flow.steps import Send
from scenarios.models import MailSettings


def findings(flow: Flow) -> Iterator[Finding]:
    mailing = [path for path, step in flow.walk() if isinstance(step, Send) and step.by != "line"]
    if mailing and MailSettings.present() is None:
        text = _("Nobody has said yet in whose name mails leave: fill in the settings of mails.")
        yield Finding("no_sender", text, mailing[0])
