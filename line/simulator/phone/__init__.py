"""The friends' telephones, as a page: /phone shows a chat list, /phone#<channel>/<user id> a chat.

What is typed and tapped there goes through the /sim/ calls, as in tests.
"""

from pathlib import Path
from typing import Any

from line.simulator import readers
from line.simulator.channels import Channel, Person
from line.simulator.exchange import Answer, Refusal, Request, Routes, answer
from line.simulator.stage import person
from line.simulator.world import World

SHOWN_PEOPLE = 100
SHOWN_MESSAGES = 100
_FOLDER = Path(__file__).parent
_CONTENT_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}

routes = Routes(for_channel=False)


@routes.add("GET", "/phone")
def page(world: World, request: Request) -> Answer:
    return Answer((_FOLDER / "phone.html").read_bytes(), content_type="text/html; charset=utf-8")


@routes.add("GET", "/phone/{name}")
def asset(world: World, request: Request, name: str) -> Answer:
    """One of the files beside this one; no other name is looked up."""
    file = next(
        (file for file in _FOLDER.iterdir() if file.name == name and file.suffix in _CONTENT_TYPES), None
    )
    if file is None:
        raise Refusal(404, "Not found")
    return Answer(file.read_bytes(), content_type=f"{_CONTENT_TYPES[file.suffix]}; charset=utf-8")


@routes.add("GET", "/phone/api/channels")
def channels(world: World, request: Request) -> Answer:
    return answer([_account(channel) for channel in world.channels.values()])


@routes.add("GET", "/phone/api/channels/{channel_id}/people")
def people(world: World, request: Request, channel_id: str) -> Answer:
    """Whose telephone could be looked at: those with news first. `search` looks in the names."""
    channel, search = world.channel(channel_id), request.query.get("search", "")
    found = [somebody for somebody in channel.people.values() if search in somebody.name]
    found.sort(key=lambda somebody: _last_at(channel, somebody), reverse=True)
    return answer(
        {"people": [_row(channel, somebody) for somebody in found[:SHOWN_PEOPLE]], "all": len(found)}
    )


@routes.add("GET", "/phone/api/channels/{channel_id}/chats/{user_id}")
def chat(world: World, request: Request, channel_id: str, user_id: str) -> Answer:
    """One person's chat with the account, both sides. Reading it opens what is new."""
    channel = world.channel(channel_id)
    somebody = person(channel, user_id)
    received = channel.inboxes.received(channel.accepted, user_id)
    for item in received:
        if item.at > somebody.read_until:
            readers.note_opened(item.request, user_id)
    somebody.read_until = max(somebody.read_until, world.clock.now())
    items = [
        *(
            {"at": item.at, "id": item.message_id, "mine": False, "message": item.message}
            for item in received
        ),
        *({"at": said["at"], "id": said["id"], "mine": True, "message": said} for said in somebody.said),
    ]
    items.sort(key=lambda item: item["at"])
    card = {"userId": user_id, "name": somebody.name, "state": _state(channel, user_id)}
    return answer({"account": _account(channel), "person": card, "items": items[-SHOWN_MESSAGES:]})


@routes.add("POST", "/phone/api/channels/{channel_id}/chats/{user_id}/clicks")
def click(world: World, request: Request, channel_id: str, user_id: str) -> Answer:
    """A link in a message was tapped; the browser opens it, here it is counted."""
    channel, given = world.channel(channel_id), request.json()
    for item in channel.inboxes.received(channel.accepted, user_id):
        if item.message_id == given["message_id"]:
            seq = item.request.message_ids.index(int(item.message_id)) + 1
            readers.note_click(readers.Click(item.request, user_id, seq, given["url"]))
    return Answer()


@routes.add("GET", "/phone/pictures/{message_id}")
def picture(world: World, request: Request, message_id: str) -> Answer:
    """A picture that somebody sent to an account."""
    for channel in world.channels.values():
        if message_id in channel.contents:
            return Answer(channel.contents[message_id], content_type="image/jpeg")
    raise Refusal(404, "Not found")


def _account(channel: Channel) -> dict[str, Any]:
    return {"id": channel.id, "name": channel.settings.name, "basicId": channel.settings.basic_id}


def _row(channel: Channel, somebody: Person) -> dict[str, Any]:
    requests = channel.inboxes.requests(channel.accepted, somebody.user_id)
    unread = sum(len(request.message_ids) for request in requests if request.at > somebody.read_until)
    return {
        "userId": somebody.user_id,
        "name": somebody.name,
        "state": _state(channel, somebody.user_id),
        "unread": unread,
        "at": _last_at(channel, somebody),
        "last": _last_message(channel, somebody),
    }


def _last_at(channel: Channel, somebody: Person) -> float:
    requests = channel.inboxes.requests(channel.accepted, somebody.user_id)
    return max(requests[-1].at if requests else 0.0, somebody.said[-1]["at"] if somebody.said else 0.0)


def _last_message(channel: Channel, somebody: Person) -> dict | None:
    requests = channel.inboxes.requests(channel.accepted, somebody.user_id)
    said = somebody.said[-1] if somebody.said else None
    if requests and (said is None or requests[-1].at >= said["at"]):
        return requests[-1].messages()[-1]
    return said


def _state(channel: Channel, user_id: str) -> str:
    if user_id in channel.blockers:
        return "blocked"
    return "friend" if channel.can_receive(user_id) else "stranger"
