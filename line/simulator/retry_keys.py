"""Retry keys: what was accepted under one is not accepted again for 24 hours.

Source: https://developers.line.biz/en/docs/messaging-api/retrying-api-request/
"""

import re
from typing import Any, Protocol

import orjson

from line.simulator.channels import Channel
from line.simulator.exchange import Answer, Refusal, Request
from line.simulator.world import World

REMEMBERED_FOR = 24 * 3600
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class Kept(Protocol):
    """What was accepted: a sending, or a narrowcast not yet sent."""

    request_id: str
    kind: str
    at: float
    message_ids: range


def fresh(world: World, channel: Channel, request: Request) -> str | None:
    """The request's key, if it is a new one; refused with 409 if an attempt with it was accepted."""
    header = request.headers.get("x-line-retry-key")
    if header is None:
        return None
    key = header.lower()
    if not _UUID.fullmatch(key):
        raise Refusal(400, "The retry key is invalid")
    earlier = channel.by_retry_key.get(key)
    if earlier is None or world.clock.now() - earlier.at > REMEMBERED_FOR:
        return key
    raise AlreadyAccepted(earlier)


def remember(channel: Channel, key: str | None, accepted: Kept) -> None:
    if key is not None:
        channel.by_retry_key[key] = accepted


class AlreadyAccepted(Refusal):
    def __init__(self, earlier: Kept):
        accepted_id = {"x-line-accepted-request-id": earlier.request_id}
        super().__init__(409, "The retry key is already accepted", headers=accepted_id)
        self.earlier = earlier

    def answer(self) -> Answer:
        body: dict[str, Any] = {"message": self.message}
        if self.earlier.kind == "push":
            body["sentMessages"] = sent_messages(self.earlier)
        return Answer(orjson.dumps(body), self.status, headers=self.headers)


def sent_messages(accepted: Kept) -> list[dict]:
    return [{"id": str(message_id)} for message_id in accepted.message_ids]
