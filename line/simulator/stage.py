"""The rest of the world, for tests, demos and benchmarks: who exists, what they do, what goes wrong.

Everything under /sim/; `control.Simulator` is its Python face and says what each call means.
"""

import base64
import random
from dataclasses import asdict, fields
from typing import Any

from line.simulator import chats, links, readers
from line.simulator.channels import Channel, Person, Settings
from line.simulator.exchange import Answer, Refusal, Request, Routes, answer
from line.simulator.faults import Fault, Faults
from line.simulator.inboxes import histogram
from line.simulator.statistics import summary
from line.simulator.webhooks import again, make_event
from line.simulator.world import World

routes = Routes(for_channel=False)

_SURNAMES = ["佐藤", "鈴木", "高橋", "田中", "伊藤", "渡辺", "山本", "中村", "小林", "加藤"]
_GIVEN_NAMES = ["葵", "蓮", "陽菜", "湊", "結衣", "悠真", "凛", "大和", "美咲", "陽翔", "さくら"]


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
        names = [_name(number) for number in range(start, start + names)]
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


@routes.add("POST", "/sim/channels/{channel_id}/say")
async def say(world: World, request: Request, channel_id: str) -> Answer:
    """A text, or an image as base64."""
    channel, given = world.channel(channel_id), request.json()
    speaker = person(channel, given["user_id"])
    message_id = str(channel.new_message_ids(1)[0])
    if "image" in given:
        channel.contents[message_id] = base64.b64decode(given["image"])
        message = {"type": "image", "contentProvider": {"type": "line"}}
    else:
        message = {"type": "text", "text": given["text"]}
    read_token = chats.new_read_token(channel, speaker, message_id, world.clock.now())
    message |= {"id": message_id, "quoteToken": f"q{message_id}", "markAsReadToken": read_token}
    speaker.said.append({"at": world.clock.now(), **message})
    event = make_event(world, channel, "message", speaker.user_id, message=message)
    await world.postman.send(channel, [event])
    return answer(event)


@routes.add("POST", "/sim/channels/{channel_id}/postback")
async def postback(world: World, request: Request, channel_id: str) -> Answer:
    channel, given = world.channel(channel_id), request.json()
    speaker = person(channel, given["user_id"])
    if shown := given.get("display_text"):
        said = {"type": "text", "text": shown, "id": str(channel.new_message_ids(1)[0])}
        speaker.said.append({"at": world.clock.now(), **said})
    event = make_event(world, channel, "postback", speaker.user_id, postback={"data": given["data"]})
    await world.postman.send(channel, [event])
    return answer(event)


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


@routes.add("GET", "/sim/channels/{channel_id}/requests")
def requests(world: World, request: Request, channel_id: str) -> Answer:
    return answer(summary(world.channel(channel_id)))


@routes.add("POST", "/sim/channels/{channel_id}/open-and-click")
async def open_and_click(world: World, request: Request, channel_id: str) -> Answer:
    return answer(
        await readers.open_and_click(world.channel(channel_id), world.clock.now(), **request.json())
    )


@routes.add("GET", "/sim/channels/{channel_id}/webhook-log")
def webhook_log(world: World, request: Request, channel_id: str) -> Answer:
    return answer(world.channel(channel_id).webhook_log)


@routes.add("POST", "/sim/channels/{channel_id}/redeliver")
async def redeliver(world: World, request: Request, channel_id: str) -> Answer:
    """Named events, or all whose last delivery failed."""
    channel = world.channel(channel_id)
    wanted = request.json().get("webhook_event_ids")
    ids = list(channel.undelivered) if wanted is None else wanted
    events = [again(channel.events[event_id]) for event_id in ids]
    await world.postman.send(channel, events)
    return answer({"events": len(events)})


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


@routes.add("POST", "/sim/advance")
def advance(world: World, request: Request) -> Answer:
    world.clock.ahead += request.json()["seconds"]
    return answer({"now": world.clock.now()})


@routes.add("POST", "/sim/reset")
def reset(world: World, request: Request) -> Answer:
    world.reset()
    return Answer()


def person(channel: Channel, user_id: str) -> Person:
    """Someone of this channel; in an open channel anyone comes into being when first met."""
    found = channel.people.get(user_id)
    if found is None and channel.knows(user_id):
        found = channel.people[user_id] = Person(user_id, _name(len(channel.people)))
    if found is None:
        raise Refusal(404, f"No person {user_id} in channel {channel.id}")
    return found


def _configure(channel: Channel, given: dict[str, Any]) -> None:
    known = {setting.name for setting in fields(Settings)}
    if unknown := set(given) - known:
        raise Refusal(400, f"Unknown settings: {', '.join(sorted(unknown))}")
    for name, value in given.items():
        setattr(channel.settings, name, value)


def _describe(channel: Channel) -> dict:
    return {"channelId": channel.id, "userId": channel.user_id, **asdict(channel.settings)}


def _name(number: int) -> str:
    """A hundred and ten names, then again from the start."""
    return f"{_SURNAMES[number % len(_SURNAMES)]} {_GIVEN_NAMES[number % len(_GIVEN_NAMES)]}"
