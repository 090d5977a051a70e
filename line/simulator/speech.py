"""What people do in a chat with the account: write, send, take back, tap. Under /sim/, as in `stage`."""

import base64
from typing import Any

import orjson

from line.simulator import talk
from line.simulator.channels import Channel
from line.simulator.contents import new_content
from line.simulator.exchange import Answer, Refusal, Request, Routes, answer
from line.simulator.people import person
from line.simulator.webhooks import make_event, source_of
from line.simulator.world import World

BINARY = ("image", "video", "audio", "file")

routes = Routes(for_channel=False)


@routes.add("POST", "/sim/channels/{channel_id}/say")
async def say(world: World, request: Request, channel_id: str) -> Answer:
    """A `text`; or a `message` object, with its `content` as base64 where it has any."""
    return answer(await _send(world, world.channel(channel_id), request.json()))


@routes.add("POST", "/sim/channels/{channel_id}/upload/{user_id}")
async def upload(world: World, request: Request, channel_id: str, user_id: str) -> Answer:
    """A file as the body of the request; what is wished of it stands in the query, as JSON in `wishes`."""
    wishes = orjson.loads(request.query.get("wishes", "{}"))
    return answer(await _send(world, world.channel(channel_id), wishes | {"user_id": user_id}, request.body))


@routes.add("POST", "/sim/channels/{channel_id}/unsend")
async def unsend(world: World, request: Request, channel_id: str) -> Answer:
    """They take back what they sent; its content is gone, and in the chat a note stands in its place."""
    channel, given = world.channel(channel_id), request.json()
    speaker, message_id = person(channel, given["user_id"]), given["message_id"]
    note = {"id": message_id, "type": "unsent", "unsent": True}
    speaker.said = [{"at": said["at"], **note} if said["id"] == message_id else said for said in speaker.said]
    if message_id in channel.contents:
        channel.contents[message_id].is_unsent = True
    source = source_of(speaker.user_id, given.get("group_id"))
    return answer(await _tell(world, channel, "unsend", source, unsend={"messageId": message_id}))


@routes.add("POST", "/sim/channels/{channel_id}/postback")
async def postback(world: World, request: Request, channel_id: str) -> Answer:
    channel, given = world.channel(channel_id), request.json()
    speaker = person(channel, given["user_id"])
    if shown := given.get("display_text"):
        talk.say_text(world, channel, speaker, shown)
    params = {"params": given["params"]} if given.get("params") else {}
    detail = {"data": given["data"], **params}
    return answer(await _tell(world, channel, "postback", source_of(speaker.user_id), postback=detail))


@routes.add("POST", "/sim/channels/{channel_id}/video-play-complete")
async def video_play_complete(world: World, request: Request, channel_id: str) -> Answer:
    """They saw a film of the account's to its end."""
    channel, given = world.channel(channel_id), request.json()
    source = source_of(person(channel, given["user_id"]).user_id)
    detail = {"trackingId": given["tracking_id"]}
    return answer(await _tell(world, channel, "videoPlayComplete", source, videoPlayComplete=detail))


async def _send(world: World, channel: Channel, given: dict, body: bytes | None = None) -> dict:
    """The event of a message, after its webhook was tried."""
    speaker, group_id, content = person(channel, given["user_id"]), given.get("group_id"), None
    given = _with_message(given)
    message = given["message"]
    if message["type"] in BINARY:
        body = base64.b64decode(given.get("content") or "") if body is None else body
        content = new_content(world, channel, given, body)
        message |= _about(message, content.size)
    if given.get("quoted_message_id") and message["type"] in ("text", "sticker"):
        message["quotedMessageId"] = given["quoted_message_id"]
    said = talk.say(world, channel, speaker, message, group_id=group_id)
    if content is not None:
        channel.contents[said["id"]] = content
    return await _tell(world, channel, "message", source_of(speaker.user_id, group_id), message=said)


def _with_message(given: dict) -> dict:
    """The short forms, `text` and `image`, written out."""
    if given.get("text") is not None:
        return given | {"message": {"type": "text", "text": given["text"]}}
    if "image" in given:
        return given | {"message": {"type": "image"}, "content": given["image"]}
    if not isinstance(given.get("message"), dict):
        raise Refusal(400, "Somebody says a text or a message")
    return given | {"message": dict(given["message"])}


def _about(message: dict, size: int) -> dict[str, Any]:
    """What LINE adds to a message with content."""
    if message["type"] == "file":
        return {"fileName": message.get("fileName", "file"), "fileSize": size}
    length = {"duration": message.get("duration", 1000)} if message["type"] != "image" else {}
    return {"contentProvider": {"type": "line"}, **length}


async def _tell(world: World, channel: Channel, kind: str, source: dict, **detail: Any) -> dict:
    event = make_event(world, channel, kind, None, source=source, **detail)
    await world.postman.send(channel, [event])
    return event
