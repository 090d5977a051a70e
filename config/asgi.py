"""What granian serves: webhooks, tracked links and what the page tag tells by callables of their own, all
else by Django in threads.

Tenants are selected on a thread's database connection, so Django's pages run under WSGI.
"""

import os
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

from config.wsgi import application as django_application  # sets Django up, which what follows needs

# isort: split
from a2wsgi import WSGIMiddleware
from django.conf import settings

from attribution.tag.collector import Collector
from broadcasts.tracking.redirect import Redirect
from channels.ingest import PREFIX, Ingest, Receive, Send

THREADS = 8

ingest = Ingest(settings.DATABASE_URL, settings.SPOOL_DIR)
redirect = Redirect(settings.DATABASE_URL, settings.SPOOL_DIR)
collector = Collector(settings.DATABASE_URL, settings.SPOOL_DIR)
pages: Any = WSGIMiddleware(django_application, workers=THREADS)  # type: ignore[arg-type]  # Django's is wider


async def application(scope: dict, receive: Receive, send: Send) -> None:
    if scope["type"] == "lifespan":
        await _live(receive, send)
    elif scope["type"] != "http":
        await send({"type": "websocket.close", "code": 1000})
    elif ingest.serves(scope["path"]):
        await ingest(scope, receive, send)
    elif collector.serves(scope["path"]):
        await collector(scope, receive, send)
    elif _is_tracked_link(scope["path"]):
        await redirect(scope, receive, send)
    else:
        await pages(_without_ambiguous_headers(scope), _as_coroutine(receive), send)


async def _live(receive: Receive, send: Send) -> None:
    """Open when the server starts this process, close when it ends it."""
    await receive()
    await ingest.open()
    await send({"type": "lifespan.startup.complete"})
    await receive()
    await ingest.close()
    await redirect.close()
    await collector.close()
    await send({"type": "lifespan.shutdown.complete"})


def _is_tracked_link(path: str) -> bool:
    _slug, slash, rest = path.removeprefix(PREFIX).partition("/")
    return path.startswith(PREFIX) and bool(slash) and rest.startswith("l/")


def _as_coroutine(receive: Receive) -> Receive:
    """Granian's `receive` answers an awaitable; a2wsgi hands it to asyncio, which wants a coroutine."""

    async def received() -> dict:
        return await receive()

    return received


def _without_ambiguous_headers(scope: dict) -> dict:
    """WSGI has one name for X_Forwarded_For and X-Forwarded-For; only the second is a proxy's."""
    return scope | {"headers": [(name, value) for name, value in scope["headers"] if b"_" not in name]}
