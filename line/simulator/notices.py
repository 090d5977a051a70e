"""LINE notification messages: to a telephone number, also to who is not a friend; told by a `delivery` event.

Source: https://developers.line.biz/en/reference/line-notification-messages/
"""

import hashlib
import re

import orjson

from line import validation
from line.simulator import wording
from line.simulator.channels import Channel, Notice, Person
from line.simulator.exchange import Answer, Refusal, Request, Routes
from line.simulator.inboxes import Accepted
from line.simulator.people import person
from line.simulator.webhooks import make_event
from line.simulator.world import World

HOURS_TO_AGREE = 24
FLEXIBLE, TEMPLATED = "pnp", "pnp/templated"  # as LINE counts them
_DIGEST = re.compile(r"[0-9a-f]{64}")

routes = Routes(for_channel=True)
stage = Routes(for_channel=False)


@routes.add("POST", "/bot/pnp/push")
def push(world: World, channel: Channel, request: Request) -> Answer:
    """Not part of the month's messages. 422 where nobody with that number can be reached."""
    body = request.json()
    to, tag = _addressed(body, request)
    if problems := validation.validate_notice(body.get("messages")):
        raise wording.refusal(problems)
    _take(world, channel, request, to, Notice(FLEXIBLE, request.id, tag, request.body))
    return Answer()


@routes.add("POST", "/v2/bot/message/pnp/templated/push")
def push_templated(world: World, channel: Channel, request: Request) -> Answer:
    """Likewise; LINE's own words stand here by their keys."""
    body = request.json()
    to, tag = _addressed(body, request)
    if problems := validation.validate_templated_notice(body.get("templateKey"), body.get("body")):
        raise wording.refusal(problems)
    shown = orjson.dumps({"messages": [_as_bubble(body["templateKey"], body.get("body") or {})]})
    _take(world, channel, request, to, Notice(TEMPLATED, request.id, tag, shown))
    return Answer(status=202)


@stage.add("POST", "/sim/channels/{channel_id}/people/{user_id}/notices")
def agree(world: World, request: Request, channel_id: str, user_id: str) -> Answer:
    """They say whether they want notification messages; with a yes those of the last 24 hours arrive."""
    channel = world.channel(channel_id)
    somebody = person(channel, user_id)
    somebody.notices = "on" if request.json()["agrees"] else "off"
    waiting = channel.notices_waiting.pop(user_id, [])
    since = world.clock.now() - HOURS_TO_AGREE * 3600
    if somebody.notices == "on" and user_id not in channel.blockers:
        for notice in waiting:
            if notice.at >= since:
                _deliver(world, channel, user_id, notice)
    return Answer()


def _addressed(body: dict, request: Request) -> tuple[str, str]:
    """The digest, and what the `delivery` event will say."""
    digest, tag = body.get("to"), request.headers.get("x-line-delivery-tag")
    if not isinstance(digest, str) or not _DIGEST.fullmatch(digest):
        raise wording.faulty({"message": "invalid property", "property": "to"})
    if tag is not None and not 16 <= len(tag) <= 100:
        raise Refusal(400, "The delivery tag is invalid")
    return digest, tag or digest


def _take(world: World, channel: Channel, request: Request, digest: str, notice: Notice) -> None:
    """Deliver it, or let it wait until the person has agreed to such messages."""
    somebody = _with_phone(channel, digest)
    if somebody is None or somebody.notices == "off" or somebody.user_id in channel.blockers:
        raise Refusal(422, "Failed to send messages")
    notice.at = world.clock.now()
    if somebody.notices == "on":
        _deliver(world, channel, somebody.user_id, notice)
    else:
        channel.notices_waiting.setdefault(somebody.user_id, []).append(notice)


def _deliver(world: World, channel: Channel, user_id: str, notice: Notice) -> None:
    ids = channel.new_message_ids(len(orjson.loads(notice.body)["messages"]))
    now = world.clock.now()
    channel.accepted.append(Accepted(notice.request_id, "pnp", now, notice.body, ids, everyone=[user_id]))
    channel.sent_on[notice.kind, world.clock.day()] += 1
    event = make_event(world, channel, "delivery", None, delivery={"data": notice.tag})
    world.postman.send(channel, [event])


def _with_phone(channel: Channel, digest: str) -> Person | None:
    return next(
        (
            person
            for person in channel.people.values()
            if person.phone and hashlib.sha256(person.phone.encode()).hexdigest() == digest
        ),
        None,
    )


def _as_bubble(template_key: str, body: dict) -> dict:
    """What a telephone shows, the keys in place of LINE's own words."""
    lines = [_line(template_key, weight="bold")]
    if emphasized := body.get("emphasizedItem"):
        lines += [_line(emphasized["itemKey"], size="xs"), _line(emphasized["content"], size="xl")]
    for item in body.get("items") or []:
        lines += [_line(item["itemKey"], size="xs"), _line(item["content"])]
    bubble: dict = {"type": "bubble", "body": {"type": "box", "layout": "vertical", "contents": lines}}
    if buttons := body.get("buttons"):
        contents = [_button(button["buttonKey"], button["url"]) for button in buttons]
        bubble["footer"] = {"type": "box", "layout": "vertical", "contents": contents}
    return {"type": "flex", "altText": template_key, "contents": bubble}


def _line(text: str, **how: str) -> dict:
    return {"type": "text", "text": text, "wrap": True, **how}


def _button(label: str, url: str) -> dict:
    return {"type": "button", "action": {"type": "uri", "label": label[:40], "uri": url}}
