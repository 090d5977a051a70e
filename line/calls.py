"""How a request reaches LINE: the address, the token, another try with a fresh token, the errors."""

from dataclasses import dataclass
from datetime import date
from typing import Any, BinaryIO
from urllib.parse import quote
from uuid import UUID

import aiohttp
import orjson
from multidict import CIMultiDictProxy
from yarl import URL

from line import errors, tokens, wire

DOWNLOAD_SECONDS = 120  # a film has up to 200 MB
PIECE = 1 << 16
MOST_REPLACEMENTS = 2  # of a refused token: one that others have left, then one of LINE's own


@dataclass(frozen=True)
class Endpoints:
    """LINE's three hosts, or the simulator three times."""

    api: str = "https://api.line.me"
    data: str = "https://api-data.line.me"
    access: str = "https://access.line.me"


@dataclass(frozen=True)
class Accepted:
    """LINE took the request. `request_id` is what its statistics will know the message by."""

    request_id: str
    body: dict


class Calls:
    """One channel's way to LINE; what can be asked of it stands in the modules of `line.operations`."""

    def __init__(self, channel_id: str, channel_secret: str, *, endpoints: Endpoints, timeout: float = 10.0):
        self.channel_id = channel_id
        self.endpoints = endpoints
        self._credentials = tokens.Credentials(endpoints.api, channel_id, channel_secret)
        self._timeout = aiohttp.ClientTimeout(total=timeout)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.channel_id})"

    async def send(self, path: str, body: bytes, *, retry_key: UUID | None = None) -> Accepted:
        """Post these exact bytes.

        With a `retry_key` (push, multicast, narrowcast and broadcast only) a repeat within 24 hours is
        safe, and raises AlreadyAccepted if an earlier try got through. Other refusals: RateLimited or
        QuotaExhausted (429), Rejected (other 4xx), Unavailable (5xx, or no answer in time).
        Source: https://developers.line.biz/en/docs/messaging-api/retrying-api-request/
        """
        headers = {"X-Line-Retry-Key": str(retry_key)} if retry_key else {}
        return await self._call("POST", path, body=body, headers=headers)

    async def open(self) -> None:
        """Get a new token. Raises Unauthorized when LINE does not (any longer) know this id and secret."""
        await tokens.renew(self._credentials, self._timeout)

    async def _get_or_none(self, path: str, **query: str) -> dict | None:
        """None where LINE says 404."""
        try:
            return await self._get(path, **query)
        except errors.Rejected as error:
            if error.status != 404:
                raise
            return None

    async def _get(self, path: str, *, host: str | None = None, **query: str) -> dict:
        return (await self._call("GET", path, host=host, query=query)).body

    async def _post(self, path: str, content: Any = None) -> dict:
        return (await self.send(path, orjson.dumps({} if content is None else content))).body

    async def _put(self, path: str, content: Any = None) -> dict:
        body = orjson.dumps({} if content is None else content)
        return (await self._call("PUT", path, body=body)).body

    async def _delete(self, path: str) -> None:
        await self._call("DELETE", path)

    async def _call(
        self,
        method: str,
        path: str,
        *,
        host: str | None = None,
        body: bytes | None = None,
        headers: dict | None = None,
        query: dict | None = None,
        seconds: float | None = None,
    ) -> Accepted:
        """One request; a refused token is replaced and the same bytes are sent again.

        `host` is the API's unless given; `seconds` to wait for an answer are the client's unless given.
        """
        url = URL((host or self.endpoints.api) + path, encoded=True)
        timeout = aiohttp.ClientTimeout(total=seconds) if seconds else self._timeout
        request = {"data": body, "params": query or None, "timeout": timeout}
        token = tokens.cached(self._credentials) or await tokens.get(self._credentials, self._timeout)
        refused: list[str] = []
        while True:
            status, answer_headers, content = await self._exchange(method, url, token, headers, request)
            if status != 401 or len(refused) == MOST_REPLACEMENTS:
                break
            refused.append(token)
            token = await tokens.get(self._credentials, self._timeout, instead_of=refused)
        if not 200 <= status < 300:
            raise errors.from_answer(path, status, content, answer_headers, method=method)
        return Accepted(answer_headers.get("x-line-request-id", ""), errors.parse_body(content))

    async def _exchange(
        self, method: str, url: URL, token: str, headers: dict | None, request: dict
    ) -> tuple[int, CIMultiDictProxy, bytes]:
        sent = {"Authorization": f"Bearer {token}", "Content-Type": "application/json", **(headers or {})}
        try:
            async with wire.session().request(
                method, url, headers=sent, allow_redirects=False, **request
            ) as answer:
                return answer.status, answer.headers, await answer.read()
        except (aiohttp.ClientError, TimeoutError) as error:
            raise errors.Unavailable(f"no answer: {type(error).__name__}") from error

    async def _download(self, path: str, into: BinaryIO, most_bytes: int) -> str | None:
        """A file of the data host, read piece by piece; its media type, or None for "not ready yet" (202)."""
        url = URL(self.endpoints.data + path, encoded=True)
        token = await tokens.get(self._credentials, self._timeout)
        refused: list[str] = []
        while True:
            status, answer_headers, content = await self._receive(url, token, into, most_bytes)
            if status != 401 or len(refused) == MOST_REPLACEMENTS:
                break
            refused.append(token)
            token = await tokens.get(self._credentials, self._timeout, instead_of=refused)
        if not 200 <= status < 300:
            raise errors.from_answer(path, status, content, answer_headers, method="GET")
        return None if status == 202 else answer_headers.get("content-type", "application/octet-stream")

    async def _receive(
        self, url: URL, token: str, into: BinaryIO, most_bytes: int
    ) -> tuple[int, CIMultiDictProxy, bytes]:
        """The body goes into the file for a 200, and is returned for anything else."""
        headers = {"Authorization": f"Bearer {token}"}
        timeout = aiohttp.ClientTimeout(total=DOWNLOAD_SECONDS, sock_read=self._timeout.total)
        try:
            async with wire.session().get(
                url, headers=headers, timeout=timeout, allow_redirects=False
            ) as answer:
                if answer.status != 200:
                    return answer.status, answer.headers, await answer.read()
                room = most_bytes
                async for piece in answer.content.iter_chunked(PIECE):
                    if (room := room - len(piece)) < 0:
                        raise errors.TooLarge(f"more than {most_bytes} bytes")
                    into.write(piece)
                return answer.status, answer.headers, b""
        except (aiohttp.ClientError, TimeoutError) as error:
            raise errors.Unavailable(f"no answer: {type(error).__name__}") from error


def segment(value: str) -> str:
    """One part of a path, whatever is in it: an id that somebody typed leads to no other endpoint."""
    return quote(value, safe="")


def yyyymmdd(day: date) -> str:
    """A JST day as LINE writes it."""
    return day.strftime("%Y%m%d")
