"""Whether LINE would take the messages: its own validation, which sends and costs nothing."""

from collections.abc import Iterator

import orjson
from django.utils.translation import gettext as _

from accounts import current
from broadcasts.checking.findings import NOT_ASKED, Finding, Kind
from broadcasts.models import Broadcast
from channels.models import Channel
from channels.services import client_for
from composing import content
from line import errors, wire
from line import messages as line_messages


def ask(broadcast: Broadcast) -> tuple[list[Finding], bool]:
    """What LINE finds wrong in each text, and whether it could be asked. Without a channel nobody is asked.

    A variable stands for its fallback, as for a friend whose name is not known.
    """
    channel = Channel.objects.filter(tenant_id=current.tenant().pk).first()
    if channel is None:
        return [], False
    client = client_for(channel)
    found: list[Finding] = []
    for letter, messages in texts(broadcast):
        try:
            wire.run(client.validate_messages(broadcast.way_of_sending, _filled(messages)))
        except errors.Rejected as refusal:
            found += _faults(refusal, letter)
        except errors.LineError as error:
            return [*found, Finding(Kind.LINE, NOT_ASKED, facts={"why": str(error)[:200]})], False
    return found, True


def texts(broadcast: Broadcast) -> Iterator[tuple[str, list[dict]]]:
    """The messages of a broadcast, and of the variants of its A/B test by their letters."""
    yield "", broadcast.messages
    for variant in broadcast.variants.exclude(letter="A"):
        yield variant.letter, variant.messages


def _filled(messages: list[dict]) -> list[dict]:
    return orjson.loads(content.Template(line_messages.frozen(messages)).fill(""))


def _faults(refusal: errors.Rejected, letter: str) -> Iterator[Finding]:
    """One for each fault that LINE names; one for all if it names none."""
    for detail in refusal.details or [{"message": str(refusal)}]:
        place = str(detail.get("property", ""))
        text = f"{place}: {detail.get('message', '')}" if place else str(detail.get("message", _("refused")))
        yield Finding(Kind.LINE, text, _bubble(place), letter, True)


def _bubble(place: str) -> int | None:
    number = place.removeprefix("messages[").partition("]")[0]
    return int(number) + 1 if place.startswith("messages[") and number.isdecimal() else None
