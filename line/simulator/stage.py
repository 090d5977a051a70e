"""The rest of the world, for tests, demos and benchmarks: who exists, what they do, what goes wrong.

Everything under /sim/; `control.Simulator` is its Python face and says what each call means.
"""

import random
from dataclasses import asdict, fields
from typing import Any

from line.simulator import links, readers
from line.simulator.channels import Channel
from line.simulator.exchange import Answer, Refusal, Request, Routes, answer
from line.simulator.faults import Fault, Faults
from line.simulator.inboxes import histogram, per_person
from line.simulator.people import name_of, person
from line.simulator.settings import Settings
from line.simulator.statistics import summary
from line.simulator.webhooks import make_event
from line.simulator.world import World

routes = Routes(for_channel=False)


@routes.add("GET", "/sim/health")
def health(world: World, request: Request) -> Answer:
    return answer({"ok": True})


@routes.add("POST", "/sim/channels")
def add_channel(world: World, request: Request) -> Answer:
    given = request.json()
    channel_id, secret = given.pop("channel_id"), given.pop("channel_secret")
    channel = world.channels.get(channel_id) or Channel(channel_id, secret, Settings())
    channel.secret = secret
    world.channels[channel_id] = channel
    _configure(channel, given)
    if not channel.settings.basic_id:
        channel.settings.basic_id = "@" + channel.user_id[1:9]
    return answer(_describe(channel))


@routes.add("POST", "/sim/channels/{channel_id}")
def configure(world: World, request: Request, channel_id: str) -> Answer:
    channel, given = world.channel(channel_id), request.json()
    channel.secret = given.pop("channel_secret", channel.secret)
    _configure(channel, given)
    return answer(_describe(channel))


@routes.add("POST", "/sim/channels/{channel_id}/people")
def add_people(world: World, request: Request, channel_id: str) -> Answer:
    channel, names = world.channel(channel_id), request.json()["names"]
    if isinstance(names, int):
        start = len(channel.people)
        names = [name_of(number) for number in range(start, start + names)]
    return answer([channel.add_person(name).user_id for name in names])


@routes.add("POST", "/sim/channels/{channel_id}/follow")
async def follow(world: World, request: Request, channel_id: str) -> Answer:
    channel, given = world.channel(channel_id), request.json()
    day, events = world.clock.day(given.get("at")), []
    for user_id in given["user_ids"]:
        person(channel, user_id)
        detail = {"isUnblocked": channel.befriend(user_id, day)}
        events.append(make_event(world, channel, "follow", user_id, given.get("at"), follow=detail))
    await world.postman.send(channel, events)
    return answer({"events": len(events)})


@routes.add("POST", "/sim/channels/{channel_id}/unfollow")
async def unfollow(world: World, request: Request, channel_id: str) -> Answer:
    channel, given = world.channel(channel_id), request.json()
    day, events = world.clock.day(given.get("at")), []
    for user_id in given["user_ids"]:
        channel.block(user_id, day)
        events.append(make_event(world, channel, "unfollow", user_id, given.get("at")))
    await world.postman.send(channel, events)
    return answer({"events": len(events)})


@routes.add("POST", "/sim/channels/{channel_id}/link-dialog")
async def link_dialog(world: World, request: Request, channel_id: str) -> Answer:
    given = request.json()
    visitor = person(world.channel(channel_id), given["user_id"])
    try:
        channel, event = links.finish(world, visitor.user_id, *links.token_and_nonce(given["url"]))
    except links.DialogError as error:
        return answer({"result": str(error)})
    await world.postman.send(channel, [event])
    return answer({"result": event["link"]["result"]})


@routes.add("GET", "/sim/channels/{channel_id}/inbox/{user_id}")
def inbox(world: World, request: Request, channel_id: str, user_id: str) -> Answer:
    channel = world.channel(channel_id)
    return answer([received.message for received in channel.inboxes.received(channel.accepted, user_id)])


@routes.add("GET", "/sim/channels/{channel_id}/histogram")
def delivery_histogram(world: World, request: Request, channel_id: str) -> Answer:
    return answer(histogram(world.channel(channel_id).accepted))


@routes.add("GET", "/sim/channels/{channel_id}/received")
def received(world: World, request: Request, channel_id: str) -> Answer:
    return answer(per_person(world.channel(channel_id).accepted))


@routes.add("GET", "/sim/channels/{channel_id}/requests")
def requests(world: World, request: Request, channel_id: str) -> Answer:
    return answer(summary(world.channel(channel_id)))


@routes.add("POST", "/sim/channels/{channel_id}/open-and-click")
async def open_and_click(world: World, request: Request, channel_id: str) -> Answer:
    return answer(
        await readers.open_and_click(world.channel(channel_id), world.clock.now(), **request.json())
    )


@routes.add("POST", "/sim/faults")
def faults(world: World, request: Request) -> Answer:
    given = request.json()
    match given.pop("kind"):
        case "lose":
            world.faults.losses = Fault(**given)
        case "fail":
            world.faults.failures = Fault(**given)
        case "delay":
            world.faults.delays[given.get("path")] = given["ms"] / 1000
        case "chaos":
            world.faults.dice = random.Random(given["seed"])
            world.faults.p_500, world.faults.p_lost = given["p_500"], given["p_lost"]
        case "clear":
            world.faults = Faults()
    return Answer()


@routes.add("GET", "/sim/clock")
def clock(world: World, request: Request) -> Answer:
    return answer({"now": world.clock.now(), "day": world.clock.day()})


@routes.add("POST", "/sim/clock")
async def set_clock(world: World, request: Request) -> Answer:
    """Turned on by `seconds`, set to `at`, stopped or let go by `frozen`. What is due then is done."""
    given = request.json()
    if "at" in given:
        world.clock.set(given["at"])
    world.clock.advance(given.get("seconds", 0))
    if "frozen" in given:
        world.clock.freeze() if given["frozen"] else world.clock.let_go()
    world.agenda.catch_up(world)
    await world.postman.redeliver_due()
    return answer({"now": world.clock.now()})


@routes.add("POST", "/sim/reset")
def reset(world: World, request: Request) -> Answer:
    world.reset()
    return Answer()


def _configure(channel: Channel, given: dict[str, Any]) -> None:
    known = {setting.name for setting in fields(Settings)}
    if unknown := set(given) - known:
        raise Refusal(400, f"Unknown settings: {', '.join(sorted(unknown))}")
    for name, value in given.items():
        setattr(channel.settings, name, value)
    if given.keys() & {"webhook_url", "webhook_active"}:
        channel.forgive()


def _describe(channel: Channel) -> dict:
    return {"channelId": channel.id, "userId": channel.user_id, **asdict(channel.settings)}
