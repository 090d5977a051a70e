"""A way to the database that a test can shut or block, as a network does."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from django.db import connection


class Door:
    """Carries bytes from a port of this machine to the database."""

    def __init__(self, port: int) -> None:
        self.port = port
        self._is_passable = asyncio.Event()
        self._is_passable.set()
        self._writers: set[asyncio.StreamWriter] = set()
        self._carriers: set[asyncio.Task] = set()
        self._server: asyncio.Server | None = None

    async def open(self) -> None:
        """Let connections in (again)."""
        self._is_passable.set()
        if self._server is None:
            self._server = await asyncio.start_server(self._carry, "127.0.0.1", self.port)

    async def shut(self) -> None:
        """End all connections and let none in."""
        self._server.close()
        self._server = None
        for writer in self._writers:
            writer.close()
        await asyncio.gather(*self._carriers, return_exceptions=True)

    def block(self) -> None:
        """Let nothing through, without a word."""
        self._is_passable.clear()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._carriers.add(asyncio.current_task())
        far_reader, far_writer = await _connect()
        self._writers |= {writer, far_writer}
        await asyncio.gather(self._pour(reader, far_writer), self._pour(far_reader, writer))

    async def _pour(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65_536):
            await self._is_passable.wait()
            writer.write(data)
        writer.close()


@asynccontextmanager
async def door(port: int) -> AsyncIterator[Door]:
    """An open door on this port."""
    opened = Door(port)
    await opened.open()
    try:
        yield opened
    finally:
        await opened.open()  # whatever is blocked must end
        await opened.shut()


async def _connect() -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """To the server that Django uses: by its socket's directory, or by host and port."""
    host, port = connection.settings_dict["HOST"], connection.settings_dict["PORT"] or "5432"
    if host.startswith("/"):
        return await asyncio.open_unix_connection(f"{host}/.s.PGSQL.{port}")
    return await asyncio.open_connection(host, int(port))
