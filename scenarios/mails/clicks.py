"""Links of mails: where each leads, and who opened it."""

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Coalesce, Now
from django.utils import timezone

from events import timeline
from events.timeline import NewEvent
from scenarios.engine import versions
from scenarios.flow.steps import Send
from scenarios.mails import writing
from scenarios.models import MailSend, Version


def address(send: MailSend, place: int) -> str | None:
    """Where the link at this place of the mail leads, from 0; None: there is none."""
    version = Version.objects.select_related("scenario").get(pk=send.version_id)
    step = versions.of(version).steps.get(send.step)
    return writing.link(step, version, send.values, place) if isinstance(step, Send) else None


@transaction.atomic
def count(send: MailSend, url: str) -> None:
    """Somebody opened it. Whoever only tries the scenario out leaves no event."""
    is_first = send.first_click_at is None
    rows = MailSend.objects.filter(pk=send.pk)
    rows.update(click_count=F("click_count") + 1, first_click_at=Coalesce("first_click_at", Now()))
    if not send.is_test:
        timeline.record([_event(send, url, is_first=is_first)])


def _event(send: MailSend, url: str, *, is_first: bool) -> NewEvent:
    about = {"scenario": send.scenario_id, "step": send.step, "name": send.entry.scenario.name}
    return NewEvent(
        "clicked",
        timezone.now(),
        friend_id=send.entry.friend_id,
        customer_id=send.customer_id,
        properties={"kind": "mail", "url": url, "first": is_first, **about},
    )
