"""The accounts, and the people whose telephones could be looked at."""

import heapq
import unicodedata
from typing import Any

import orjson

from line.simulator.channels import Channel, Person
from line.simulator.exchange import Answer, Request, Routes, answer
from line.simulator.inboxes import Accepted
from line.simulator.world import World

MOST = 10_000

routes = Routes(for_channel=False)


@routes.add("GET", "/phone/api/channels")
def channels(world: World, request: Request) -> Answer:
    return answer([account(channel) for channel in world.channels.values()])


@routes.add("GET", "/phone/api/channels/{channel_id}/people")
def people(world: World, request: Request, channel_id: str) -> Answer:
    """Those with news first, as many as `most`. `search` looks in the names, whatever width and case."""
    channel, search = world.channel(channel_id), _plain(request.query.get("search", ""))
    most = how_many(request, 50, MOST)
    everyone = channel.people.values()
    found = [one for one in everyone if search in _plain(one.name)] if search else list(everyone)
    first = heapq.nlargest(most, found, key=lambda somebody: _last_at(channel, somebody))
    rows = [_row(channel, somebody) for somebody in first]
    return answer({"people": rows, "all": len(found), "now": world.clock.now()})


def how_many(request: Request, usual: int, limit: int) -> int:
    """The `most` of a request."""
    given = request.query.get("most", "")
    return max(1, min(int(given), limit)) if given.isdecimal() else usual


def account(channel: Channel) -> dict[str, Any]:
    settings = channel.settings
    return {
        "id": channel.id,
        "name": settings.name,
        "basicId": settings.basic_id,
        "pictureUrl": settings.picture_url or None,
    }


def state(channel: Channel, user_id: str) -> str:
    if user_id in channel.blockers:
        return "blocked"
    return "friend" if channel.can_receive(user_id) else "stranger"


def _row(channel: Channel, somebody: Person) -> dict[str, Any]:
    requests = channel.inboxes.requests(channel.accepted, somebody.user_id)
    unread = sum(len(request.message_ids) for request in requests if request.at > somebody.read_until)
    return {
        "userId": somebody.user_id,
        "name": somebody.name,
        "state": state(channel, somebody.user_id),
        "unread": unread,
        "at": _last_at(channel, somebody),
        "last": _last_message(channel, somebody),
        "silent": bool(requests) and _is_silent(requests[-1]),
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


def _is_silent(request: Accepted) -> bool:
    """Sent with the wish that telephones show no notification."""
    return bool(orjson.loads(request.body).get("notificationDisabled"))


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()
