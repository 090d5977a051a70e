"""What LINE's webhook tells about friends. Events of groups and rooms tell nothing, and are passed over."""

from channels import event_log, handlers, people
from channels.handlers import Received
from events import timeline
from events.timeline import NewEvent
from friends import friendship, services, unsent
from friends.models import Friend


@people.register
def line_user_ids(name: str) -> list[str]:
    """Of friends with this name, for the event log."""
    return list(Friend.objects.search(name).values_list("line_user_id", flat=True)[: people.MOST])


@handlers.register("follow", "unfollow")
def on_friendship(events: list[Received]) -> None:
    if direct := [event for event in events if event.is_direct]:
        friendship.apply(direct)


@handlers.register("message")
def on_message(events: list[Received]) -> None:
    """Somebody wrote. Who never followed becomes known, but is no friend that a broadcast would reach."""
    numbers = _record(
        "messaged", [(event, _message(event.payload["message"])) for event in events if event.is_direct]
    )
    unsent.hide(numbers.values())


@handlers.register("unsend")
def on_unsend(events: list[Received]) -> None:
    """Somebody took a message back: LINE asks us to show it no more."""
    direct = [event for event in events if event.is_direct]
    taken_back = {event.payload["unsend"]["messageId"]: event.line_user_id for event in direct}
    numbers = _record(
        "unsent", [(event, {"message_id": event.payload["unsend"]["messageId"]}) for event in direct]
    )
    unsent.hide(numbers.values())
    event_log.forget_messages(taken_back)


@handlers.register("videoPlayComplete")
def on_video(events: list[Received]) -> None:
    _record(
        "watched_video",
        [(event, {"tracking_id": event.payload["videoPlayComplete"]["trackingId"]}) for event in events],
    )


@handlers.register("beacon")
def on_beacon(events: list[Received]) -> None:
    """Coming near, or tapping the banner. That somebody stays is told again and again, and passed over."""
    _record(
        "beacon",
        [
            (event, {"kind": event.payload["beacon"]["type"], "hwid": event.payload["beacon"]["hwid"]})
            for event in events
            if event.payload["beacon"]["type"] != "stay"
        ],
    )


@handlers.register("membership")
def on_membership(events: list[Received]) -> None:
    _record("membership", [(event, _membership(event.payload["membership"])) for event in events])


@handlers.register("postback")
def on_postback(events: list[Received]) -> None:
    _record("postback", [(event, event.payload["postback"]) for event in events if event.is_direct])


def _record(type_: str, events: list[tuple[Received, dict]]) -> dict[str, int]:
    """The numbers of those who did it, by LINE user id."""
    if not events:
        return {}
    numbers = services.know(event.line_user_id for event, _ in events)
    timeline.record(
        NewEvent(type_, event.at, friend_id=numbers[event.line_user_id], properties=properties, key=event.id)
        for event, properties in events
    )
    return numbers


def _message(message: dict) -> dict:
    """Enough to answer, to search and to fetch a picture: kind, text, LINE's id."""
    kept = {"kind": message.get("type"), "text": message.get("text"), "message_id": message.get("id")}
    return {name: value for name, value in kept.items() if value is not None}


def _membership(membership: dict) -> dict:
    return {"kind": membership["type"], "membership_id": membership["membershipId"]}
