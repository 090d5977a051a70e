"""Webhooks a second, safe before the answer, beside a bare callable that checks a signature and stores.

Two granian processes serve; the requests come from another process over 32 connections that are kept alive.
Django's models are imported inside functions: they can be only once the servers are known.
"""

import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from statistics import quantiles

import django
import orjson
import uvloop
from psycopg_pool import AsyncConnectionPool

from config import embedded
from line import signatures

REQUESTS, CONNECTIONS, ROUNDS, WARM_UP = 10_000, 32, 3, 2_000
SLUG, SECRET, BOT = "bench-webhooks", "secret of the channel", "U" + "b" * 32
PATH = f"/c/{SLUG}/line/webhook/"
GRANIAN = "granian --interface asgi --no-ws --loop uvloop --workers 2 --workers-kill-timeout 5"
PLAIN_INSERT = """
INSERT INTO channels_inboxbody (tenant_id, received_at, signature, body)
SELECT * FROM unnest(%b::int[], %b::timestamptz[], %b::text[], %b::bytea[])
"""
# What processing does to bodies, without Python and without handlers: the least that has to be written.
PLAIN_PROCESSING = """
WITH done AS (UPDATE channels_inboxbody SET state = 'done' WHERE state = 'new' RETURNING received_at, body)
INSERT INTO channels_webhookevent
  (tenant_id, webhook_event_id, happened_at, received_at, type, line_user_id, payload, state)
SELECT 0, event ->> 'webhookEventId', to_timestamp((event ->> 'timestamp')::bigint / 1000.0), received_at,
  event ->> 'type', event -> 'source' ->> 'userId', event, 'done'
FROM done, jsonb_array_elements(convert_from(body, 'UTF8')::jsonb -> 'events') AS event
ON CONFLICT DO NOTHING
"""


def run() -> list[dict]:
    """Rows of docs/benchmarks.md: name, ours and the floor in the unit, their ratio, and a note.

    Starts servers of its own unless the environment names some, and so wants a process of its own.
    """
    with tempfile.TemporaryDirectory() as data, embedded.environment(Path(data)) as env:
        os.environ |= env | {"SPOOL_DIR": f"{data}/spool", "LOG_LEVEL": "ERROR"}
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
        django.setup()
        tenant = _make_client()
        with serving("config.asgi:application") as ours, serving("benchmarks.webhooks:bare") as bare:
            rows = _ingest_rows(*_best_of(ours, bare))
        return [*rows, _processing_row(tenant)]


