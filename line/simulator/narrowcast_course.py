"""What becomes of a narrowcast once it is accepted: its people are counted, then it is sent, or it fails.

Source: https://developers.line.biz/en/reference/messaging-api/#send-narrowcast-message-restrictions
"""

import random
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import orjson

from line.simulator import attributes, recipients
from line.simulator.channels import Channel
from line.simulator.inboxes import Accepted
from line.simulator.world import World

FEWEST_RECIPIENTS = 50


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


def count(channel: Channel, accepted: Narrowcast, world: World, at: float) -> None:
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
    demographic = demographic_in(body)
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
    if (restricted or demographic_in(body) is not None) and len(found) < FEWEST_RECIPIENTS:
        return 2
    is_partial = accepted.cap is not None and len(found) > accepted.cap
    return 5 if is_partial and body["limit"].get("forbidPartialDelivery") else None


def demographic_in(body: dict) -> Any:
    """The filter by attributes, if the request has one."""
    given = body.get("filter")
    return given.get("demographic") if isinstance(given, dict) else None
