"""Tracked links, `/c/<slug>/l/<code>` or `…/<code>.<token>`: a bare ASGI callable that counts the click and
sends the browser on.

A link leads only to the address stored for its code; a token says who clicked, and one that was cut off says
nothing. A click is noted in a file, the browser goes on, and what has come together is stored in one commit;
a process that is killed meanwhile loses none (`journal.py`). Machines are led on too, and counted as such.
"""

import asyncio
import contextlib
import logging
import re
import time
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings
from psycopg import OperationalError
from psycopg_pool import AsyncConnectionPool, PoolTimeout

from accounts import machines, secrets
from broadcasts.tracking import clicks, people
from broadcasts.tracking.clicks import Click
from broadcasts.tracking.journal import Journal
from broadcasts.tracking.people import Tokens

logger = logging.getLogger(__name__)
TENANT = """
SELECT tenant.schema_name, tenant.id, key.wrapped
FROM accounts_tenant tenant LEFT JOIN accounts_datakey key ON key.tenant_id = tenant.id WHERE tenant.slug = %s
"""
LINK = re.compile(
    rf"/{settings.TENANT_SUBFOLDER_PREFIX}/(?P<slug>[^/]+)/l/(?P<code>[\w-]+)(\.(?P<token>{people.MARK}))?[^/]*/?",
    re.ASCII,
)
PURPOSES = {name.lower().encode() for name in machines.PURPOSES}
MOST_KNOWN = 10_000  # codes remembered per process
PATIENCE = 5.0  # seconds to wait for a connection
AGAIN = 1.0  # seconds until what the database did not take is tried again
LOOK_EVERY = 60.0  # seconds between looks for what other processes left behind


@dataclass(frozen=True, slots=True)
class Target:
    """Where a code leads, and what opens its tokens."""

    schema: str
    link: int
    url: bytes
    tokens: Tokens | None


@dataclass
class Redirect:
    """State of one process: what is known of codes, and the clicks that wait for a commit."""

    database_url: str
    directory: Path
    pool: AsyncConnectionPool | None = None
    known: dict[tuple[str, str], Target] = field(default_factory=dict)
    waiting: list[tuple[str, Click]] = field(default_factory=list)
    writer: asyncio.Task[bool] | None = None
    looks_at: float = 0.0  # when to look next for what is left behind, on the monotonic clock
    is_closing: bool = False

    def __post_init__(self) -> None:
        self.journal = Journal(self.directory)

    async def __call__(self, scope, receive, send) -> None:
        path = LINK.fullmatch(scope["path"])
        try:
            target = await self._find(path["slug"], path["code"]) if path else None
        except (OperationalError, PoolTimeout):
            await _answer(send, 503, b"Try again in a moment", [(b"retry-after", b"5")])
            return
        if path is None or target is None:
            await _answer(send, 404, b"Not found", [])
            return
        friend = None
        if path["token"] and target.tokens:
            friend = target.tokens.unseal(path["code"], path["token"])
        self._count(target.schema, Click(target.link, friend, _is_machine(scope)))
        await _answer(send, 302, b"", [(b"location", target.url), (b"referrer-policy", b"no-referrer")])

    async def _find(self, slug: str, code: str) -> Target | None:
        if (slug, code) not in self.known:
            async with (await self._pool()).connection() as connection:
                answer = await connection.execute(TENANT, [slug])
                tenant = await answer.fetchone()
                link = tenant and await clicks.find(connection, tenant[0], code)
            if tenant is None or link is None:
                return None
            if len(self.known) >= MOST_KNOWN:
                self.known.clear()
            schema, number, wrapped_key = tenant
            self.known[slug, code] = Target(schema, link[0], link[1].encode(), _tokens(wrapped_key, number))
        return self.known[slug, code]

    def _count(self, schema: str, click: Click) -> None:
        """Note it, and have it stored when its turn comes."""
        if not click.is_machine:
            try:
                self.journal.write(schema, click)
            except OSError:  # the disk is full: it is stored if this process lives that long
                logger.exception("clicks.not_noted", extra={"schema": schema})
        self.waiting.append((schema, click))
        if self.writer is None or self.writer.done():
            self.writer = asyncio.create_task(self._write())

    async def _write(self) -> bool:
        """Store what waits until nothing does; False if it ends before, since the process does.

        What the database does not take stays noted, and waits.
        """
        await self._recover()
        while self.waiting:
            found, self.waiting = self.waiting, []
            self.journal.turn()
            left = _by_schema(found)
            while left := [each for each in left if not await self._store(*each)]:
                if self.is_closing:  # the next process finds them
                    return False
                await asyncio.sleep(AGAIN)
            self.journal.clear()
        return True

    async def _store(self, schema: str, found: list[Click], *, again: bool = False) -> bool:
        """One commit for one client; False if the database is away. Links that are gone are forgotten, and
        clicks on them with them.
        """
        store = clicks.store_again if again else clicks.store
        try:
            async with (await self._pool()).connection() as connection:
                await store(connection, schema, found)
        except clicks.GONE:
            self.known.clear()
            return again or await self._store(schema, found, again=True)
        except (OperationalError, PoolTimeout):
            logger.warning("clicks.wait", extra={"schema": schema, "count": len(found)})
            return False
        except Exception:
            logger.exception("clicks.lost", extra={"schema": schema, "count": len(found)})
        return True

    async def _recover(self) -> None:
        """Store what processes that have died noted and did not store."""
        if time.monotonic() < self.looks_at:
            return
        self.looks_at = time.monotonic() + LOOK_EVERY
        with contextlib.suppress(_NotStored):
            for path in self.journal.left_behind():
                with self.journal.take(path) as portions:
                    for portion in portions:
                        await self._store_portion(portion)

    async def _store_portion(self, portion: list[tuple[str, Click]]) -> None:
        for schema, theirs in _by_schema(portion):
            if not await self._store(schema, theirs, again=True):
                raise _NotStored

    async def close(self) -> None:
        """Store what waits, as far as the database is there."""
        self.is_closing = True
        if self.writer is None or await self.writer:
            self.journal.close()
        if self.pool is not None:
            await self.pool.close()
            self.pool = None

    async def _pool(self) -> AsyncConnectionPool:
        if self.pool is None:
            self.pool = AsyncConnectionPool(
                self.database_url, min_size=1, max_size=4, open=False, timeout=PATIENCE
            )
        await self.pool.open()  # at once, if it is open already
        return self.pool


class _NotStored(Exception):
    """The database is away; the file it happened at stays."""


def _by_schema(found: list[tuple[str, Click]]) -> list[tuple[str, list[Click]]]:
    by_schema: dict[str, list[Click]] = defaultdict(list)
    for schema, click in found:
        by_schema[schema].append(click)
    return list(by_schema.items())


def _tokens(wrapped_key: bytes | None, tenant_id: int) -> Tokens | None:
    """None for a client without a key, of whom no token can be."""
    if wrapped_key is None:
        return None
    return Tokens(secrets.derive_with(wrapped_key, tenant_id, people.PURPOSE))


def _is_machine(scope: dict) -> bool:
    agent, purpose = "", ""
    for name, value in scope["headers"]:
        if name == b"user-agent":
            agent = value.decode("latin-1")
        elif name in PURPOSES:
            purpose += value.decode("latin-1")
    return machines.is_machine(scope["method"], agent, purpose)


async def _answer(send, status: int, body: bytes, headers: list[tuple[bytes, bytes]]) -> None:
    fixed = [(b"content-type", b"text/plain; charset=utf-8"), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": status, "headers": fixed + headers})
    await send({"type": "http.response.body", "body": body})