class Bare:
    """The floor: one known secret, one statement for all bodies that wait, nothing else."""

    def __init__(self) -> None:
        self._waiting: list[tuple] = []
        self._wake = asyncio.Event()

    async def __call__(self, scope: dict, receive, send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
            return
        body = (await receive())["body"]
        signature = dict(scope["headers"])[b"x-line-signature"].decode()
        assert signatures.is_valid([SECRET], body, signature)
        stored = asyncio.get_running_loop().create_future()
        self._waiting.append((0, datetime.now(UTC), signature, body, stored))
        self._wake.set()
        await stored
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"0")]})
        await send({"type": "http.response.body", "body": b""})

    async def _live(self, receive, send) -> None:
        await receive()
        self._pool = AsyncConnectionPool(os.environ["DATABASE_URL"], kwargs={"autocommit": True}, open=False)
        await self._pool.open()
        writer = asyncio.create_task(self._write())
        await send({"type": "lifespan.startup.complete"})
        await receive()
        writer.cancel()
        await self._pool.close()
        await send({"type": "lifespan.shutdown.complete"})

    async def _write(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            group, self._waiting = self._waiting, []
            *columns, answers = map(list, zip(*group, strict=True))
            async with self._pool.connection() as connection:
                await connection.execute(PLAIN_INSERT, columns)
            for stored in answers:
                stored.set_result(None)


bare = Bare()


def _make_client():
    from django.core.management import call_command
    from django_tenants.utils import tenant_context

    from accounts import secrets, services
    from channels.models import Channel, secret_place

    call_command("migrate", verbosity=0)
    agency = services.create_agency(name="Benchmark of webhooks", slug=SLUG)
    tenant = services.create_client(agency, slug=SLUG, name="Benchmark")
    with tenant_context(tenant):
        sealed = secrets.seal(tenant.pk, secret_place(tenant.pk), SECRET)
        Channel.objects.create(tenant=tenant, channel_id="1", bot_user_id=BOT, sealed_secret=sealed)
    return tenant


def _best_of(*ports: int) -> list[dict]:
    """The fastest round of each. They take turns, so that what else the machine does falls on all alike."""
    for port in ports:
        _load(port, WARM_UP)
    rounds = [[_load(port, REQUESTS) for port in ports] for _ in range(ROUNDS)]
    return [max(results, key=lambda result: result["rate"]) for results in zip(*rounds, strict=True)]


@contextmanager
def serving(target: str) -> Iterator[int]:
    port = embedded.free_port()
    command = [sys.executable, "-m", *GRANIAN.split(), "--port", str(port), target]
    server = subprocess.Popen(command, cwd=embedded.ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT)
    try:
        embedded.wait_for_port(port)
        time.sleep(1)  # until the second process serves too
        yield port
    finally:
        server.terminate()
        server.wait()


def _load(port: int, requests: int) -> dict:
    command = [sys.executable, "-m", "benchmarks.webhooks", "load", str(port), str(requests)]
    return json.loads(subprocess.check_output(command, cwd=embedded.ROOT))


async def load(port: int, requests: int) -> dict:
    """Send that many signed webhooks, all to be answered 200; their rate, p50 and p99 in milliseconds."""
    texts = [_request(number) for number in range(requests)]
    times: list[float] = []
    began = time.perf_counter()
    await asyncio.gather(*(_talk(port, texts, times) for _ in range(CONNECTIONS)))
    seconds = time.perf_counter() - began
    cuts = quantiles(times, n=1000)
    return {"rate": requests / seconds, "p50": cuts[499] * 1000, "p99": cuts[989] * 1000}


async def _talk(port: int, texts: list[bytes], times: list[float]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    while texts:
        text = texts.pop()
        began = time.perf_counter()
        writer.write(text)
        head = await reader.readuntil(b"\r\n\r\n")
        times.append(time.perf_counter() - began)
        assert head.startswith(b"HTTP/1.1 200"), head
    writer.close()


def _request(number: int) -> bytes:
    """A text message as LINE sends it, of a thousand people in turn."""
    unique = f"{time.time_ns():x}{number:x}".upper()
    event = {
        "type": "message",
        "message": {"type": "text", "id": unique, "quoteToken": "q" * 90, "text": "営業時間を教えてください"},
        "webhookEventId": unique,
        "deliveryContext": {"isRedelivery": False},
        "timestamp": int(time.time() * 1000),
        "source": {"type": "user", "userId": f"U{number % 1000:032x}"},
        "replyToken": "r" * 32,
        "mode": "active",
    }
    body = orjson.dumps({"destination": BOT, "events": [event]})
    head = (
        f"POST {PATH} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        f"X-Line-Signature: {signatures.sign(SECRET, body)}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def _processing_row(tenant) -> dict:
    """How fast what was taken in is processed, handlers of all apps included."""
    from django.db import connection
    from django_tenants.utils import tenant_context

    from channels import processing
    from channels.models import InboxBody

    InboxBody.objects.exclude(tenant_id=tenant.pk).delete()
    waiting = InboxBody.objects.count()
    with tenant_context(tenant):
        ours = waiting / _seconds(lambda: processing.process(seconds=60))
    left = InboxBody.objects.exclude(state="done").count()
    assert not left, f"{left} bodies were not processed"
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE channels_webhookevent; UPDATE channels_inboxbody SET state = 'new'")
        floor = waiting / _seconds(lambda: cursor.execute(PLAIN_PROCESSING))
    note = "one process, all handlers; floor: one SQL statement that stores the same, no handlers"
    return _row("webhook events processed", ours, floor, "events/s", note)


def _ingest_rows(ours: dict, floor: dict) -> list[dict]:
    note = "floor: bare callable, same group commit, no clients, no work board"
    return [
        _row("webhooks in, durable before the 200", ours["rate"], floor["rate"], "requests/s", note),
        _row("webhooks in, p50", ours["p50"], floor["p50"], "ms", f"{CONNECTIONS} connections, none idle"),
        _row("webhooks in, p99", ours["p99"], floor["p99"], "ms", "likewise"),
    ]


def _seconds(work) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _row(name: str, ours: float, floor: float, unit: str, note: str) -> dict:
    rounded = {"ours": round(ours, 1), "floor": round(floor, 1), "ratio": round(ours / floor, 3)}
    return {"name": name, **rounded, "unit": unit, "note": note}


if __name__ == "__main__":
    if sys.argv[1:2] == ["load"]:
        json.dump(uvloop.run(load(int(sys.argv[2]), int(sys.argv[3]))), sys.stdout)
    else:
        json.dump(run(), sys.stdout, indent=2, ensure_ascii=False)
