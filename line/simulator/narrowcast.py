"""Narrowcasts: accepted at once, counted and sent in their own time, with quota set aside meanwhile.

Source: https://developers.line.biz/en/reference/messaging-api/#send-narrowcast-message
"""

import random
import time
from array import array
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import orjson

from line.simulator import attributes, limits, recipients, retry_keys, wording
from line.simulator.channels import Channel
from line.simulator.exchange import Answer, Refusal, Request, Routes, answer
from line.simulator.inboxes import Accepted
from line.simulator.messages import check_messages
from line.simulator.world import World

SMALLEST_REACH = 100
FEWEST_RECIPIENTS = 50
KNOWN_FOR = 14 * 24 * 3600
DESCRIPTIONS = {
    1: "An internal error occurred.",
    2: "The message could not be sent because there were not enough recipients.",
    3: "A conflict occurred: the request has already been accepted.",
    4: "An audience of fewer than 50 recipients is included as a condition of sending.",
    5: "The delivery was cancelled because it would have been partial.",
}

routes = Routes(for_channel=True)


@dataclass
class Narrowcast:
    """`at`: when it was accepted. `reserved`: quota set aside for it. `cap`: to how many it may go."""

    request_id: str
    at: float
    body: bytes
    message_ids: range
    reserved: int
    cap: int | None
    kind: str = "narrowcast"
    phase: str = "waiting"
    error_code: int | None = None
    targets: list[str] = field(default_factory=list)
    sent: list[str] = field(default_factory=list)
    done_at: float = 0.0


@routes.add("POST", "/v2/bot/message/narrowcast", takes_retry_key=True)
def narrowcast(world: World, channel: Channel, request: Request) -> Answer:
    key = retry_keys.fresh(world, channel, request)
    body = request.json()
    check_messages(body.get("messages"))
    cap, within_quota = _limit_in(body)
    _check_whom(world, channel, body)
    reserved = _reserve(world, channel, cap, within_quota=within_quota)
    ids = channel.new_message_ids(len(body["messages"]))
    most = reserved if within_quota or cap is not None else None
    accepted = Narrowcast(request.id, world.clock.now(), request.body, ids, reserved, most)
    channel.narrowcasts[request.id] = accepted
    channel.accepted_times.setdefault("narrowcast", array("d")).append(time.monotonic())
    counted_at = accepted.at + channel.settings.narrowcast_waiting_seconds
    world.agenda.add(counted_at, partial(_count, channel, accepted))
    retry_keys.remember(channel, key, accepted)
    return Answer(status=202)


@routes.add("GET", "/v2/bot/message/progress/narrowcast")
def progress(world: World, channel: Channel, request: Request) -> Answer:
    """Known for 14 days. Times are in UTC."""
    found = channel.narrowcasts.get(request.query.get("requestId", ""))
    if found is None or world.clock.now() - found.at > KNOWN_FOR:
        raise Refusal(404, "Not found")
    return answer(described(world, found))


def described(world: World, found: Narrowcast) -> dict:
    facts: dict[str, Any] = {"phase": found.phase, "acceptedTime": world.clock.utc(found.at)}
    if found.phase != "waiting":
        facts["targetCount"] = len(found.targets)
        facts["successCount"] = len(found.sent)
        facts["failureCount"] = len(found.targets) - len(found.sent) if found.done_at else 0
    if found.done_at:
        facts["completedTime"] = world.clock.utc(found.done_at)
    if found.error_code:
        facts["errorCode"] = found.error_code
        facts["failedDescription"] = DESCRIPTIONS[found.error_code]
    return facts


def _limit_in(body: dict) -> tuple[int | None, bool]:
    """The most people, and whether to make do with what is left of the month."""
    given = body.get("limit") or {}
    most = given.get("max") if isinstance(given, dict) else 0
    if most is not None and (type(most) is not int or most < 1):
        raise wording.faulty({"message": "must be greater than or equal to 1", "property": "limit.max"})
    within_quota = given.get("upToRemainingQuota", False)
    if given.get("forbidPartialDelivery") and not within_quota:
        words = "forbidPartialDelivery requires upToRemainingQuota"
        raise wording.faulty({"message": words, "property": "limit.forbidPartialDelivery"})
    return most, bool(within_quota)


def _check_whom(world: World, channel: Channel, body: dict) -> None:
    now = world.clock.now()
    if (recipient := body.get("recipient")) is not None:
        recipients.check_recipient(recipient)
        for leaf in recipients.leaves(recipient):
            _check_leaf(channel, leaf, now)
    demographic = _demographic(body)
    if demographic is not None:
        recipients.check_demographic(demographic)
        if len(channel.friends) < SMALLEST_REACH:
            raise Refusal(403, "Your account does not have enough friends")


