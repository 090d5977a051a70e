"""Tracked links, `/c/<slug>/l/<code>` or `…/<code>.<token>`: a bare ASGI callable that counts the click and
sends the browser on.

A link leads only to the address stored for its code; a token says who clicked, and one that was cut off says
nothing. Clicks that arrive together share one commit, and each browser goes on after it, so that a click that
led anywhere is counted. Machines are led on too, and only counted as such.
"""

import asyncio
import logging
import re
from collections import defaultdict
from dataclasses import dataclass, field

from django.conf import settings
from psycopg_pool import AsyncConnectionPool

from accounts import machines, secrets
from broadcasts.tracking import clicks, people
from broadcasts.tracking.clicks import Click
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
    pool: AsyncConnectionPool | None = None
    known: dict[tuple[str, str], Target] = field(default_factory=dict)
    waiting: list[tuple[str, Click, asyncio.Future]] = field(default_factory=list)
    writer: asyncio.Task | None = None

    async def __call__(self, scope, receive, send) -> None:
        path = LINK.fullmatch(scope["path"])
        target = await self._find(path["slug"], path["code"]) if path else None
        if path is None or target is None:
            await _answer(send, 404, b"Not found", [])
            return
        friend = None
        if path["token"] and target.tokens:
            friend = target.tokens.unseal(path["code"], path["token"])
        await self._count(target.schema, Click(target.link, friend, _is_machine(scope)))
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

    async def _count(self, schema: str, click: Click) -> None:
        stored = asyncio.get_running_loop().create_future()
        self.waiting.append((schema, click, stored))
        if self.writer is None or self.writer.done():
            self.writer = asyncio.create_task(self._write())
        await stored

    async def _write(self) -> None:
        while self.waiting:
            found, self.waiting = self.waiting, []
            by_schema: dict[str, list[tuple[Click, asyncio.Future]]] = defaultdict(list)
            for schema, click, stored in found:
                by_schema[schema].append((click, stored))
            for schema, theirs in by_schema.items():
                await self._write_schema(schema, theirs)

    async def _write_schema(self, schema: str, theirs: list[tuple[Click, asyncio.Future]]) -> None:
        """One commit for one client. A link that is gone is forgotten, and its click with it."""
        try:
            async with (await self._pool()).connection() as connection:
                await clicks.store(connection, schema, [click for click, _stored in theirs])
        except clicks.GONE:
            self.known.clear()
        except Exception:
            logger.exception("clicks.lost", extra={"schema": schema, "count": len(theirs)})
        for _click, stored in theirs:
            if not stored.done():  # the browser may have gone
                stored.set_result(None)

    async def close(self) -> None:
        if self.pool is not None:
            await self.pool.close()
            self.pool = None

    async def _pool(self) -> AsyncConnectionPool:
        if self.pool is None:
            self.pool = AsyncConnectionPool(self.database_url, min_size=1, max_size=4, open=False)
        await self.pool.open()  # at once, if it is open already
        return self.pool


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
