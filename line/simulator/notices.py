"""LINE notification messages: to a telephone number, also to who is not a friend; told by a `delivery` event.

Source: https://developers.line.biz/en/reference/line-notification-messages/
"""

import hashlib
import re

from line.simulator import wording
from line.simulator.channels import Channel, Person
from line.simulator.exchange import Answer, Refusal, Request, Routes
from line.simulator.inboxes import Accepted
from line.simulator.messages import check_messages
from line.simulator.webhooks import make_event
from line.simulator.world import World

NOT_TAKEN = ("image", "video", "audio")
_DIGEST = re.compile(r"[0-9a-f]{64}")

routes = Routes(for_channel=True)


@routes.add("POST", "/bot/pnp/push")
def push(world: World, channel: Channel, request: Request) -> Answer:
    """Not part of the month's messages. 422 where nobody with that number can be reached."""
    body = request.json()
    digest = body.get("to")
    if not isinstance(digest, str) or not _DIGEST.fullmatch(digest):
        raise wording.faulty({"message": "invalid property", "property": "to"})
    tag = request.headers.get("x-line-delivery-tag")
    if tag is not None and not 16 <= len(tag) <= 100:
        raise Refusal(400, "The delivery tag is invalid")
    check_messages(body.get("messages"))
    if any(message["type"] in NOT_TAKEN for message in body["messages"]):
        raise wording.faulty({"message": "invalid property", "property": "messages"})
    person = _with_phone(channel, digest)
    if person is None or person.user_id in channel.blockers:
        raise Refusal(422, "Failed to send messages")
    ids = channel.new_message_ids(len(body["messages"]))
    sent = Accepted(request.id, "pnp", world.clock.now(), request.body, ids, everyone=[person.user_id])
    channel.accepted.append(sent)
    channel.sent_on["pnp", world.clock.day()] += 1
    event = make_event(world, channel, "delivery", None, delivery={"data": tag or digest})
    world.postman.send(channel, [event])
    return Answer()


def _with_phone(channel: Channel, digest: str) -> Person | None:
    return next(
        (
            person
            for person in channel.people.values()
            if person.phone and hashlib.sha256(person.phone.encode()).hexdigest() == digest
        ),
        None,
    )