def _check_leaf(channel: Channel, leaf: dict, now: float) -> None:
    """An audience must be ready; an earlier narrowcast done, with success, in the last 14 days."""
    if leaf["type"] == "audience":
        audience = channel.audiences.get(leaf["audienceGroupId"])
        if audience is None or audience.status(now) != "READY":
            raise Refusal(400, f"Invalid audience group id: {leaf['audienceGroupId']}")
        return
    earlier = channel.narrowcasts.get(leaf["requestId"])
    if earlier is None or earlier.phase != "succeeded" or now - earlier.at >= KNOWN_FOR:
        raise Refusal(400, f"Invalid request id: {leaf['requestId']}")


def _reserve(world: World, channel: Channel, cap: int | None, *, within_quota: bool) -> int:
    """Set aside the whole reach, or `cap`, or what is left; refused when that is not there."""
    wanted = len(channel.friends) if cap is None else min(len(channel.friends), cap)
    quota, used = channel.settings.quota, channel.billed_in[world.clock.month()] + channel.reserved
    if within_quota and quota is not None:
        if used >= quota:
            raise limits.monthly_limit()
        wanted = min(wanted, quota - used)
    limits.check_quota(quota, used, wanted)
    channel.reserved += wanted
    return wanted


def _count(channel: Channel, accepted: Narrowcast, world: World, at: float) -> None:
    """Find out who it is for. Then no more is set aside than they need."""
    body = orjson.loads(accepted.body)
    found = _whom(channel, body, world, at)
    accepted.error_code = _reason_to_fail(channel, accepted, body, found, at)
    channel.reserved -= accepted.reserved
    if accepted.error_code:
        accepted.phase, accepted.done_at = "failed", at
        return
    if accepted.cap is not None and len(found) > accepted.cap:
        found = set(random.Random(accepted.request_id).sample(sorted(found), accepted.cap))
    accepted.targets, accepted.phase, accepted.reserved = sorted(found), "sending", len(found)
    channel.reserved += accepted.reserved
    world.agenda.add(at + channel.settings.narrowcast_sending_seconds, partial(_deliver, channel, accepted))


def _deliver(channel: Channel, accepted: Narrowcast, world: World, at: float) -> None:
    """To those who are still friends; only they are billed."""
    channel.reserved -= accepted.reserved
    missed = channel.out_of_reach(accepted.targets)
    accepted.sent = [user_id for user_id in accepted.targets if user_id not in missed]
    channel.billed_in[world.clock.month(at)] += len(accepted.sent)
    channel.sent_on["narrowcast", world.clock.day(at)] += len(accepted.sent)
    delivery = Accepted(accepted.request_id, "narrowcast", at, accepted.body, accepted.message_ids)
    delivery.everyone = accepted.sent
    channel.accepted.append(delivery)
    accepted.phase, accepted.done_at = "succeeded", at


def _whom(channel: Channel, body: dict, world: World, at: float) -> set[str]:
    found = set(channel.friends)
    if body.get("recipient") is not None:
        found = recipients.select(body["recipient"], found, partial(_chosen_by, channel, at))
    demographic = _demographic(body)
    if demographic is None:
        return found
    today = world.clock.day(at)
    known = {
        user_id: attributes.of(channel, person, today)
        for user_id, person in channel.people.items()
        if user_id in found
    }

    def fitting(leaf: dict) -> set[str]:
        return {user_id for user_id, each in known.items() if attributes.fits(leaf, each)}

    return recipients.select(demographic, set(known), fitting)


def _chosen_by(channel: Channel, at: float, leaf: dict) -> set[str]:
    if leaf["type"] == "audience":
        audience = channel.audiences.get(leaf["audienceGroupId"])
        return audience.members(at) if audience else set()
    earlier = channel.narrowcasts.get(leaf["requestId"])
    return set(earlier.sent) if earlier else set()


def _reason_to_fail(
    channel: Channel, accepted: Narrowcast, body: dict, found: set[str], at: float
) -> int | None:
    """LINE's error code, or None. Lists the account made itself may be of any size."""
    if forced := channel.settings.next_narrowcast_error:
        channel.settings.next_narrowcast_error = None
        return forced
    leaves = list(recipients.leaves(body["recipient"])) if body.get("recipient") else []
    named = [channel.audiences.get(leaf["audienceGroupId"]) for leaf in leaves if leaf["type"] == "audience"]
    used = [audience for audience in named if audience is not None]
    restricted = [audience for audience in used if audience.is_restricted]
    if len(used) > 1 and any(len(audience.members(at)) < FEWEST_RECIPIENTS for audience in restricted):
        return 4
    if (restricted or _demographic(body) is not None) and len(found) < FEWEST_RECIPIENTS:
        return 2
    is_partial = accepted.cap is not None and len(found) > accepted.cap
    return 5 if is_partial and body["limit"].get("forbidPartialDelivery") else None


def _demographic(body: dict) -> Any:
    given = body.get("filter")
    return given.get("demographic") if isinstance(given, dict) else None
