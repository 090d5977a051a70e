"""What browsers tell, kept by one process without letting anybody wait: noted in a file, and what came
together stored in one commit for each client. What a killed process leaves is stored by the next one.
"""

import asyncio
import contextlib
import logging
import time
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Generic

from psycopg import AsyncConnection, OperationalError, errors
from psycopg_pool import AsyncConnectionPool, PoolTimeout

from broadcasts.tracking.journal import Journal, Notes, T

logger = logging.getLogger(__name__)
AWAY = (OperationalError, PoolTimeout)
GONE = (errors.ForeignKeyViolation, errors.UndefinedTable)  # what it is about, or the client, is deleted
PATIENCE = 5.0  # seconds to wait for a connection
AGAIN = 1.0  # seconds until what the database did not take is tried again
LOOK_EVERY = 60.0  # seconds between looks for what other processes left behind


class Keeper(Generic[T]):
    """State of one process: what waits for a commit, and its files. A subclass says how it is stored."""

    def __init__(self, database_url: str, directory: Path, notes: Notes[T]) -> None:
        self.database_url = database_url
        self.journal = Journal(directory, notes)
        self.pool: AsyncConnectionPool | None = None
        self.waiting: list[tuple[str, T]] = []
        self.writer: asyncio.Task[bool] | None = None
        self.looks_at = 0.0  # when to look next for what is left behind, on the monotonic clock
        self.is_closing = False

    async def put(self, connection: AsyncConnection, schema: str, found: list[T], *, again: bool) -> None:
        """Store them in the connection's transaction; `again`: some may be stored already. Raises GONE."""
        raise NotImplementedError

    def forget(self) -> None:
        """Something that was known is gone."""

    def keep(self, schema: str, told: T, *, is_noted: bool = True) -> None:
        """Note it, and have it stored when its turn comes. What is not noted is lost with the process."""
        if is_noted:
            try:
                self.journal.write(schema, told)
            except OSError:  # the disk is full: it is stored if this process lives that long
                logger.exception("tracking.not_noted", extra={"schema": schema})
        self.waiting.append((schema, told))
        if self.writer is None or self.writer.done():
            self.writer = asyncio.create_task(self._write())

    async def close(self) -> None:
        """Store what waits, as far as the database is there."""
        self.is_closing = True
        if self.writer is None or await self.writer:
            self.journal.close()
        if self.pool is not None:
            await self.pool.close()
            self.pool = None

    async def open_pool(self) -> AsyncConnectionPool:
        if self.pool is None:
            self.pool = AsyncConnectionPool(
                self.database_url, min_size=1, max_size=4, open=False, timeout=PATIENCE
            )
        await self.pool.open()  # at once, if it is open already
        return self.pool

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

    async def _store(self, schema: str, found: list[T], *, again: bool = False) -> bool:
        """One commit for one client; False if the database is away. What is about something that is gone is
        forgotten with it.
        """
        try:
            async with (await self.open_pool()).connection() as connection:
                await self.put(connection, schema, found, again=again)
        except GONE:
            self.forget()
            return again or await self._store(schema, found, again=True)
        except AWAY:
            logger.warning("tracking.waits", extra={"schema": schema, "count": len(found)})
            return False
        except Exception:
            logger.exception("tracking.lost", extra={"schema": schema, "count": len(found)})
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

    async def _store_portion(self, portion: list[tuple[str, T]]) -> None:
        for schema, theirs in _by_schema(portion):
            if not await self._store(schema, theirs, again=True):
                raise _NotStored


class _NotStored(Exception):
    """The database is away; the file it happened at stays."""


def _by_schema(found: Sequence[tuple[str, T]]) -> list[tuple[str, list[T]]]:
    by_schema: dict[str, list[T]] = defaultdict(list)
    for schema, told in found:
        by_schema[schema].append(told)
    return list(by_schema.items())
