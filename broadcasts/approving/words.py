"""What those who approve a broadcast are told of it, in words."""

from collections.abc import Iterator
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import current
from accounts.models import User
from broadcasts import forecasts
from broadcasts.models import Broadcast
from composing.bubbles import BUBBLES
from contracts import sight
from segments.errors import InvalidTree

LONGEST = 400  # letters of a bubble in a mail


def facts(broadcast: Broadcast, reader: User) -> dict[str, Any]:
    """To how many, when, and, for whom it concerns, for how much; and what the bubbles say."""
    forecast = _forecast(broadcast)
    return {
        "forecast": forecast,
        "sight": sight.of(reader, current.tenant(), forecast.month) if forecast else sight.NET,
        "sees_cost": reader.has_perm("billing.view_ledgerentry"),
        "bubbles": list(bubbles(broadcast.messages)),
    }


def people(broadcast: Broadcast) -> int:
    """To how many it would go now, as is known; 0 if its segment cannot be asked."""
    forecast = _forecast(broadcast)
    return forecast.messages if forecast else 0


def bubbles(messages: list[dict]) -> Iterator[str]:
    """Each bubble: what it says, or what kind it is and what stands in the notification."""
    for message in messages:
        if message.get("type") == "text":
            yield _shortened(str(message.get("text", "")))
        else:
            kind = BUBBLES[message["type"]].label if message.get("type") in BUBBLES else message.get("type")
            yield f"[{kind}] {_shortened(str(message.get('altText', '')))}".strip()


def person(pk: int | None) -> str:
    found = User.objects.filter(pk=pk or 0).first()
    return str(found) if found else _("A program")


def _forecast(broadcast: Broadcast):
    try:
        return forecasts.of_broadcast(broadcast, broadcast.send_at or timezone.now())
    except InvalidTree:
        return None


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
