"""A cable between two programs that a test may cut: a TCP proxy in a thread of its own."""

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast


class Cable:
    """Whoever connects to `port` speaks to the target, by its socket's path or by host and port."""

    def __init__(self, target: str | tuple[str, int]) -> None:
        self.target = target
        self.loop = asyncio.new_event_loop()
        self.ends: set[asyncio.Transport] = set()
        self.is_cut = False
        self.cuts = 0
        listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = listener.getsockname()[1]
        self._server = self.loop.run_until_complete(
            self.loop.create_server(lambda: _NearEnd(self), sock=listener)
        )
        self._thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self._thread.start()

    def cut(self, seconds: float | None = None) -> None:
        """What is under way is torn off; whoever connects anew is hung up on, for so long or until `mend`."""
        self.is_cut = True
        self.cuts += 1
        self.loop.call_soon_threadsafe(self._tear)
        if seconds is not None:
            self.loop.call_soon_threadsafe(self.loop.call_later, seconds, self._mend_after, self.cuts)

    def mend(self) -> None:
        self.is_cut = False

    def _mend_after(self, cut: int) -> None:
        if cut == self.cuts:
            self.is_cut = False

    def remove(self) -> None:
        self.cut()
        self.loop.call_soon_threadsafe(self._server.close)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join()
        self.loop.close()

    def _tear(self) -> None:
        for end in list(self.ends):
            end.abort()


class _End(asyncio.Protocol):
    """Passes on to the other end what comes here."""

    def __init__(self, cable: Cable, other: asyncio.Transport | None = None) -> None:
        self.cable, self.other = cable, other
        self.own: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.own = cast("asyncio.Transport", transport)
        self.cable.ends.add(self.own)

    def data_received(self, data: bytes) -> None:
        if self.other is not None:
            self.other.write(data)

    def connection_lost(self, exc: Exception | None) -> None:
        if self.own is not None:
            self.cable.ends.discard(self.own)
        if self.other is not None:
            self.other.close()


class _NearEnd(_End):
    """The end at which somebody has connected; reads nothing before the other end is there."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        assert self.own is not None
        if self.cable.is_cut:
            self.own.abort()
            return
        self.own.pause_reading()
        self._reaching = self.cable.loop.create_task(self._reach())

    async def _reach(self) -> None:
        assert self.own is not None
        target, loop, near = self.cable.target, self.cable.loop, self.own
        try:
            if isinstance(target, str):
                transport, _far = await loop.create_unix_connection(lambda: _End(self.cable, near), target)
            else:
                transport, _far = await loop.create_connection(lambda: _End(self.cable, near), *target)
        except OSError:
            near.abort()
            return
        self.other = cast("asyncio.Transport", transport)
        if not near.is_closing():
            near.resume_reading()


@contextmanager
def cable(target: str | tuple[str, int]) -> Iterator[Cable]:
    laid = Cable(target)
    try:
        yield laid
    finally:
        laid.remove()
