"""One person's chat with an account, both sides, as the phone draws it."""

from typing import Any

from line.simulator import readers
from line.simulator.channels import Channel, Person
from line.simulator.contents import Content
from line.simulator.exchange import Answer, Refusal, Request, Routes, answer
from line.simulator.inboxes import Received
from line.simulator.people import person
from line.simulator.phone.people import account, how_many, state
from line.simulator.richmenus import seen_by
from line.simulator.world import World

MOST = 2_000

routes = Routes(for_channel=False)


@routes.add("GET", "/phone/api/channels/{channel_id}/chats/{user_id}")
def chat(world: World, request: Request, channel_id: str, user_id: str) -> Answer:
    """The newest `most` messages and what stands around them. Reading it opens what is new.

    `version` changes whenever anything would look different; who sends it back as `seen` is told nothing else
    while it is the same.
    """
    channel, most = world.channel(channel_id), how_many(request, 60, MOST)
    somebody, now = person(channel, user_id), world.clock.now()
    version = f"{_version(channel, somebody, now)} {world.clock.day()} {most}"
    if request.query.get("seen") == version:
        return answer({"version": version})
    received = channel.inboxes.received(channel.accepted, user_id)
    _open(received, somebody, now)
    items = [
        *(_theirs(channel, item, now) for item in received),
        *(_mine(channel, somebody, said) for said in somebody.said),
    ]
    items.sort(key=lambda item: item["at"])
    return answer(
        {
            "version": version,
            "now": now,
            "account": account(channel),
            "person": {"userId": user_id, "name": somebody.name, "state": state(channel, user_id)},
            "items": items[-most:],
            "hasOlder": len(items) > most,
            "menu": _menu(channel, user_id),
            "loading": _is_loading(channel, somebody, now),
        }
    )


@routes.add("POST", "/phone/api/channels/{channel_id}/chats/{user_id}/clicks")
def click(world: World, request: Request, channel_id: str, user_id: str) -> Answer:
    """A link in a message was tapped; the browser opens it, here it is counted."""
    channel, given = world.channel(channel_id), request.json()
    for item in channel.inboxes.received(channel.accepted, user_id):
        if item.message_id == given["message_id"]:
            seq = item.request.message_ids.index(int(item.message_id)) + 1
            readers.note_click(readers.Click(item.request, user_id, seq, given["url"], world.clock.now()))
    return Answer()


@routes.add("GET", "/phone/contents/{message_id}")
def content(world: World, request: Request, message_id: str) -> Answer:
    """What somebody sent to an account: a picture, a film, a sound, a file."""
    for channel in world.channels.values():
        found = channel.contents.get(message_id)
        if found is not None and not found.is_unsent:
            return _shown(found)
    raise Refusal(404, "Not found")


def _shown(found: Content) -> Answer:
    """Only what a browser plays is shown by it: a page that somebody sends must not become one of ours."""
    headers = {"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "default-src 'none'"}
    if found.media_type.startswith(("image/", "video/", "audio/")):
        return Answer(found.body, content_type=found.media_type, headers=headers)
    headers["Content-Disposition"] = "attachment"
    return Answer(found.body, content_type="application/octet-stream", headers=headers)


def _version(channel: Channel, somebody: Person, now: float) -> str:
    menu = seen_by(channel, somebody.user_id)
    parts = (
        channel.settings.name,
        channel.settings.picture_url,
        len(channel.inboxes.requests(channel.accepted, somebody.user_id)),
        len(somebody.said),
        sum(bool(said.get("unsent")) for said in somebody.said),
        state(channel, somebody.user_id),
        menu.id if menu else "",
        _read_until(channel, somebody),
        _is_loading(channel, somebody, now),
    )
    return " ".join(map(str, parts))


def _open(received: list[Received], somebody: Person, now: float) -> None:
    for item in received:
        if item.at > somebody.read_until:
            readers.note_opened(item.request, somebody.user_id, now)
    somebody.read_until = max(somebody.read_until, now)


def _theirs(channel: Channel, item: Received, now: float) -> dict[str, Any]:
    message = item.message
    coupon = channel.coupons.get(message.get("couponId", ""))
    if coupon is not None:
        message = {**message, "coupon": coupon.described(now)}
    return {
        "at": item.at,
        "id": item.message_id,
        "mine": False,
        "message": message,
        "quoteToken": f"q{item.message_id}",
    }


def _mine(channel: Channel, somebody: Person, said: dict) -> dict[str, Any]:
    return {
        "at": said["at"],
        "id": said["id"],
        "mine": True,
        "message": said,
        "quoteToken": said.get("quoteToken"),
        "read": said["at"] <= _read_until(channel, somebody),
        "unsent": bool(said.get("unsent")),
    }


def _read_until(channel: Channel, somebody: Person) -> float:
    """Until when the account has read. It does so at once, unless it means to tell LINE."""
    if channel.settings.mark_as_read_mode == "auto":
        return somebody.said[-1]["at"] if somebody.said else 0.0
    return somebody.answered_until


def _is_loading(channel: Channel, somebody: Person, now: float) -> bool:
    """The moving dots end with their time, or when the account has answered."""
    if now >= somebody.loading_until or not somebody.said:
        return now < somebody.loading_until
    requests = channel.inboxes.requests(channel.accepted, somebody.user_id)
    return not requests or requests[-1].at < somebody.said[-1]["at"]


def _menu(channel: Channel, user_id: str) -> dict[str, Any] | None:
    menu = seen_by(channel, user_id)
    if menu is None:
        return None
    return {**menu.described(), "imageUrl": f"/sim/channels/{channel.id}/richmenus/{menu.id}/image"}
