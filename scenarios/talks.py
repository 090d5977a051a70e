"""What one friend was sent by scenarios, for the talk with them."""

from datetime import datetime

from accounts.addresses import client_page
from chats.sources import Entry
from scenarios.models import Send
from scenarios.texts import filling


def sent_to(friend_id: int, before: datetime, limit: int) -> list[Entry]:
    """The newest that LINE has accepted for this friend before a moment, with what is their own filled in."""
    sends = Send.objects.filter(friend_id=friend_id, state=Send.State.ACCEPTED, accepted_at__lt=before)
    rows = sends.select_related("text__version__scenario").order_by("-accepted_at", "-pk")[:limit]
    return [_entry(send) for send in rows]


def _entry(send: Send) -> Entry:
    scenario = send.text.version.scenario
    url = client_page("scenario", scenario.pk)
    assert send.accepted_at is not None  # noqa: S101  (it was accepted)
    return Entry(send.accepted_at, filling.as_written(send), scenario.name, url)
