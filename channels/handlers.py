"""Who handles which webhook events. Apps further right register here as they are loaded.

    @handlers.register("follow", "unfollow")
    def on_friendship(events: list[Received]) -> None: ...

A handler runs in the tenant, inside the transaction that stores the events as processed.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True, slots=True)
class Received:
    """One event of a webhook, received for the first time.

    `line_user_id` is "" where LINE names nobody; in a group it is the one who spoke (see `is_direct`).
    `payload` is the event as LINE sent it.
    """

    id: str
    type: str
    at: datetime
    line_user_id: str
    payload: dict
    reply_token: str | None = None
    is_redelivery: bool = False

    @property
    def is_direct(self) -> bool:
        """Whether it comes from a one-to-one chat, not from a group or a room."""
        return (self.payload.get("source") or {}).get("type") == "user"


Handler = Callable[[list[Received]], None]
_handlers: list[tuple[frozenset[str], Handler]] = []

_GROUPS = _("Happens in groups only; Musubi keeps one-to-one chats.")
_MODULES = _("For module channels only; a client's account has a channel of its own.")
# Types of LINE's that we know and let be. They are kept in the event log like all others.
# Source: https://developers.line.biz/en/reference/messaging-api/#webhook-event-objects
IGNORED: "dict[str, StrOrPromise]" = {
    "join": _GROUPS,
    "leave": _GROUPS,
    "memberJoined": _GROUPS,
    "memberLeft": _GROUPS,
    "messageEdited": _GROUPS,
    "module": _MODULES,
    "activated": _MODULES,
    "deactivated": _MODULES,
    "botSuspended": _MODULES,
    "botResumed": _MODULES,
    "things": _("LINE Things was shut down."),
}


def register(*types: str) -> Callable[[Handler], Handler]:
    """Have a function called with all events of these types in a batch, in the order they happened.

    A later batch may still bring older events. If the function raises, its work is undone and it is called
    again with one half of the events and then the other, down to the one at fault, which is stored as failed:
    so it must leave no trace but in the database.
    """

    def add(handler: Handler) -> Handler:
        _handlers.append((frozenset(types), handler))
        return handler

    return add


def handled_types() -> frozenset[str]:
    """The types that somebody handles."""
    return frozenset().union(*(types for types, _ in _handlers))


def known_types() -> frozenset[str]:
    """The types that somebody handles or that are ignored with a reason; all others are unknown."""
    return handled_types() | IGNORED.keys()


def dispatch(events: Sequence[Received]) -> None:
    """Hand events, already in order, to their handlers: those of apps further left first."""
    for types, handler in _handlers:
        if own := [event for event in events if event.type in types]:
            handler(own)
