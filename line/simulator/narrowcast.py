"""Narrowcasts: accepted at once, with quota set aside until it is known whom they reach.

Source: https://developers.line.biz/en/reference/messaging-api/#send-narrowcast-message
"""

import time
from array import array
from functools import partial
from typing import Any

from line.simulator import limits, recipients, retry_keys, wording
from line.simulator import narrowcast_course as course
from line.simulator.channels import Channel
from line.simulator.exchange import Answer, Refusal, Request, Routes, answer
from line.simulator.messages import check_flag, check_messages
from line.simulator.narrowcast_course import Narrowcast
from line.simulator.world import World

SMALLEST_REACH = 100
KNOWN_FOR = 14 * 24 * 3600
DESCRIPTIONS = {
    1: "An internal error occurred.",
    2: "The message could not be sent because there were not enough recipients.",
    3: "A conflict occurred: the request has already been accepted.",
    4: "An audience of fewer than 50 recipients is included as a condition of sending.",
    5: "The delivery was cancelled because it would have been partial.",
}

routes = Routes(for_channel=True)


@routes.add("POST", "/v2/bot/message/narrowcast", takes_retry_key=True)
def narrowcast(world: World, channel: Channel, request: Request) -> Answer:
    key = retry_keys.fresh(world, channel, request)
    body = request.json()
    check_messages(body.get("messages"))
    check_flag(body, "notificationDisabled")
    cap, within_quota = _limit_in(body)
    _check_whom(world, channel, body)
    reserved = _reserve(world, channel, cap, within_quota=within_quota)
    ids = channel.new_message_ids(len(body["messages"]))
    most = reserved if within_quota or cap is not None else None
    accepted = Narrowcast(request.id, world.clock.now(), request.body, ids, reserved, most)
    channel.narrowcasts[request.id] = accepted
    channel.accepted_times.setdefault("narrowcast", array("d")).append(time.monotonic())
    counted_at = accepted.at + channel.settings.narrowcast_waiting_seconds
    world.agenda.add(counted_at, partial(course.count, channel, accepted))
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
    """As LINE tells its progress: no counts while it waits, a reason only when it failed."""
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
    given = _object_in(body, "limit")
    most = given.get("max")
    if most is not None and (type(most) is not int or most < 1):
        raise wording.faulty({"message": "must be greater than or equal to 1", "property": "limit.max"})
    for name in ("upToRemainingQuota", "forbidPartialDelivery"):
        check_flag(given, name, f"limit.{name}")
    within_quota = given.get("upToRemainingQuota")
    if given.get("forbidPartialDelivery") and not within_quota:
        words = "forbidPartialDelivery requires upToRemainingQuota"
        raise wording.faulty({"message": words, "property": "limit.forbidPartialDelivery"})
    return most, bool(within_quota)


def _object_in(body: dict, name: str) -> dict:
    given = body.get(name)
    if not isinstance(given, dict | None):
        raise wording.faulty({"message": "invalid property", "property": name})
    return given or {}


def _check_whom(world: World, channel: Channel, body: dict) -> None:
    now = world.clock.now()
    if (recipient := body.get("recipient")) is not None:
        recipients.check_recipient(recipient)
        for leaf in recipients.leaves(recipient):
            _check_leaf(channel, leaf, now)
    demographic = _object_in(body, "filter").get("demographic")
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
