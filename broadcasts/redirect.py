"""Tracked links, `/c/<slug>/l/<code>`: a bare ASGI callable that counts the click and sends the browser on.

A link leads only to the address stored for its code. Clicks that arrive together share one commit, and each
browser goes on after it, so that a click that led anywhere is counted.
"""

import asyncio
import logging
import re
from collections import defaultdict
from dataclasses import dataclass, field

from django.conf import settings
from psycopg import errors, sql
from psycopg_pool import AsyncConnectionPool

logger = logging.getLogger(__name__)
FIND = """SELECT link.id, link.url FROM {}.broadcasts_trackedlink link WHERE link.code = %s"""
COUNT = "INSERT INTO {}.broadcasts_linkclick (link_id, at) SELECT unnest(%s::bigint[]), clock_timestamp()"
LINK = re.compile(rf"/{settings.TENANT_SUBFOLDER_PREFIX}/(?P<slug>[^/]+)/l/(?P<code>[\w-]+)[^/]*/?", re.ASCII)
MOST_KNOWN = 10_000  # codes remembered per process


@dataclass
class Redirect:
    """State of one process: what is known of codes, and the clicks that wait for a commit."""

    database_url: str
    pool: AsyncConnectionPool | None = None
    known: dict[tuple[str, str], tuple[str, int, str] | None] = field(default_factory=dict)
    waiting: list[tuple[str, int, asyncio.Future]] = field(default_factory=list)
    writer: asyncio.Task | None = None

    async def __call__(self, scope, receive, send) -> None:
        slug, code = _parts(scope["path"])
        found = await self._find(slug, code) if slug and code else None
        if found is None:
            await _answer(send, 404, b"Not found", [])
            return
        schema, link, url = found
        if scope["method"] == "GET":  # a HEAD is a machine asking
            await self._count(schema, link)
        await _answer(send, 302, b"", [(b"location", url.encode()), (b"referrer-policy", b"no-referrer")])

    async def _find(self, slug: str, code: str) -> tuple[str, int, str] | None:
        if (slug, code) not in self.known:
            async with (await self._pool()).connection() as connection:
                answer = await connection.execute(
                    "SELECT schema_name FROM accounts_tenant WHERE slug = %s", [slug]
                )
                tenant = await answer.fetchone()
                link = tenant and await self._link(connection, tenant[0], code)
            if tenant is None or link is None:
                return None
            if len(self.known) >= MOST_KNOWN:
                self.known.clear()
            self.known[slug, code] = (tenant[0], *link)
        return self.known[slug, code]

    async def _link(self, connection, schema: str, code: str) -> tuple[int, str] | None:
        answer = await connection.execute(sql.SQL(FIND).format(sql.Identifier(schema)), [code])
        return await answer.fetchone()

    async def _count(self, schema: str, link: int) -> None:
        stored = asyncio.get_running_loop().create_future()
        self.waiting.append((schema, link, stored))
        if self.writer is None or self.writer.done():
            self.writer = asyncio.create_task(self._write())
        await stored

    async def _write(self) -> None:
        while self.waiting:
            clicks, self.waiting = self.waiting, []
            by_schema: dict[str, list[tuple[int, asyncio.Future]]] = defaultdict(list)
            for schema, link, stored in clicks:
                by_schema[schema].append((link, stored))
            for schema, theirs in by_schema.items():
                await self._write_schema(schema, theirs)

    async def _write_schema(self, schema: str, clicks: list[tuple[int, asyncio.Future]]) -> None:
        """One commit for one client. A link that is gone is forgotten, and its click with it."""
        try:
            async with (await self._pool()).connection() as connection:
                await connection.execute(
                    sql.SQL(COUNT).format(sql.Identifier(schema)), [[link for link, _stored in clicks]]
                )
        except (errors.ForeignKeyViolation, errors.UndefinedTable):
            self.known.clear()
        except Exception:
            logger.exception("clicks.lost", extra={"schema": schema, "count": len(clicks)})
        for _link, stored in clicks:
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


def _parts(path: str) -> tuple[str, str] | tuple[None, None]:
    """Slug and code of `/c/<slug>/l/<code>`; where a sentence goes on behind the code, it is left out."""
    found = LINK.fullmatch(path)
    return (found["slug"], found["code"]) if found else (None, None)


async def _answer(send, status: int, body: bytes, headers: list[tuple[bytes, bytes]]) -> None:
    fixed = [(b"content-type", b"text/plain; charset=utf-8"), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": status, "headers": fixed + headers})
    await send({"type": "http.response.body", "body": body})
