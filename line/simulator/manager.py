"""What LINE's account manager does beside the API, and what only tests may look at.

Everything under /sim/, as in `stage`.
"""

from line.simulator import attributes, narrowcast
from line.simulator.audiences import Audience, add, find, new_id
from line.simulator.exchange import Answer, Refusal, Request, Routes, answer
from line.simulator.insight import API_KINDS, MANAGER_KINDS
from line.simulator.people import person
from line.simulator.world import World

BILLED_KINDS = ("broadcast", "targeting", "stepMessage")
_PLAIN = ("name", "phone", "notices")

routes = Routes(for_channel=False)


@routes.add("POST", "/sim/channels/{channel_id}/people/{user_id}")
def set_person(world: World, request: Request, channel_id: str, user_id: str) -> Answer:
    """Name, telephone number, what LINE knows of them, and `friend_since` as yyyyMMdd."""
    channel, given = world.channel(channel_id), request.json()
    somebody = person(channel, user_id)
    if since := given.pop("friend_since", None):
        channel.friend_since[user_id] = since
    for name, value in given.items():
        if name in _PLAIN:
            setattr(somebody, name, value)
        elif name in attributes.KNOWABLE:
            somebody.known[name] = value
        else:
            raise Refusal(400, f"Unknown: {name}")
    return Answer()


@routes.add("POST", "/sim/channels/{channel_id}/manager-sends")
def send_from_manager(world: World, request: Request, channel_id: str) -> Answer:
    """Messages sent by hand: they count by day, and some kinds in the month's messages."""
    channel, given = world.channel(channel_id), request.json()
    if given["kind"] not in MANAGER_KINDS:
        raise Refusal(400, f"The manager sends {', '.join(MANAGER_KINDS)}")
    channel.sent_on[f"manager {given['kind']}", world.clock.day()] += given["recipients"]
    if given["kind"] in BILLED_KINDS:
        channel.billed_in[world.clock.month()] += given["recipients"]
    return Answer()


@routes.add("POST", "/sim/channels/{channel_id}/recounts")
def recount(world: World, request: Request, channel_id: str) -> Answer:
    """So many more, or fewer, on a day that is named: LINE corrects its counts, or the day is long past."""
    channel, given = world.channel(channel_id), request.json()
    day, kind, change = given["day"], given["kind"], given["change"]
    if kind not in API_KINDS + MANAGER_KINDS:
        raise Refusal(400, f"LINE counts {', '.join(API_KINDS + MANAGER_KINDS)}")
    channel.sent_on[f"manager {kind}" if given["by_manager"] else kind, day] += change
    if kind in BILLED_KINDS if given["by_manager"] else kind != "reply":
        channel.billed_in[day[:6]] += change
    return Answer()


@routes.add("POST", "/sim/channels/{channel_id}/audiences")
def add_audience(world: World, request: Request, channel_id: str) -> Answer:
    """One made in the manager, ready at once: CHAT_TAG, FRIEND_PATH, …; with an `owner` a shared one."""
    channel, given = world.channel(channel_id), request.json()
    made = Audience(new_id(channel), given["kind"], given["description"], world.clock.now(), "OA_MANAGER")
    made.listed, made.owner = set(given["user_ids"]), given.get("owner")
    add(channel, made)
    return answer({"audienceGroupId": made.id})


@routes.add("GET", "/sim/channels/{channel_id}/audiences/{audience_id}")
def audience(world: World, request: Request, channel_id: str, audience_id: str) -> Answer:
    """As LINE tells it, and who is in it."""
    now = world.clock.now()
    found = find(world.channel(channel_id), int(audience_id), now)
    return answer(found.described(now) | {"members": sorted(found.members(now))})


@routes.add("GET", "/sim/channels/{channel_id}/narrowcasts/{request_id}")
def narrowcast_state(world: World, request: Request, channel_id: str, request_id: str) -> Answer:
    """As LINE tells it, and who it was for."""
    found = world.channel(channel_id).narrowcasts.get(request_id)
    if found is None:
        raise Refusal(404, f"No narrowcast {request_id} here")
    return answer(narrowcast.described(world, found) | {"targets": found.targets, "sent": found.sent})
