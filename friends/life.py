"""The life of a friend as a friend: every follow, block and return that we heard of, dated."""

from dataclasses import dataclass
from datetime import datetime

from events import registry
from events.models import Event
from friends.models import Friend

TURNS = ("followed", "unblocked", "blocked", "listed")
MOST = 100


@dataclass(frozen=True)
class Turn:
    at: datetime
    label: str
    is_end: bool


@dataclass(frozen=True)
class Life:
    """The turns in the order of time, how often each kind was, and when they last wrote or tapped."""

    turns: list[Turn]
    followed: int
    blocked: int
    last_message_at: datetime | None
    last_tap_at: datetime | None

    @property
    def began_at(self) -> datetime | None:
        """Of the first time they added the account; None if that was before we knew of it."""
        first = self.turns[0] if self.turns else None
        return first.at if first and not first.is_end else None


def of(friend: Friend) -> Life:
    """Two queries. Of more than a hundred turns the latest are told."""
    latest = Event.objects.filter(friend_id=friend.pk, type__in=TURNS).order_by("-at", "-pk")[:MOST]
    events = list(latest)[::-1]
    types = [event.type for event in events]
    last = _last(friend)
    return Life(
        turns=[Turn(event.at, registry.label(event.type), event.type == "blocked") for event in events],
        followed=types.count("followed") + types.count("unblocked"),
        blocked=types.count("blocked"),
        last_message_at=last.get("messaged"),
        last_tap_at=max((at for type_, at in last.items() if type_ != "messaged"), default=None),
    )


def _last(friend: Friend) -> dict[str, datetime]:
    """When each kind of sign of life was last given."""
    signs = Event.objects.filter(friend_id=friend.pk, type__in=("messaged", "postback", "clicked"))
    latest = signs.order_by("type", "-at").distinct("type")
    return dict(latest.values_list("type", "at"))
