"""Events as LINE writes them, the reply tokens in them, and the address they go to."""

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime

from line.simulator.channels import Channel
from line.simulator.exchange import Answer, Refusal, Request, Routes, answer
from line.simulator.world import World

REPLY_WITHIN = 60
REPLY_TO_EVENT_WITHIN = 20 * 60
ANSWERABLE = {
    "message",
    "messageEdited",
    "follow",
    "join",
    "memberJoined",
    "postback",
    "videoPlayComplete",
    "accountLink",
    "beacon",
    "membership",
}
_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

routes = Routes(for_channel=True)


@dataclass
class ReplyToken:
    """`user_id` is who gets the reply: a person, or the group or room of the event."""

    user_id: str
    event_at: float
    delivered_at: float
    is_used: bool = False


def make_event(
    world: World,
    channel: Channel,
    kind: str,
    user_id: str | None,
    at: float | None = None,
    *,
    source: dict | None = None,
    mode: str = "active",
    **extra,
) -> dict:
    """One event, of now or of `at` (seconds since 1970), with a reply token where the kind has one.

    `source` is written instead of the person `user_id`. In `standby` nobody may answer.
    """
    now = world.clock.now() if at is None else at
    event = {
        "type": kind,
        "mode": mode,
        "timestamp": int(now * 1000),
        "webhookEventId": _ulid(now),
        "deliveryContext": {"isRedelivery": False},
    }
    source = source or (source_of(user_id) if user_id else {})
    if source:
        event["source"] = source
    if source and kind in ANSWERABLE and mode == "active":
        event["replyToken"] = secrets.token_hex(16)
        channel.reply_tokens[event["replyToken"]] = ReplyToken(_where_to_reply(source), now, now)
    return event | extra


def source_of(user_id: str | None, group_id: str | None = None, room_id: str | None = None) -> dict:
    """A person by themselves, or in a group or a room."""
    person = {"userId": user_id} if user_id else {}
    if group_id:
        return {"type": "group", "groupId": group_id, **person}
    if room_id:
        return {"type": "room", "roomId": room_id, **person}
    return {"type": "user", **person}


def use_reply_token(world: World, channel: Channel, token: object) -> str:
    """Whom to reply to. A token works once, a minute from delivery, twenty minutes from the event."""
    now = world.clock.now()
    found = channel.reply_tokens.get(str(token))
    if found is None or found.is_used or now > found.delivered_at + REPLY_WITHIN:
        raise Refusal(400, "Invalid reply token")
    found.is_used = True
    return found.user_id


def start_reply_minutes(channel: Channel, bundle: list[dict], now: float) -> None:
    """The minute in which to reply begins with each delivery."""
    for event in bundle:
        token = channel.reply_tokens.get(event.get("replyToken", ""))
        if token is not None and now < token.event_at + REPLY_TO_EVENT_WITHIN:
            token.delivered_at = now


def again(event: dict) -> dict:
    """The same event, marked as delivered again: id, time and reply token stay."""
    return event | {"deliveryContext": {"isRedelivery": True}}


@routes.add("GET", "/v2/bot/channel/webhook/endpoint")
def get_endpoint(world: World, channel: Channel, request: Request) -> Answer:
    if not channel.settings.webhook_url:
        raise Refusal(404, "Not found")
    return answer({"endpoint": channel.settings.webhook_url, "active": channel.settings.webhook_active})


@routes.add("PUT", "/v2/bot/channel/webhook/endpoint")
def set_endpoint(world: World, channel: Channel, request: Request) -> Answer:
    channel.settings.webhook_url = _checked_url(request.json().get("endpoint"))
    channel.forgive()
    return Answer()


@routes.add("POST", "/v2/bot/channel/webhook/test")
async def test_endpoint(world: World, channel: Channel, request: Request) -> Answer:
    """Calls the address given, or the one set, with no events."""
    given = request.json().get("endpoint")
    url = _checked_url(given) if given else channel.settings.webhook_url
    if not url:
        raise Refusal(404, "Not found")
    status, reason = await world.postman.post(channel, url, [])
    return answer(
        {
            "success": reason == "OK",
            "timestamp": datetime.fromtimestamp(world.clock.now(), UTC).isoformat(timespec="milliseconds"),
            "statusCode": status,
            "reason": reason,
            "detail": str(status) if status else reason,
        }
    )


def _checked_url(url: object) -> str:
    """LINE wants https; http to this machine passes here, since that is where the simulator's world is."""
    here = ("https://", "http://127.0.0.1:", "http://localhost:")
    if not isinstance(url, str) or len(url) > 500 or not url.startswith(here):
        raise Refusal(400, "Invalid webhook endpoint URL")
    return url


def _where_to_reply(source: dict) -> str:
    return source.get("groupId") or source.get("roomId") or source.get("userId", "")


def _ulid(at: float) -> str:
    """48 bits of milliseconds and 80 of chance, in Crockford's base 32."""
    number = int(at * 1000) << 80 | secrets.randbits(80)
    return "".join(_CROCKFORD[number >> shift & 31] for shift in range(125, -1, -5))
