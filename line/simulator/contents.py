"""Pictures, films, sounds and files that people send: kept for a while, and not ready at once.

Source: https://developers.line.biz/en/reference/messaging-api/#get-content
"""

import struct
import zlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from functools import cache

from line.simulator.channels import Channel
from line.simulator.exchange import Answer, Refusal, Request, Routes, answer
from line.simulator.world import World

LARGEST_IN_ONE_PIECE = 1 << 20
_PATH = "/v2/bot/message/{message_id}/content"
_BEGINNINGS = {
    b"\x89PNG": "image/png",
    b"\xff\xd8": "image/jpeg",
    b"GIF8": "image/gif",
    b"%PDF": "application/pdf",
}
_USUAL = {"image": "image/jpeg", "video": "video/mp4", "audio": "audio/x-m4a"}

routes = Routes(for_channel=True)


@dataclass
class Content:
    """What a message id leads to. `size` is more than the body has where zeros are to follow.

    `ready_at` is None for what never becomes ready. `is_unsent` and `gone_at` end it.
    """

    kind: str
    body: bytes
    media_type: str
    size: int
    ready_at: float | None
    gone_at: float
    fails: bool = False
    is_unsent: bool = False


def new_content(world: World, channel: Channel, given: dict, body: bytes) -> Content:
    """From a message that somebody sends: its type, and what else was wished of it."""
    kind, settings, now = given["message"]["type"], channel.settings, world.clock.now()
    ready_after = given.get("ready_after", settings.content_ready_seconds)
    return Content(
        kind=kind,
        body=body,
        media_type=given.get("media_type") or _guess(kind, body),
        size=max(len(body), given.get("size") or 0),
        ready_at=None if ready_after is None else now + ready_after,
        gone_at=now + settings.content_kept_seconds,
        fails=given.get("fails", False),
    )


@routes.add("GET", _PATH)
def get(world: World, channel: Channel, request: Request, message_id: str) -> Answer:
    """202 without a body until it is ready."""
    content = _find(world, channel, message_id)
    if not _is_ready(world, content):
        return Answer(b"", 202)
    if content.size <= LARGEST_IN_ONE_PIECE:
        return Answer(content.body.ljust(content.size, b"\0"), content_type=content.media_type)
    return Answer(_pieces(content), content_type=content.media_type)


@routes.add("GET", _PATH + "/preview")
def preview(world: World, channel: Channel, request: Request, message_id: str) -> Answer:
    """LINE makes pictures smaller; here they stay as they are, and a film shows a grey still."""
    content = _find(world, channel, message_id)
    if content.kind not in ("image", "video"):
        raise Refusal(400, "The content can not be previewed")
    if not _is_ready(world, content):
        return Answer(b"", 202)
    if content.kind == "video":
        return Answer(_still(), content_type="image/png")
    return Answer(content.body, content_type=content.media_type)


@routes.add("GET", _PATH + "/transcoding")
def transcoding(world: World, channel: Channel, request: Request, message_id: str) -> Answer:
    content = _find(world, channel, message_id)
    if content.kind not in ("video", "audio"):
        raise Refusal(400, "Transcoding status doesn't support this type of content")
    if content.fails:
        return answer({"status": "failed"})
    return answer({"status": "succeeded" if _is_ready(world, content) else "processing"})


def _find(world: World, channel: Channel, message_id: str) -> Content:
    content = channel.contents.get(message_id)
    if content is None:
        raise Refusal(404, "not found")
    if content.is_unsent or world.clock.now() >= content.gone_at:
        raise Refusal(channel.settings.content_gone_status, "The content is gone")
    return content


def _is_ready(world: World, content: Content) -> bool:
    return not content.fails and content.ready_at is not None and content.ready_at <= world.clock.now()


async def _pieces(content: Content) -> AsyncIterator[bytes]:
    for start in range(0, content.size, LARGEST_IN_ONE_PIECE):
        length = min(LARGEST_IN_ONE_PIECE, content.size - start)
        yield content.body[start : start + length].ljust(length, b"\0")


def _guess(kind: str, body: bytes) -> str:
    for beginning, media_type in _BEGINNINGS.items():
        if body.startswith(beginning):
            return media_type
    return _USUAL.get(kind, "application/octet-stream")


@cache
def _still(width: int = 240, height: int = 135, grey: int = 0x80) -> bytes:
    """A PNG of one grey."""
    rows = (b"\0" + bytes([grey]) * width) * height
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    chunks = [(b"IHDR", head), (b"IDAT", zlib.compress(rows)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in chunks
    )
