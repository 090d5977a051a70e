"""Reply, push, multicast, broadcast, and the checks that LINE makes before it accepts one."""

import re
import time
from array import array
from collections import OrderedDict
from typing import Any
from uuid import UUID

import orjson

from line import validation
from line.simulator import limits, wording
from line.simulator.channels import Channel, are_user_ids
from line.simulator.exchange import Answer, Refusal, Request, Routes, answer
from line.simulator.inboxes import Accepted
from line.simulator.webhooks import use_reply_token
from line.simulator.world import World

KEY_REMEMBERED = 24 * 3600
UNIT_NAMES_A_MONTH = 1_000
_UNIT_NAME = re.compile(r"[a-zA-Z0-9_]{1,30}")

routes = Routes(for_channel=True)
_found_good: OrderedDict[bytes, None] = OrderedDict()


@routes.add("POST", "/v2/bot/message/push", takes_retry_key=True)
def push(world: World, channel: Channel, request: Request) -> Answer:
    """To one person. 200 also for who cannot receive it; 400 for an id the channel has never met."""
    key = _fresh_retry_key(world, channel, request)
    body = request.json()
    to = body.get("to")
    if not isinstance(to, str) or not are_user_ids([to]):
        raise _bad_property("to")
    if not channel.knows(to):
        raise Refusal(400, "Failed to send messages")
    _check_messages(body.get("messages"))
    accepted = _accept(world, channel, request, "push", body, [to])
    _remember_key(channel, key, accepted)
    return answer({"sentMessages": _sent_messages(accepted)})


@routes.add("POST", "/v2/bot/message/multicast", takes_retry_key=True)
def multicast(world: World, channel: Channel, request: Request) -> Answer:
    """To at most 500 people, or on any fault to none of them."""
    key = _fresh_retry_key(world, channel, request)
    body = request.json()
    to = _checked_recipients(channel, body.get("to"))
    _check_messages_once(body.get("messages"))
    _remember_key(channel, key, _accept(world, channel, request, "multicast", body, to))
    return Answer()


@routes.add("POST", "/v2/bot/message/broadcast", takes_retry_key=True)
def broadcast(world: World, channel: Channel, request: Request) -> Answer:
    """To everyone who is a friend now."""
    key = _fresh_retry_key(world, channel, request)
    body = request.json()
    _check_messages(body.get("messages"))
    accepted = _accept(world, channel, request, "broadcast", body, list(channel.friends))
    accepted.everyone = list(channel.friends)
    _remember_key(channel, key, accepted)
    return Answer()


@routes.add("POST", "/v2/bot/message/reply")
def reply(world: World, channel: Channel, request: Request) -> Answer:
    """An answer to an event, not billed."""
    body = request.json()
    _check_messages(body.get("messages"))
    to = use_reply_token(world, channel, body.get("replyToken"))
    accepted = _record(world, channel, request, "reply", len(body["messages"]))
    accepted.everyone = [to]
    channel.sent_on["reply", world.clock.day()] += 1
    return answer({"sentMessages": _sent_messages(accepted)})


@routes.add("POST", "/v2/bot/message/validate/{kind}")
def validate(world: World, channel: Channel, request: Request, kind: str) -> Answer:
    if kind not in ("reply", "push", "multicast", "narrowcast", "broadcast"):
        raise Refusal(404, "Not found")
    _check_messages(request.json().get("messages"))
    return Answer()


def _fresh_retry_key(world: World, channel: Channel, request: Request) -> str | None:
    """The request's retry key, if it is a new one; refused with 409 if an attempt with it was accepted."""
    header = request.headers.get("x-line-retry-key")
    if header is None:
        return None
    try:
        key = str(UUID(header))
    except ValueError as error:
        raise Refusal(400, "The retry key is invalid") from error
    earlier = channel.by_retry_key.get(key)
    if earlier is None or world.clock.now() - earlier.at > KEY_REMEMBERED:
        return key
    raise AlreadyAccepted(earlier)


class AlreadyAccepted(Refusal):
    def __init__(self, earlier: Accepted):
        accepted_id = {"x-line-accepted-request-id": earlier.request_id}
        super().__init__(409, "The retry key is already accepted", headers=accepted_id)
        self.earlier = earlier

    def answer(self) -> Answer:
        body: dict[str, Any] = {"message": self.message}
        if self.earlier.kind == "push":
            body["sentMessages"] = _sent_messages(self.earlier)
        return Answer(orjson.dumps(body), self.status, headers=self.headers)


def _remember_key(channel: Channel, key: str | None, accepted: Accepted) -> None:
    if key is not None:
        channel.by_retry_key[key] = accepted


def _checked_recipients(channel: Channel, to: object) -> list[str]:
    if not isinstance(to, list) or not 1 <= len(to) <= 500:
        raise _faulty([{"message": "Size must be between 1 and 500", "property": "to"}])
    if not are_user_ids(to):
        raise _bad_property("to")
    if channel.settings.unknown_ids == "reject" and not all(map(channel.knows, to)):
        raise Refusal(400, "Failed to send messages")
    return to


def _check_messages_once(messages: object) -> None:
    """As `_check_messages`, remembering what passed: a campaign repeats its messages every 500 people."""
    written = orjson.dumps(messages)
    if written not in _found_good:
        _check_messages(messages)
        _found_good[written] = None
        if len(_found_good) > 100:
            _found_good.popitem(last=False)


def _check_messages(messages: object) -> None:
    problems = validation.validate(messages)
    if problems:
        raise _faulty([wording.detail(problem) for problem in problems])


def _faulty(details: list[dict]) -> Refusal:
    return Refusal(400, f"The request body has {len(details)} error(s)", details)


def _bad_property(name: str) -> Refusal:
    return Refusal(400, f"The property, '{name}', in the request body is invalid (line: -, column: -)")


def _accept(
    world: World, channel: Channel, request: Request, kind: str, body: dict, to: list[str]
) -> Accepted:
    """Count and keep what is about to be delivered; refused when the month does not cover it."""
    missed = channel.out_of_reach(to)
    reached = sum(user_id not in missed for user_id in to) if missed else len(to)
    month, used = world.clock.month(), channel.billed_in
    limits.check_quota(channel.settings.quota, used[month], reached)
    unit = _assigned_unit(channel, month, body.get("customAggregationUnits"))
    used[month] += reached
    channel.sent_on[kind, world.clock.day()] += reached
    accepted = _record(world, channel, request, kind, len(body["messages"]))
    accepted.missed, accepted.unit = frozenset(missed), unit
    return accepted


def _assigned_unit(channel: Channel, month: str, units: object) -> str | None:
    """The name the statistics go by. One too long, or the 1,001st of a month, is left out and not refused."""
    if not units:
        return None
    if not isinstance(units, list) or len(units) > 1:
        raise _faulty([{"message": "Size must be between 0 and 1", "property": "customAggregationUnits"}])
    used, name = channel.units_in.setdefault(month, {}), str(units[0])
    if not _UNIT_NAME.fullmatch(name) or (name not in used and len(used) >= UNIT_NAMES_A_MONTH):
        return None
    used[name] = None
    return name


def _record(world: World, channel: Channel, request: Request, kind: str, message_count: int) -> Accepted:
    ids = channel.new_message_ids(message_count)
    accepted = Accepted(request.id, kind, world.clock.now(), request.body, ids)
    channel.accepted.append(accepted)
    channel.accepted_times.setdefault(kind, array("d")).append(time.monotonic())
    return accepted


def _sent_messages(accepted: Accepted) -> list[dict]:
    return [{"id": str(message_id)} for message_id in accepted.message_ids]
