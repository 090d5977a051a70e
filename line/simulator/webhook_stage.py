"""Webhooks on command, under /sim/ as in `stage`: any event, and anything that can befall one."""

import random
from typing import Any

from line import signatures
from line.simulator.channels import Channel
from line.simulator.exchange import Answer, Refusal, Request, Routes, answer
from line.simulator.webhooks import again, make_event, source_of
from line.simulator.world import World

_SETTABLE = {"losing", "copies", "delay", "seed"}

routes = Routes(for_channel=False)


@routes.add("POST", "/sim/channels/{channel_id}/events")
async def send_events(world: World, request: Request, channel_id: str) -> Answer:
    """All of them in one body, in their order; to another `destination` than the channel's, if one is given.

    A single event of a channel goes the usual way, mishaps and all.
    """
    channel, given = world.channel(channel_id), request.json()
    events = [_made(world, channel, event) for event in given["events"]]
    if destination := given.get("destination"):
        await world.postman.post(channel, channel.settings.webhook_url or "", events, destination)
    else:
        await world.postman.send(channel, events, together=len(events) > 1)
    return answer(events)


@routes.add("POST", "/sim/channels/{channel_id}/webhook-body")
async def send_body(world: World, request: Request, channel_id: str) -> Answer:
    """The request's body as a webhook, byte for byte; signed unless `signature` is in the query."""
    channel = world.channel(channel_id)
    signature = request.query.get("signature", signatures.sign(channel.secret, request.body))
    url = channel.settings.webhook_url
    if not url:
        raise Refusal(400, f"Channel {channel_id} has no webhook address")
    status, reason = await world.postman.post_bytes(url, request.body, signature)
    return answer({"status": status, "reason": reason})


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


@routes.add("POST", "/sim/channels/{channel_id}/mishaps")
def set_mishaps(world: World, request: Request, channel_id: str) -> Answer:
    """What is given is set, the rest as if nothing went wrong."""
    mishaps, given = world.channel(channel_id).mishaps, request.json()
    if unknown := set(given) - _SETTABLE:
        raise Refusal(400, f"Unknown mishaps: {', '.join(sorted(unknown))}")
    mishaps.losing = set(given.get("losing", ()))
    mishaps.copies = given.get("copies", 1)
    mishaps.delay = given.get("delay", 0.0)
    seed = given.get("seed")
    mishaps.dice = None if seed is None else random.Random(seed)
    return Answer()


@routes.add("POST", "/sim/channels/{channel_id}/hold")
def hold(world: World, request: Request, channel_id: str) -> Answer:
    world.channel(channel_id).mishaps.is_holding = True
    return Answer()


@routes.add("POST", "/sim/channels/{channel_id}/release")
async def release(world: World, request: Request, channel_id: str) -> Answer:
    """Send what was held back: by `seed` in disorder, `together` in one body, otherwise one by one."""
    channel, given = world.channel(channel_id), request.json()
    mishaps = channel.mishaps
    held, mishaps.held, mishaps.is_holding = mishaps.held, [], False
    if (seed := given.get("seed")) is not None:
        random.Random(seed).shuffle(held)
    if given.get("together"):
        await world.postman.send(channel, held, together=True)
    else:
        for event in held:
            await world.postman.send(channel, [event])
    return answer({"events": len(held)})


def _made(world: World, channel: Channel, given: dict[str, Any]) -> dict:
    """`type`; `user_id`, `group_id` or `room_id`; `at`; `mode`; and in `fields` what LINE calls as it does.

    A field of None is left out of the event.
    """
    place = {name: given[name] for name in ("user_id", "group_id", "room_id") if given.get(name)}
    source = source_of(place.pop("user_id", None), **place) if place else None
    event = make_event(
        world, channel, given["type"], None, given.get("at"), source=source, mode=given.get("mode", "active")
    )
    event |= given.get("fields", {})
    return {name: value for name, value in event.items() if value is not None}
