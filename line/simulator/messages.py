"""Reply, push, multicast, broadcast, and the checks that LINE makes before it accepts one."""

import re
import time
from array import array
from collections import OrderedDict

import orjson

from line import validation
from line.simulator import limits, retry_keys, wording
from line.simulator.channels import Channel, are_user_ids
from line.simulator.exchange import Answer, Refusal, Request, Routes, answer
from line.simulator.inboxes import Accepted
from line.simulator.webhooks import use_reply_token
from line.simulator.world import World

UNIT_NAMES_A_MONTH = 1_000
WRITERS_REACHED_FOR = 7 * 24 * 3600
_UNIT_NAME = re.compile(r"[a-zA-Z0-9_]{1,30}")

routes = Routes(for_channel=True)
_found_good: OrderedDict[bytes, None] = OrderedDict()


@routes.add("POST", "/v2/bot/message/push", takes_retry_key=True)
def push(world: World, channel: Channel, request: Request) -> Answer:
    """To a friend, or to who wrote to the account lately.

    200 also for who cannot receive it; 400 for an id the channel has never met.
    """
    key = retry_keys.fresh(world, channel, request)
    body = request.json()
    to = body.get("to")
    if not isinstance(to, str) or not are_user_ids([to]):
        raise _bad_property("to")
    if not channel.knows(to):
        raise Refusal(400, "Failed to send messages")
    check_messages(body.get("messages"))
    _check_patience(world, channel, to)
    missed = channel.out_of_reach([to])
    if missed and channel.wrote(to, since=world.clock.now() - WRITERS_REACHED_FOR):
        missed = set()
    accepted = _accept(world, channel, request, "push", body, [to], missed)
    retry_keys.remember(channel, key, accepted)
    return answer({"sentMessages": retry_keys.sent_messages(accepted)})


@routes.add("POST", "/v2/bot/message/multicast", takes_retry_key=True)
def multicast(world: World, channel: Channel, request: Request) -> Answer:
    """To at most 500 people, or on any fault to none of them."""
    key = retry_keys.fresh(world, channel, request)
    body = request.json()
    to = _checked_recipients(channel, body.get("to"))
    _check_messages_once(body.get("messages"))
    accepted = _accept(world, channel, request, "multicast", body, to, channel.out_of_reach(to))
    retry_keys.remember(channel, key, accepted)
    return Answer()


@routes.add("POST", "/v2/bot/message/broadcast", takes_retry_key=True)
def broadcast(world: World, channel: Channel, request: Request) -> Answer:
    """To everyone who is a friend now."""
    key = retry_keys.fresh(world, channel, request)
    body = request.json()
    check_messages(body.get("messages"))
    everyone = list(channel.friends)
    accepted = _accept(world, channel, request, "broadcast", body, everyone, set())
    accepted.everyone = everyone
    retry_keys.remember(channel, key, accepted)
    return Answer()


@routes.add("POST", "/v2/bot/message/reply")
def reply(world: World, channel: Channel, request: Request) -> Answer:
    """An answer to an event, not billed."""
    body = request.json()
    check_messages(body.get("messages"))
    to = use_reply_token(world, channel, body.get("replyToken"))
    accepted = _record(world, channel, request, "reply", len(body["messages"]))
    accepted.everyone = [to]
    channel.sent_on["reply", world.clock.day()] += 1
    return answer({"sentMessages": retry_keys.sent_messages(accepted)})


def validate(world: World, channel: Channel, request: Request) -> Answer:
    check_messages(request.json().get("messages"))
    return Answer()


for _kind in ("reply", "push", "multicast", "narrowcast", "broadcast"):
    routes.add("POST", f"/v2/bot/message/validate/{_kind}")(validate)


def _check_patience(world: World, channel: Channel, to: str) -> None:
    """Refuse too many pushes to one person within a minute. LINE does not say how many that are."""
    most = channel.settings.pushes_a_minute
    if most is None:
        return
    now = world.clock.now()
    recent = [moment for moment in channel.pushed_at.get(to, ()) if now - moment < 60]
    if len(recent) >= most:
        raise Refusal(429, "Too many messages have been sent to the same user.")
    channel.pushed_at[to] = [*recent, now]


def _checked_recipients(channel: Channel, to: object) -> list[str]:
    if not isinstance(to, list) or not 1 <= len(to) <= 500:
        raise wording.faulty({"message": "Size must be between 1 and 500", "property": "to"})
    if not are_user_ids(to):
        raise _bad_property("to")
    if channel.settings.unknown_ids == "reject" and not all(map(channel.knows, to)):
        raise Refusal(400, "Failed to send messages")
    return to


def _check_messages_once(messages: object) -> None:
    """As `check_messages`, remembering what passed: a campaign repeats its messages every 500 people."""
    try:
        written = orjson.dumps(messages)
    except orjson.JSONEncodeError:  # nested too deep; the check below says so
        written = b""
    if written not in _found_good:
        check_messages(messages)
        _found_good[written] = None
        if len(_found_good) > 100:
            _found_good.popitem(last=False)


def check_messages(messages: object) -> None:
    """Refuse what LINE would, with a detail for each fault."""
    problems = validation.validate(messages)
    if problems:
        raise wording.refusal(problems)


def check_flag(body: dict, name: str, path: str = "") -> None:
    """True, false or nothing."""
    if not isinstance(body.get(name), bool | None):
        raise wording.faulty({"message": "invalid property", "property": path or name})


def _bad_property(name: str) -> Refusal:
    return Refusal(400, f"The property, '{name}', in the request body is invalid (line: -, column: -)")


def _accept(
    world: World, channel: Channel, request: Request, kind: str, body: dict, to: list[str], missed: set[str]
) -> Accepted:
    """Count and keep what is about to be delivered to all but `missed`.

    Refused when the month does not cover it.
    """
    check_flag(body, "notificationDisabled")
    reached = sum(user_id not in missed for user_id in to) if missed else len(to)
    month, used = world.clock.month(), channel.billed_in
    limits.check_quota(channel.settings.quota, used[month] + channel.reserved, reached)
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
        raise wording.faulty(
            {"message": "Size must be between 0 and 1", "property": "customAggregationUnits"}
        )
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
