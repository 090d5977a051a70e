"""One event loop in a background thread, so that synchronous code can use the asynchronous client.

The loop starts with the first call and belongs to its process: a forked child gets its own.
"""

import asyncio
import atexit
import os
import threading
from collections.abc import Coroutine
from concurrent.futures import Future
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

import aiohttp
import uvloop

T = TypeVar("T")

CONNECTIONS = 1000  # at 2,000 pushes a second, an answer may take half a second

_lock = threading.Lock()
_loop: asyncio.AbstractEventLoop | None = None
_sessions: WeakKeyDictionary[asyncio.AbstractEventLoop, aiohttp.ClientSession] = WeakKeyDictionary()
_left_to_parent: list[object] = []


def run(coro: Coroutine[Any, Any, T], timeout: float | None = None) -> T:
    """Run a coroutine on the background loop and wait for its result.

    Raises what the coroutine raises; TimeoutError after `timeout` seconds, when it is cancelled.
    """
    future = submit(coro)
    try:
        return future.result(timeout)
    except TimeoutError:
        future.cancel()
        raise


def submit(coro: Coroutine[Any, Any, T]) -> Future[T]:
    """Start a coroutine on the background loop without waiting."""
    return asyncio.run_coroutine_threadsafe(coro, _background_loop())


def session() -> aiohttp.ClientSession:
    """The running loop's HTTP session: pooled, kept alive, without cookies."""
    loop = asyncio.get_running_loop()
    if (found := _sessions.get(loop)) is not None and not found.closed:
        return found
    connector = aiohttp.TCPConnector(limit=CONNECTIONS, keepalive_timeout=60)
    fresh = aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar())
    _sessions[loop] = fresh
    return fresh


async def close() -> None:
    """Close the running loop's connections. For a caller with a loop of its own, before it ends."""
    if (found := _sessions.pop(asyncio.get_running_loop(), None)) is not None:
        await found.close()


def _background_loop() -> asyncio.AbstractEventLoop:
    global _loop
    with _lock:
        if _loop is None:
            _loop = uvloop.new_event_loop()
            threading.Thread(target=_loop.run_forever, name="line-wire", daemon=True).start()
        return _loop


@atexit.register
def _stop() -> None:
    if _loop is not None:
        run(close(), timeout=5)
        _loop.call_soon_threadsafe(_loop.stop)


def _start_afresh() -> None:
    """In a forked child: forget the parent's loop and connections without touching them.

    They share kernel objects with the parent; closing or collecting them here would break its connections.
    """
    global _loop, _lock, _sessions
    _left_to_parent.extend([_loop, _lock, dict(_sessions)])
    _loop, _lock, _sessions = None, threading.Lock(), WeakKeyDictionary()


os.register_at_fork(after_in_child=_start_afresh)
