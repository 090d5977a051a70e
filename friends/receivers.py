"""What LINE's webhook tells about friends. Events of groups and rooms tell nothing, and are passed over."""

from channels import handlers
from channels.handlers import Received
from events import timeline
from events.timeline import NewEvent
from friends import friendship, services


@handlers.register("follow", "unfollow")
def on_friendship(events: list[Received]) -> None:
    if direct := [event for event in events if event.is_direct]:
        friendship.apply(direct)


@handlers.register("message")
def on_message(events: list[Received]) -> None:
    """Somebody wrote. Who never followed becomes known, but is no friend that a broadcast would reach."""
    _record("messaged", [(event, _message(event.payload["message"])) for event in events if event.is_direct])


@handlers.register("postback")
def on_postback(events: list[Received]) -> None:
    _record("postback", [(event, event.payload["postback"]) for event in events if event.is_direct])


def _record(type_: str, events: list[tuple[Received, dict]]) -> None:
    numbers = services.know(event.line_user_id for event, _ in events)
    timeline.record(
        NewEvent(type_, event.at, friend_id=numbers[event.line_user_id], properties=properties, key=event.id)
        for event, properties in events
    )


def _message(message: dict) -> dict:
    """Enough to answer, to search and to fetch a picture: kind, text, LINE's id."""
    kept = {"kind": message.get("type"), "text": message.get("text"), "message_id": message.get("id")}
    return {name: value for name, value in kept.items() if value is not None}
