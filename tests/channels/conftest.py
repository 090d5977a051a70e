"""The webhook as LINE meets it: the ASGI callable, served in this process, on the test database."""

import asyncio
import secrets as random
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from pathlib import Path

import orjson
import psycopg.conninfo
import pytest
from django.conf import settings
from django.db import connection
from django_tenants.utils import tenant_context

from accounts import secrets
from accounts.models import Tenant
from channels import handlers
from channels.handlers import Received
from channels.ingest import Ingest
from channels.models import Channel, secret_place
from line import signatures
from line.simulator.control import Simulator
from tests.clients import committed_client

BOT = "U" + "b" * 32
SECRET = "s3cret"


def give_channel(tenant: Tenant, secret: str = SECRET, **fields: object) -> Channel:
    """A channel in our books only; LINE is not asked."""
    fields = {"channel_id": random.token_hex(5), "bot_user_id": BOT, "name": "Shop"} | fields
    with tenant_context(tenant):
        sealed = secrets.seal(tenant.pk, secret_place(tenant.pk), secret)
        return Channel.objects.create(tenant=tenant, sealed_secret=sealed, **fields)


def make_event(kind: str = "message", *, at: float = 1_790_000_000, **fields: object) -> dict:
    """One event as LINE sends it; `at` in seconds since 1970."""
    return {
        "type": kind,
        "webhookEventId": random.token_hex(13).upper(),
        "timestamp": int(at * 1000),
        "source": {"type": "user", "userId": "U" + "1" * 32},
        "mode": "active",
        "deliveryContext": {"isRedelivery": False},
    } | fields


def make_body(*events: dict, destination: str = BOT) -> bytes:
    return orjson.dumps({"destination": destination, "events": list(events)})


def put_in_inbox(*bodies: bytes) -> None:
    """As if the present tenant's webhook had taken them."""
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO public.channels_inboxbody (tenant_id, body, signature) VALUES (%s, %s, '')",
            [(connection.tenant.pk, body) for body in bodies],
        )


def database_url(**parts: object) -> str:
    """Of the test database, or of another place."""
    name = connection.settings_dict["NAME"]
    return psycopg.conninfo.make_conninfo(settings.DATABASE_URL, **({"dbname": name} | parts))


async def call(app: Ingest, slug: str, *portions: bytes, signature: str = "", method: str = "POST") -> int:
    """The status that the app answers with, given a body in portions."""
    path, headers = f"/c/{slug}/line/webhook/", [(b"x-line-signature", signature.encode())]
    incoming = [{"type": "http.request", "body": portion, "more_body": True} for portion in portions]
    incoming.append({"type": "http.request", "body": b"", "more_body": False})
    answers = []

    async def receive() -> dict:
        return incoming.pop(0)

    async def send(message: dict) -> None:
        answers.append(message)

    await app({"type": "http", "method": method, "path": path, "headers": headers}, receive, send)
    return answers[0]["status"]


async def deliver(app: Ingest, tenant: Tenant, body: bytes, *, secret: str = SECRET) -> int:
    """The answer to a body signed with the secret."""
    return await call(app, tenant.slug, body, signature=signatures.sign(secret, body))


Play = Callable[[Ingest], Awaitable]


@pytest.fixture
def line(simulator, settings) -> Simulator:
    """The simulator, where our clients look for LINE."""
    settings.LINE_API_BASE = settings.LINE_DATA_API_BASE = settings.LINE_ACCESS_BASE = simulator.base_url
    return simulator


@pytest.fixture
def second_tenant(own_tenant) -> Iterator[Tenant]:
    """Another client whose data is really committed."""
    with committed_client("second", agency=own_tenant.agency) as tenant:
        yield tenant


@pytest.fixture
def spool(tmp_path) -> Path:
    return tmp_path / "spool"


@pytest.fixture
def serve(spool) -> Callable[[Play], object]:
    """Run `play(app)` against a webhook that serves; returns what it returns."""

    def run(play: Play) -> object:
        async def session() -> object:
            async with serving(database_url(), spool) as app:
                return await play(app)

        return asyncio.run(session())

    return run


@asynccontextmanager
async def serving(url: str, spool: Path) -> AsyncIterator[Ingest]:
    app = Ingest(url, spool)
    await app.open()
    try:
        yield app
    finally:
        await app.close()


@pytest.fixture
def no_handlers(monkeypatch) -> None:
    """Nobody handles anything, but what the test registers."""
    monkeypatch.setattr(handlers, "_handlers", [])


@pytest.fixture
def seen(no_handlers) -> list[Received]:
    """The messages and follows that were handed over, in order."""
    events: list[Received] = []
    handlers.register("message", "follow", "unfollow")(events.extend)
    return events


def in_another_connection(tenant: Tenant, work: Callable[[], object]) -> object:
    """What the work returns, done in the client as another worker would."""

    def run() -> object:
        try:
            with tenant_context(tenant):
                return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as worker:
        return worker.submit(run).result()
