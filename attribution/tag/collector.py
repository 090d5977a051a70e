"""Reports of the tag, `POST /c/<slug>/cv/<key>/`: a bare ASGI callable that notes and answers.

As with tracked links, nobody waits for a commit: what has come together is stored at once, and a process that
is killed meanwhile loses none. Nothing is set in the browser, nothing of the network is kept: the address
counts for a minute, in memory, against floods.
"""

import re
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from django.conf import settings
from psycopg import AsyncConnection, sql

from accounts import machines, secrets
from attribution.tag import signing, storing, telling
from attribution.tag.telling import MOST_BYTES, NOTES, Told, Unfit
from broadcasts.tracking import marks
from broadcasts.tracking.keeping import AWAY, Keeper
from broadcasts.tracking.marks import Marks

Receive = Callable[[], Awaitable[dict]]
Send = Callable[[dict], Awaitable[None]]
PATH = re.compile(
    rf"/{settings.TENANT_SUBFOLDER_PREFIX}/(?P<slug>[^/]+)/cv/(?P<key>[A-Za-z0-9]{{16,32}})/?", re.ASCII
)
CLIENT = """
SELECT tenant.schema_name, tenant.id, key.wrapped
FROM accounts_tenant tenant JOIN accounts_datakey key ON key.tenant_id = tenant.id WHERE tenant.slug = %s"""
ZONE = "SELECT time_zone FROM accounts_tenant WHERE schema_name = %s"
TAG = "SELECT origins, secret_generation FROM {}.attribution_pagetag WHERE key = %s AND is_on"
FRESH = 20.0  # seconds for which what is known of a tag holds
MOST_KNOWN = 2_000
MOST_A_MINUTE = 600  # reports of one address: many people share one behind a carrier or a shop's Wi-Fi
MOST_WAITING = 20_000
SWEPT_EVERY = 600.0


@dataclass(frozen=True, slots=True)
class Tag:
    """A client's tag, as far as reports need it. `schema` is empty of a key that is nobody's."""

    schema: str
    origins: frozenset[str]
    marks: Marks
    secret: str


class Collector(Keeper[Told]):
    """State of one process: tags it knows, who sends how much, and what waits for a commit."""

    def __init__(self, database_url: str, directory: Path) -> None:
        super().__init__(database_url, directory, NOTES)
        self.known: dict[tuple[str, str], tuple[float, Tag | None]] = {}
        self.minute, self.senders = 0, Counter[str]()
        self.refused: dict[str, float] = {}
        self.swept: dict[str, float] = {}

    @staticmethod
    def serves(path: str) -> bool:
        """Whether this is a path of ours."""
        return PATH.fullmatch(path) is not None

    async def __call__(self, scope: dict, receive: Receive, send: Send) -> None:
        await _answer(send, await self._take(scope, receive))

    async def put(self, connection: AsyncConnection, schema: str, found: list[Told], *, again: bool) -> None:
        """Each is known by its id, so that it does not matter whether some are stored already."""
        answer = await connection.execute(ZONE, [schema])
        row = await answer.fetchone()
        await storing.store(connection, schema, ZoneInfo(row[0] if row else "UTC"), found)
        if time.monotonic() > self.swept.get(schema, 0.0) + SWEPT_EVERY:
            self.swept[schema] = time.monotonic()
            await connection.execute(storing.FORGET)

    def forget(self) -> None:
        self.known.clear()

    async def _take(self, scope: dict, receive: Receive) -> int:
        """The status to answer with. What is no report of a page is answered alike, and kept out."""
        path = PATH.fullmatch(scope["path"])
        if path is None:
            return 404
        if scope["method"] != "POST":
            return 405
        headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
        body = await _body(receive)
        if body is None:
            return 413
        if self._is_flood(scope, headers):
            return 429
        if len(self.waiting) >= MOST_WAITING:
            return 503
        try:
            tag = await self._find(path["slug"], path["key"])
        except AWAY:
            return 503
        if tag is None:
            return 404
        await self._hear(tag, headers, body)
        return 204

    async def _hear(self, tag: Tag, headers: dict[bytes, str], body: bytes) -> None:
        if machines.is_machine("POST", headers.get(b"user-agent", ""), headers.get(b"sec-purpose", "")):
            return
        origin = headers.get(b"origin", "").lower()
        if origin not in tag.origins:
            await self._refuse(tag, origin)
            return
        now = datetime.now(UTC)
        try:
            said = telling.read(body)
            friend = tag.marks.unseal(said["mclid"], now) if isinstance(said.get("mclid"), str) else None
            customer = signing.customer(said.get("customer"), tag.secret, now)
            self.keep(tag.schema, telling.told(said, friend=friend, customer=customer, at=now))
        except Unfit:
            return

    async def _find(self, slug: str, key: str) -> Tag | None:
        """The tag of this key, read again now and then; while the database is away, as it was known."""
        read_at, tag = self.known.get((slug, key), (0.0, None))
        if tag is not None and time.monotonic() < read_at + FRESH:
            return tag
        try:
            found = await self._read(slug, key)
        except AWAY:
            if tag is None:
                raise
            return tag
        if len(self.known) >= MOST_KNOWN:
            self.known.clear()
        if found:
            self.known[slug, key] = time.monotonic(), found
        else:
            self.known.pop((slug, key), None)
        return found

    async def _read(self, slug: str, key: str) -> Tag | None:
        async with (await self.open_pool()).connection() as connection:
            client = await (await connection.execute(CLIENT, [slug])).fetchone()
            if client is None:
                return None
            schema, number, wrapped = client
            asked = sql.SQL(TAG).format(sql.Identifier(schema))
            row = await (await connection.execute(asked, [key])).fetchone()
        if row is None:
            return None
        signed = secrets.derive_with(wrapped, number, signing.purpose(row[1])).hex()
        ciphers = Marks(secrets.derive_with(wrapped, number, marks.PURPOSE))
        return Tag(schema, frozenset(row[0]), ciphers, signed)

    async def _refuse(self, tag: Tag, origin: str) -> None:
        """Let the client's people see it, once a minute at most: the settings may lack the page."""
        if not origin or time.monotonic() < self.refused.get(tag.schema, 0.0) + 60:
            return
        self.refused[tag.schema] = time.monotonic()
        try:
            async with (await self.open_pool()).connection() as connection:
                await storing.enter(connection, tag.schema)
                await connection.execute(storing.REFUSED, [datetime.now(UTC), origin[:270]])
        except AWAY:
            return

    def _is_flood(self, scope: dict, headers: dict[bytes, str]) -> bool:
        minute = int(time.monotonic() // 60)
        if minute != self.minute:
            self.minute, self.senders = minute, Counter()
        client = scope.get("client")
        address = client[0] if client else ""
        if settings.SECURE_PROXY_SSL_HEADER:
            address = headers.get(b"x-forwarded-for", "").rpartition(",")[2].strip() or address
        self.senders[address] += 1
        return self.senders[address] > MOST_A_MINUTE


async def _body(receive: Receive) -> bytes | None:
    """None if it is longer than any report, or broken off."""
    body, is_more = b"", True
    while is_more:
        message = await receive()
        if message["type"] != "http.request":
            return None
        body += message.get("body", b"")
        if len(body) > MOST_BYTES:
            return None
        is_more = message.get("more_body", False)
    return body


async def _answer(send: Send, status: int) -> None:
    headers = [(b"cache-control", b"no-store"), (b"content-length", b"0")]
    if status in (429, 503):
        headers.append((b"retry-after", b"60"))
    if status == 405:
        headers.append((b"allow", b"POST"))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b""})
