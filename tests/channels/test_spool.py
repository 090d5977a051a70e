"""Webhooks while the database is away: answered once they are on the disk, brought over when it is back."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from channels.inbox import Body
from channels.ingest import Ingest
from channels.spool import Spool
from config.embedded import free_port
from tests.channels.conftest import call, database_url, deliver, give_channel, make_body, serving
from tests.channels.doors import Door, door
from tests.channels.test_ingest import bodies_of

BODIES = [b'{"number": %d}' % number for number in range(1_200)]


@pytest.fixture
def serve_behind_door(spool) -> Callable[[Callable[[Ingest, Door], Awaitable]], object]:
    """As `serve`, with a door between the webhook and its database."""

    def run(play: Callable[[Ingest, Door], Awaitable]) -> object:
        async def session() -> object:
            url = database_url(host="127.0.0.1", port=(port := free_port()))
            async with door(port) as way, serving(url, spool) as app:
                return await play(app, way)

        return asyncio.run(session())

    return run


async def until_brought_over(spool: Path) -> None:
    async with asyncio.timeout(60):
        while Spool(spool).files():
            await asyncio.sleep(0.05)


def test_while_the_database_is_away_bodies_wait_on_the_disk_and_are_then_brought_over_in_order(
    own_tenant, serve_behind_door, spool
):
    give_channel(own_tenant)

    async def play(app: Ingest, way: Door) -> list[int]:
        await way.shut()
        statuses = [await deliver(app, own_tenant, body) for body in BODIES[:10]]
        statuses += await asyncio.gather(*(deliver(app, own_tenant, body) for body in BODIES[10:]))
        assert Spool(spool).files()
        await way.open()
        await until_brought_over(spool)
        return statuses

    assert set(serve_behind_door(play)) == {200}

    assert bodies_of(own_tenant) == BODIES


def test_a_database_that_says_nothing_keeps_no_webhook_waiting_for_two_seconds(
    own_tenant, serve_behind_door, spool
):
    give_channel(own_tenant)

    async def play(app: Ingest, way: Door) -> tuple[int, float]:
        way.block()
        began = time.monotonic()
        status = await deliver(app, own_tenant, make_body())
        seconds = time.monotonic() - began
        await way.open()
        await until_brought_over(spool)
        return status, seconds

    status, seconds = serve_behind_door(play)

    assert status == 200
    assert seconds < 2
    assert set(bodies_of(own_tenant)) == {make_body()}


def test_while_the_database_is_away_a_wrong_signature_is_still_refused(own_tenant, serve_behind_door, spool):
    give_channel(own_tenant)

    async def play(app: Ingest, way: Door) -> int:
        await way.shut()
        return await call(app, own_tenant.slug, make_body(), signature="nonsense")

    assert serve_behind_door(play) == 401

    assert Spool(spool).files() == []


def test_what_a_process_left_behind_is_brought_over_by_another(own_tenant, serve, spool):
    give_channel(own_tenant)
    dead = Spool(spool)
    dead.append([make_spooled(own_tenant.pk, b"left behind")])
    dead.release()

    async def play(_app: Ingest) -> None:
        await until_brought_over(spool)

    serve(play)

    assert bodies_of(own_tenant) == [b"left behind"]


def test_a_file_that_a_living_process_writes_is_left_to_it(spool):
    writer, reader = Spool(spool), Spool(spool)
    writer.append([make_spooled(1, b"first")])

    with reader.take(reader.files()[0]) as portions:
        assert list(portions) == []

    writer.release()
    with reader.take(reader.files()[0]) as portions:
        assert [body.content for portion in portions for body in portion] == [b"first"]
    assert reader.files() == []


def test_a_line_that_was_cut_off_in_writing_was_never_answered_for_and_is_left_out(spool):
    writer = Spool(spool)
    writer.append([make_spooled(1, b"whole"), make_spooled(1, b"cut off")])
    writer.release()
    [path] = writer.files()
    path.write_bytes(path.read_bytes()[:-5])

    with writer.take(path) as portions:
        assert [body.content for portion in portions for body in portion] == [b"whole"]


def make_spooled(tenant_id: int, content: bytes) -> Body:
    return Body(tenant_id, datetime.now(UTC), "signature", content)
