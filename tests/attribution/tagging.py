"""Pages of the shop that report by the tag, as the collector meets them."""

import asyncio
import itertools
from datetime import UTC, datetime
from typing import Any

import orjson
from django.conf import settings
from django.db import connection

from accounts import secrets
from accounts.models import Tenant
from attribution.models import PageTag
from attribution.tag import commands
from attribution.tag.collector import Collector
from broadcasts.tracking import marks
from broadcasts.tracking.marks import Marks
from friends.models import Friend
from tests.channels.conftest import database_url

SHOP = "https://shop.example"
BROWSER = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 Safari/604.1"
_numbers = itertools.count(1)


def make_tag(*origins: str) -> PageTag:
    return commands.set_up(origins=origins or [SHOP], by=None)


def click_id(friend: Friend | int, at: datetime | None = None) -> str:
    number = friend if isinstance(friend, int) else friend.pk
    key = secrets.derive(connection.tenant.pk, marks.PURPOSE)
    return Marks(key).seal(number, at or datetime.now(UTC))


def report(kind: str = "page", *, of: Friend | int | None = None, **told: Any) -> dict[str, Any]:
    """What the script sends; `of` came by a personal link."""
    fields = {name: told.pop(name) for name in ("id", "url", "customer", "mclid") if name in told}
    by = {"mclid": click_id(of)} if of else {}
    base = {"id": f"report-{next(_numbers):012}", "kind": kind, "url": f"{SHOP}/shoes", "data": told}
    return base | by | fields


def tell(*reports: object, **asked: Any) -> list[int]:
    """The status that each is answered with; all of them are stored then."""
    asked.setdefault("path", path_of(connection.tenant))
    return asyncio.run(_tell(Collector(database_url(), settings.SPOOL_DIR), reports, asked))


def path_of(tenant: Tenant) -> str:
    return f"/c/{tenant.slug}/cv/{PageTag.objects.get().key}/"


async def _tell(collector: Collector, reports: tuple[object, ...], asked: dict[str, Any]) -> list[int]:
    try:
        return [await ask(collector, each, **asked) for each in reports]
    finally:
        await collector.close()


async def ask(
    collector: Collector,
    told: object,
    *,
    path: str,
    origin: str | None = SHOP,
    agent: str = BROWSER,
    method: str = "POST",
    address: str = "203.0.113.9",
) -> int:
    headers = [(b"user-agent", agent.encode())]
    headers += [(b"origin", origin.encode())] if origin else []
    scope = {
        "method": method,
        "path": path,
        "headers": headers,
        "client": (address, 1),
    }
    body = told if isinstance(told, bytes) else orjson.dumps(told)
    sent: list[dict] = []

    async def receive() -> dict:
        return {"type": "http.request", "body": body}

    async def send(message: dict) -> None:
        sent.append(message)

    await collector(scope, receive, send)
    assert not [name for name, _value in sent[0]["headers"] if name == b"set-cookie"]
    return sent[0]["status"]
