"""The webhook's address, `POST /c/<slug>/line/webhook/`: an ASGI callable with a connection pool of its own.

Answers 200 once a rightly signed body is safe, and does nothing else with it: LINE waits two seconds at most.
Source: https://developers.line.biz/en/docs/messaging-api/receiving-messages/
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path

import psycopg
from django.conf import settings
from psycopg_pool import AsyncConnectionPool

from channels import loops
from channels.directory import Directory, Receiver
from channels.group_commit import GroupCommit, Overloaded
from channels.inbox import DATABASE_AWAY, Body
from channels.spool import Spool

logger = logging.getLogger(__name__)
PREFIX = f"/{settings.TENANT_SUBFOLDER_PREFIX}/"
SUFFIX = "/line/webhook/"
MAX_BODY_BYTES = 1_000_000
CONNECTIONS = 4
SECONDS_TO_CONNECT = 2

Receive = Callable[[], Awaitable[dict]]
Send = Callable[[dict], Awaitable[None]]


class Refused(Exception):
    def __init__(self, status: HTTPStatus) -> None:
        super().__init__(status.phrase)
        self.status = status


class Disconnected(Exception):
    """The caller hung up before the body was complete."""


class Ingest:
    """Webhooks in. Between `open` and `close` it serves, in one event loop."""

    def __init__(self, database_url: str, spool_directory: Path) -> None:
        self._pool = AsyncConnectionPool(
            database_url,
            min_size=1,
            max_size=CONNECTIONS,
            timeout=SECONDS_TO_CONNECT,
            kwargs={"connect_timeout": SECONDS_TO_CONNECT, "autocommit": True},
            open=False,
        )
        self._directory = Directory(self._pool)
        self._keeper = GroupCommit(self._pool, Spool(spool_directory))
        self._tasks: list[asyncio.Task] = []

    @staticmethod
    def serves(path: str) -> bool:
        """Whether this is a path of ours."""
        return path.startswith(PREFIX) and path.endswith(SUFFIX)

    async def open(self) -> None:
        """Returns at once also when the database is away."""
        await self._pool.open(wait=False)
        await self._directory.look_again()
        work = [
            self._keeper.run(),
            _every(1, self._keeper.carry_over),
            _every(5, self._directory.write_bad_signatures),
            _every(30, self._directory.read),
        ]
        self._tasks = [asyncio.create_task(each) for each in work]

    async def close(self) -> None:
        """To be called when every request has been answered."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        with suppress(*DATABASE_AWAY):
            await self._directory.write_bad_signatures()
        await self._pool.close()

    async def __call__(self, scope: dict, receive: Receive, send: Send) -> None:
        try:
            await self._take(scope, receive)
            status = HTTPStatus.OK
        except Refused as refusal:
            status = refusal.status
        except Disconnected:
            return
        await _answer(send, status)

    async def _take(self, scope: dict, receive: Receive) -> None:
        if scope["method"] != "POST":
            raise Refused(HTTPStatus.METHOD_NOT_ALLOWED)
        if loops.has_passed_us(_header(scope, b"via")):
            raise Refused(HTTPStatus.LOOP_DETECTED)
        slug = scope["path"][len(PREFIX) : -len(SUFFIX)]
        receiver = await self._find(slug)
        content = await _read(receive, _header(scope, b"content-length"))
        signature = _header(scope, b"x-line-signature")
        if not receiver.has_signed(content, signature):
            receiver = await self._look_again_for(slug, content, signature)
        await self._keep(Body(receiver.tenant_id, datetime.now(UTC), signature, content))

    async def _find(self, slug: str) -> Receiver:
        """The receiver, also one connected a moment ago."""
        if (receiver := self._directory.find(slug)) is None:
            await self._directory.look_again()
            receiver = self._directory.find(slug)
        if receiver is None:
            known = self._directory.is_read
            raise Refused(HTTPStatus.NOT_FOUND if known else HTTPStatus.SERVICE_UNAVAILABLE)
        return receiver

    async def _look_again_for(self, slug: str, content: bytes, signature: str) -> Receiver:
        """The receiver if a secret that is newer than we knew has signed this."""
        await self._directory.look_again()
        receiver = await self._find(slug)
        if not receiver.has_signed(content, signature):
            self._directory.count_bad_signature(receiver)
            raise Refused(HTTPStatus.UNAUTHORIZED)
        return receiver

    async def _keep(self, body: Body) -> None:
        """LINE may deliver again what is answered with 503; the cause is in the log."""
        try:
            await self._keeper.keep(body)
        except (Overloaded, psycopg.Error, OSError) as error:
            raise Refused(HTTPStatus.SERVICE_UNAVAILABLE) from error


async def _every(seconds: float, work: Callable[[], Awaitable[None]]) -> None:
    while True:
        await asyncio.sleep(seconds)
        try:
            await work()
        except DATABASE_AWAY as error:
            logger.warning("ingest.database_away", extra={"work": work.__qualname__, "reason": repr(error)})
        except Exception:
            logger.exception("ingest.housekeeping_failed", extra={"work": work.__qualname__})


async def _read(receive: Receive, announced: str) -> bytes:
    if announced.isdigit() and int(announced) > MAX_BODY_BYTES:
        raise Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    content = b""
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Disconnected
        content += message.get("body", b"")
        if len(content) > MAX_BODY_BYTES:
            raise Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        if not message.get("more_body"):
            return content


def _header(scope: dict, name: bytes) -> str:
    return next((value.decode("latin-1") for key, value in scope["headers"] if key == name), "")


async def _answer(send: Send, status: HTTPStatus) -> None:
    headers = [(b"content-length", b"0"), *([(b"allow", b"POST")] if status == 405 else [])]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b""})
