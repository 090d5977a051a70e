"""Events on their way out: bundled, signed, delivered, and delivered again; with what may befall them."""

import asyncio
import time
from collections import defaultdict
from collections.abc import Coroutine, Iterable
from dataclasses import dataclass

import aiohttp
import orjson

from line import signatures
from line.simulator.channels import Channel
from line.simulator.webhooks import again, start_reply_minutes
from line.simulator.world import World

EVENTS_A_REQUEST = 100
AT_ONCE = 4
PATIENCE = aiohttp.ClientTimeout(total=2)
LOOKS_EVERY = 0.1
LOG_KEEPS = 100_000


@dataclass
class Redelivery:
    """A bundle that did not arrive, to be tried again at a time by LINE's clock."""

    at: float
    bundle: list[dict]
    tries: int


class Postman:
    """Carries events to the channels' webhook addresses, a few requests at a time for each channel."""

    def __init__(self, world: World):
        self._world = world
        self._slots: dict[str, asyncio.Semaphore] = defaultdict(lambda: asyncio.Semaphore(AT_ONCE))
        self._session: aiohttp.ClientSession | None = None
        self._rounds: set[asyncio.Task] = set()
        self._watch: asyncio.Task | None = None

    def send(self, channel: Channel, events: list[dict], *, together: bool = False) -> asyncio.Task:
        """Start delivery; the task ends when every bundle has been tried once.

        `together` keeps the events in one body and in their order, whatever mishaps are set.
        """
        if together:
            return self._start(self._deliver_all(channel, [events]))
        if channel.mishaps.is_holding:
            channel.mishaps.held += events
            return self._start(asyncio.sleep(0))
        events = channel.mishaps.disorder(events)
        bundles = [events[i : i + EVENTS_A_REQUEST] for i in range(0, len(events), EVENTS_A_REQUEST)]
        return self._start(self._deliver_all(channel, bundles))

    async def close(self) -> None:
        for task in [*self._rounds, *([self._watch] if self._watch else [])]:
            task.cancel()
        if self._session is not None:
            await self._session.close()

    async def post(
        self, channel: Channel, url: str, events: Iterable[dict], destination: str = ""
    ) -> tuple[int, str]:
        """One signed request. The status, 0 without an answer, and LINE's word for how it went."""
        body = orjson.dumps({"destination": destination or channel.user_id, "events": list(events)})
        return await self.post_bytes(url, body, signatures.sign(channel.secret, body))

    async def post_bytes(self, url: str, body: bytes, signature: str) -> tuple[int, str]:
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "User-Agent": "LineBotWebhook/2.0",
            "X-Line-Signature": signature,
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

    def keep_watch(self) -> None:
        """Deliver again, as LINE's clock goes, until nothing is left to be."""
        if self._watch is None or self._watch.done():
            self._watch = asyncio.create_task(self._redeliver_as_time_goes())

    async def redeliver_due(self) -> None:
        """Try once more what is due by now; ends when it was tried."""
        now = self._world.clock.now()
        for channel in list(self._world.channels.values()):
            due = [waiting for waiting in channel.redeliveries if waiting.at <= now]
            channel.redeliveries = [waiting for waiting in channel.redeliveries if waiting.at > now]
            await asyncio.gather(*(self._redeliver(channel, waiting) for waiting in due))

    def _start(self, work: Coroutine) -> asyncio.Task:
        task = asyncio.create_task(work)
        self._rounds.add(task)
        task.add_done_callback(self._rounds.discard)
        return task

    async def _deliver_all(self, channel: Channel, bundles: list[list[dict]]) -> None:
        settings = channel.settings
        if settings.webhook_url and settings.webhook_active and not settings.suspended:
            await asyncio.gather(*(self._deliver(channel, bundle) for bundle in bundles))

    async def _deliver(self, channel: Channel, bundle: list[dict]) -> None:
        mishaps = channel.mishaps
        channel.events.update((event["webhookEventId"], event) for event in bundle)
        if channel.gave_up or mishaps.loses_next():
            reason = "STOPPED" if channel.gave_up else "LOST"
            _note(channel, bundle, self._world.clock.now(), 0, reason)
            return
        if mishaps.delay:
            await asyncio.sleep(mishaps.delay)
        arrived = await self._attempt(channel, bundle)
        for _ in range(mishaps.copies - 1):
            await self._attempt(channel, bundle)
        if not arrived:
            self._try_again_later(channel, bundle, tries=0)

    async def _redeliver(self, channel: Channel, waiting: Redelivery) -> None:
        bundle = [again(event) for event in waiting.bundle]
        if channel.gave_up or not channel.settings.redelivery:
            return
        if not await self._attempt(channel, bundle):
            self._try_again_later(channel, waiting.bundle, waiting.tries + 1)

    def _try_again_later(self, channel: Channel, bundle: list[dict], tries: int) -> None:
        schedule = channel.settings.redelivery_after
        if not channel.settings.redelivery or tries >= len(schedule):
            return
        at = self._world.clock.now() + schedule[tries]
        channel.redeliveries.append(Redelivery(at, bundle, tries))
        self.keep_watch()

    async def _redeliver_as_time_goes(self) -> None:
        while any(channel.redeliveries for channel in self._world.channels.values()):
            await asyncio.sleep(LOOKS_EVERY)
            await self.redeliver_due()

    async def _attempt(self, channel: Channel, bundle: list[dict]) -> bool:
        """Deliver and note how it went; a reply token's minute starts now."""
        url = channel.settings.webhook_url or ""
        async with self._slots[channel.id]:
            now = self._world.clock.now()
            start_reply_minutes(channel, bundle, now)
            started = time.monotonic()
            status, reason = await self.post(channel, url, bundle)
        _note(channel, bundle, now, status, reason, round(time.monotonic() - started, 4))
        arrived = reason == "OK"
        for event in bundle:
            event_id = event["webhookEventId"]
            channel.undelivered.pop(event_id, None) if arrived else channel.undelivered.setdefault(event_id)
        _note_failing(channel, arrived, now)
        return arrived


def _note(
    channel: Channel, bundle: list[dict], at: float, status: int, reason: str, seconds: float = 0.0
) -> None:
    channel.webhook_log.append(
        {
            "at": at,
            "status": status,
            "reason": reason,
            "seconds": seconds,
            "is_redelivery": bundle[0]["deliveryContext"]["isRedelivery"],
            "event_ids": [event["webhookEventId"] for event in bundle],
            "types": [event["type"] for event in bundle],
        }
    )
    del channel.webhook_log[:-LOG_KEEPS]


def _note_failing(channel: Channel, arrived: bool, now: float) -> None:
    """LINE may stop sending to an address that has failed for long."""
    if arrived:
        channel.failing_since = None
        return
    channel.failing_since = channel.failing_since or now
    patience = channel.settings.gives_up_after
    channel.gave_up = patience is not None and now - channel.failing_since >= patience
