"""Group commit: all bodies that wait are stored by one statement, and each is answered after the commit."""

import asyncio
import logging
from pathlib import Path

from psycopg_pool import AsyncConnectionPool

from channels import inbox
from channels.inbox import DATABASE_AWAY, Body
from channels.spool import Spool

logger = logging.getLogger(__name__)
MAX_WAITING = 5_000
GROUP = 500
# LINE waits two seconds for an answer; after one without the database the spool takes over.
PATIENCE = 1.0


class Overloaded(Exception):
    """More bodies wait than can be answered in time."""


class GroupCommit:
    """Keeps bodies in PostgreSQL, or in the spool while it is away."""

    def __init__(self, pool: AsyncConnectionPool, spool: Spool) -> None:
        self._pool = pool
        self._spool = spool
        self._waiting: list[tuple[Body, asyncio.Future]] = []
        self._wake = asyncio.Event()
        self._is_away = False

    async def keep(self, body: Body) -> None:
        """Returns when the body is safe. Raises Overloaded, or what kept it from being stored."""
        if len(self._waiting) >= MAX_WAITING:
            raise Overloaded
        stored = asyncio.get_running_loop().create_future()
        self._waiting.append((body, stored))
        self._wake.set()
        await stored

    async def run(self) -> None:
        """Store what waits, group after group, until cancelled."""
        while True:
            await self._wake.wait()
            group, self._waiting = self._waiting[:GROUP], self._waiting[GROUP:]
            if not self._waiting:
                self._wake.clear()
            await self._settle(group)

    async def _settle(self, group: list[tuple[Body, asyncio.Future]]) -> None:
        error = await self._store([body for body, _ in group])
        for _, stored in group:
            if stored.cancelled():
                continue
            stored.set_exception(error) if error else stored.set_result(None)

    async def _store(self, bodies: list[Body]) -> Exception | None:
        """Whatever goes wrong here is the answer to this group; the next one must find us running."""
        try:
            if self._is_away or not await self._insert(bodies):
                await asyncio.to_thread(self._spool.append, bodies)
        except Exception as error:
            logger.exception("inbox.not_stored", extra={"bodies": len(bodies)})
            return error
        return None

    async def _insert(self, bodies: list[Body]) -> bool:
        """False if the database is away; it may still have stored them, which does no harm."""
        attempt = asyncio.create_task(self._insert_at_leisure(bodies))
        done, _ = await asyncio.wait([attempt], timeout=PATIENCE)
        if not done:
            attempt.cancel()  # psycopg takes up to ten seconds for it, so nobody waits
        error = attempt.exception() if done else TimeoutError()
        if error is None:
            return True
        if not isinstance(error, DATABASE_AWAY):
            raise error
        logger.warning("inbox.database_away", extra={"reason": repr(error)})
        self._is_away = True
        return False

    async def _insert_at_leisure(self, bodies: list[Body]) -> None:
        async with self._pool.connection() as connection:
            await inbox.insert(connection, bodies)

    async def carry_over(self) -> None:
        """Bring spooled bodies to the database. Raises one of DATABASE_AWAY if it still is."""
        paths = await asyncio.to_thread(self._spool.files)
        if not paths and not self._is_away:
            return
        async with asyncio.timeout(PATIENCE), self._pool.connection() as connection:
            await connection.execute("SELECT 1")
        self._is_away = False
        await asyncio.to_thread(self._spool.release)
        for path in paths:
            await self._carry(path)

    async def _carry(self, path: Path) -> None:
        try:
            with self._spool.take(path) as portions:
                while bodies := await asyncio.to_thread(next, portions, None):
                    await self._insert_at_leisure(bodies)
        except FileNotFoundError:
            return  # another process carried it over
