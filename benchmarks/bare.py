"""The floors of sending: the same table, the same HTTP client, and nothing of what makes sending safe.

No seal, no lease, no ledger, no errors, no pace but an even one: claim, send, one UPDATE.
"""

import asyncio
import time
from uuid import UUID, uuid4

import aiohttp
import psycopg
from django.conf import settings

from benchmarks.clients import SECRET, Client, tables_of
from broadcasts.models import Broadcast
from broadcasts.sending import delivery
from line import messages, tokens, wire

AT_ONCE, MOST_UNDER_WAY = (most["multicast"] for most in (delivery.AT_ONCE, delivery.MOST_UNDER_WAY))
LAY_OUT = """
INSERT INTO broadcasts_batch (broadcast_id, position, method, friends, friend_count, retry_key, state,
  dropped_count, attempts, is_uncertain, accepted_count, rejected, request_id, error)
SELECT %s, min(id), 'multicast', array_agg(id ORDER BY id), count(*), gen_random_uuid(), 'pending',
  0, 0, false, 0, '{}', '', ''
FROM (SELECT id, (row_number() OVER (ORDER BY id) - 1) / 500 FROM friends_friend) AS friend (id, slice)
GROUP BY slice
"""
CLAIM = """
WITH open_ones AS (
  SELECT id, friends FROM broadcasts_batch WHERE broadcast_id = %s AND state = 'pending'
  ORDER BY position LIMIT %s FOR UPDATE SKIP LOCKED)
UPDATE broadcasts_batch batch SET state = 'claimed' FROM open_ones WHERE open_ones.id = batch.id
RETURNING batch.id, batch.retry_key,
  (SELECT array_agg(line_user_id) FROM friends_friend WHERE id = ANY(open_ones.friends))
"""
STORE = """
UPDATE broadcasts_batch SET state = 'accepted', accepted_at = now(), accepted_count = friend_count
WHERE id = ANY(%s)
"""


def lay_out(client: Client, broadcast: Broadcast) -> float:
    """Write the batches of a broadcast to everyone by one statement; the seconds it took."""
    with tables_of(client.tenant) as connection:
        began = time.perf_counter()
        connection.execute(LAY_OUT, [broadcast.pk])
        return time.perf_counter() - began


def drain(client: Client, broadcast: Broadcast, body: bytes) -> float:
    """Send all batches as fast as it goes; the seconds it took."""
    return wire.run(_drain(client, broadcast, body))


async def _drain(client: Client, broadcast: Broadcast, body: bytes) -> float:
    token = await _token(client)
    connection = await psycopg.AsyncConnection.connect(settings.DATABASE_URL, autocommit=True)
    async with connection:
        await connection.execute(f'SET search_path = "{client.tenant.schema_name}"')
        began = time.perf_counter()
        await _claim_send_store(connection, token, broadcast, body)
        return time.perf_counter() - began


async def _claim_send_store(
    connection: psycopg.AsyncConnection, token: str, broadcast: Broadcast, body: bytes
) -> None:
    under_way: set[asyncio.Task] = set()
    done: list[int] = []
    has_more = True
    while has_more or under_way:
        while has_more and len(under_way) < MOST_UNDER_WAY:
            claimed = await (await connection.execute(CLAIM, [broadcast.pk, AT_ONCE])).fetchall()
            has_more = bool(claimed)
            under_way |= {asyncio.create_task(_multicast(token, body, *batch)) for batch in claimed}
        if not under_way:
            break
        ended, under_way = await asyncio.wait(under_way, return_when=asyncio.FIRST_COMPLETED)
        done += [task.result() for task in ended]
        if len(done) >= AT_ONCE or not under_way:
            await connection.execute(STORE, [done])
            done = []


async def _multicast(token: str, body: bytes, batch: int, retry_key: UUID, user_ids: list[str]) -> int:
    await _post("multicast", token, messages.multicast_body(user_ids, body), retry_key)
    return batch


def push(client: Client, count: int, rate: float) -> float:
    """Push one text to so many people, evenly; the processor seconds it took."""
    began = time.process_time()
    wire.run(_push(client, count, rate))
    return time.process_time() - began


async def _push(client: Client, count: int, rate: float) -> None:
    token, start = await _token(client), time.monotonic()
    body = messages.frozen([{"type": "text", "text": "Hello friend 12345"}])
    async with asyncio.TaskGroup() as group:
        for number in range(count):
            await asyncio.sleep(start + number / rate - time.monotonic())
            to = messages.push_body(f"U{number:032x}", body)
            group.create_task(_post("push", token, to, uuid4()))


async def _post(kind: str, token: str, content: bytes, retry_key: UUID) -> None:
    headers = {
        "Authorization": f"Bearer {token}",
        "X-Line-Retry-Key": str(retry_key),
        "Content-Type": "application/json",
    }
    url = f"{settings.LINE_API_BASE}/v2/bot/message/{kind}"
    async with wire.session().post(url, data=content, headers=headers) as answer:
        answer.raise_for_status()
        await answer.read()


async def _token(client: Client) -> str:
    credentials = tokens.Credentials(settings.LINE_API_BASE, client.channel_id, SECRET)
    return await tokens.get(
        credentials, aiohttp.ClientTimeout(total=10), instead_of=[tokens.cached(credentials) or ""]
    )
