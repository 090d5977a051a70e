"""Events out: made, signed, delivered in bundles, delivered again; and the address they go to."""

import asyncio
import secrets
import time
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

import aiohttp
import orjson

from line import signatures
from line.simulator.channels import Channel
from line.simulator.exchange import Answer, Refusal, Request, Routes, answer
from line.simulator.world import World

EVENTS_A_REQUEST = 100
AT_ONCE = 4
PATIENCE = aiohttp.ClientTimeout(total=2)
REDELIVERED_AFTER = (1, 5, 30)
REPLY_WITHIN = 60
REPLY_TO_EVENT_WITHIN = 20 * 60
_UNANSWERABLE = {"unfollow"}
_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

routes = Routes(for_channel=True)


@dataclass
class ReplyToken:
    user_id: str
    event_at: float
    delivered_at: float
    is_used: bool = False


def make_event(
    world: World, channel: Channel, kind: str, user_id: str | None, at: float | None = None, **extra
) -> dict:
    """One event, of now or of `at` (seconds since 1970), with a reply token where the kind has one."""
    now = world.clock.now() if at is None else at
    event = {
        "type": kind,
        "mode": "active",
        "timestamp": int(now * 1000),
        "webhookEventId": _ulid(now),
        "deliveryContext": {"isRedelivery": False},
    }
    if user_id is not None:
        event["source"] = {"type": "user", "userId": user_id}
    if user_id is not None and kind not in _UNANSWERABLE:
        event["replyToken"] = secrets.token_hex(16)
        channel.reply_tokens[event["replyToken"]] = ReplyToken(user_id, now, now)
    return event | extra


def use_reply_token(world: World, channel: Channel, token: object) -> str:
    """The person to reply to. A token works once, a minute from delivery, twenty minutes from the event."""
    now = world.clock.now()
    found = channel.reply_tokens.get(str(token))
    if found is None or found.is_used or now > found.delivered_at + REPLY_WITHIN:
        raise Refusal(400, "Invalid reply token")
    found.is_used = True
    return found.user_id


class Postman:
    """Carries events to the channels' webhook addresses, a few requests at a time for each channel."""

    def __init__(self, world: World):
        self._world = world
        self._slots: dict[str, asyncio.Semaphore] = defaultdict(lambda: asyncio.Semaphore(AT_ONCE))
        self._session: aiohttp.ClientSession | None = None
        self._rounds: set[asyncio.Task] = set()

    def send(self, channel: Channel, events: list[dict]) -> asyncio.Task:
        """Start delivery; the task ends when every bundle has been tried once."""
        bundles = [events[i : i + EVENTS_A_REQUEST] for i in range(0, len(events), EVENTS_A_REQUEST)]
        return self._start(self._deliver_all(channel, bundles))

    async def close(self) -> None:
        for task in self._rounds:
            task.cancel()
        if self._session is not None:
            await self._session.close()

    async def post(self, channel: Channel, url: str, events: Iterable[dict]) -> tuple[int, str]:
        """One signed request. The status, 0 without an answer, and LINE's word for how it went."""
        body = orjson.dumps({"destination": channel.user_id, "events": list(events)})
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "User-Agent": "LineBotWebhook/2.0",
            "X-Line-Signature": signatures.sign(channel.secret, body),
        }
        if self._session is None:
            self._session = aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar(), timeout=PATIENCE)
        try:
            async with self._session.post(url, data=body, headers=headers, allow_redirects=False) as reply:
                return reply.status, "OK" if 200 <= reply.status < 300 else "ERROR_STATUS_CODE"
        except TimeoutError:
            return 0, "REQUEST_TIMEOUT"
        except (aiohttp.ClientError, ValueError):
            return 0, "COULD_NOT_CONNECT"

    def _start(self, work) -> asyncio.Task:
        task = asyncio.create_task(work)
        self._rounds.add(task)
        task.add_done_callback(self._rounds.discard)
        return task

    async def _deliver_all(self, channel: Channel, bundles: list[list[dict]]) -> None:
        if channel.settings.webhook_url and channel.settings.webhook_active:
            await asyncio.gather(*(self._deliver(channel, bundle) for bundle in bundles))

    async def _deliver(self, channel: Channel, bundle: list[dict]) -> None:
        arrived = await self._attempt(channel, bundle)
        if not arrived and channel.settings.redelivery:
            self._start(self._redeliver(channel, bundle))

    async def _redeliver(self, channel: Channel, bundle: list[dict]) -> None:
        for seconds in REDELIVERED_AFTER:
            await asyncio.sleep(seconds)
            if await self._attempt(channel, [again(event) for event in bundle]):
                return

    async def _attempt(self, channel: Channel, bundle: list[dict]) -> bool:
        """Deliver and note how it went; a reply token's minute starts now."""
        url = channel.settings.webhook_url or ""
        async with self._slots[channel.id]:
            now = self._world.clock.now()
            _start_reply_minutes(channel, bundle, now)
            started = time.monotonic()
            status, reason = await self.post(channel, url, bundle)
        ids = [event["webhookEventId"] for event in bundle]
        channel.webhook_log.append(
            {
                "at": now,
                "status": status,
                "reason": reason,
                "seconds": round(time.monotonic() - started, 4),
                "is_redelivery": bundle[0]["deliveryContext"]["isRedelivery"],
                "event_ids": ids,
                "types": [event["type"] for event in bundle],
            }
        )
        channel.events.update((event["webhookEventId"], event) for event in bundle)
        arrived = reason == "OK"
        for event_id in ids:
            channel.undelivered.pop(event_id, None) if arrived else channel.undelivered.setdefault(event_id)
        return arrived


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


def _start_reply_minutes(channel: Channel, bundle: list[dict], now: float) -> None:
    for event in bundle:
        token = channel.reply_tokens.get(event.get("replyToken", ""))
        if token is not None and now < token.event_at + REPLY_TO_EVENT_WITHIN:
            token.delivered_at = now


def _ulid(at: float) -> str:
    """48 bits of milliseconds and 80 of chance, in Crockford's base 32."""
    number = int(at * 1000) << 80 | secrets.randbits(80)
    return "".join(_CROCKFORD[number >> shift & 31] for shift in range(125, -1, -5))
