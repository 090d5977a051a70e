"""Tracked links, `/c/<slug>/l/<code>` or `…/<code>.<token>`: a bare ASGI callable that counts the click and
sends the browser on.

A link leads only to the address stored for its code, or to the friend's own page of the thing stored for
it; a token says who clicked, and one that was cut off says nothing. A click is noted in a file, the browser
goes on, and what has come together is stored in one commit; a process that is killed meanwhile loses none
(`journal.py`). Machines are led on too, and counted as such.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from psycopg import AsyncConnection

from accounts import machines, secrets
from broadcasts.tracking import clicks, marks, people
from broadcasts.tracking.clicks import Click
from broadcasts.tracking.journal import CLICKS
from broadcasts.tracking.keeping import AWAY, Keeper
from broadcasts.tracking.marks import Marks
from broadcasts.tracking.people import Tokens
from friends import personal
from friends.personal import Pages

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
    """Where a code leads, and what opens its tokens. `page` is the kind and the number of a thing of which
    each friend has a page, which `pages` addresses; `url` is then for whoever is not known.
    """

    schema: str
    link: int
    url: str
    tokens: Tokens | None
    marks: Marks | None
    page: tuple[str, int] | None = None
    pages: Pages | None = None


class Redirect(Keeper[Click]):
    """State of one process: what is known of codes, and the clicks that wait for a commit."""

    def __init__(self, database_url: str, directory: Path) -> None:
        super().__init__(database_url, directory, CLICKS)
        self.known: dict[tuple[str, str], Target] = {}
        self.hosts: dict[str, frozenset[str]] = {}  # by schema; read again whenever clicks are stored

    async def __call__(self, scope, receive, send) -> None:
        path = LINK.fullmatch(scope["path"])
        try:
            target = await self._find(path["slug"], path["code"]) if path else None
        except AWAY:
            await _answer(send, 503, b"Try again in a moment", [(b"retry-after", b"5")])
            return
        if path is None or target is None:
            await _answer(send, 404, b"Not found", [])
            return
        friend = None
        if path["token"] and target.tokens:
            friend = target.tokens.unseal(path["code"], path["token"])
        click = Click(target.link, friend, _is_machine(scope))
        self.keep(target.schema, click, is_noted=not click.is_machine)
        leads_to = self._leads_to(target, click).encode()
        await _answer(send, 302, b"", [(b"location", leads_to), (b"referrer-policy", b"no-referrer")])

    async def put(self, connection: AsyncConnection, schema: str, found: list[Click], *, again: bool) -> None:
        store = clicks.store_again if again else clicks.store
        await store(connection, schema, found)
        self.hosts[schema] = await marks.hosts(connection, schema)

    def forget(self) -> None:
        self.known.clear()

    async def _find(self, slug: str, code: str) -> Target | None:
        if (slug, code) not in self.known:
            async with (await self.open_pool()).connection() as connection:
                answer = await connection.execute(TENANT, [slug])
                tenant = await answer.fetchone()
                link = tenant and await clicks.find(connection, tenant[0], code)
                if tenant and link:
                    self.hosts[tenant[0]] = await marks.hosts(connection, tenant[0])
            if tenant is None or link is None:
                return None
            if len(self.known) >= MOST_KNOWN:
                self.known.clear()
            schema, number, wrapped_key = tenant
            pk, leads_to, page = link
            tokens, click_ids = _ciphers(wrapped_key, number)
            own = personal.named(page)
            pages = _pages(wrapped_key, number, slug) if own else None
            self.known[slug, code] = Target(schema, pk, leads_to, tokens, click_ids, own, pages)
        return self.known[slug, code]

    def _leads_to(self, target: Target, click: Click) -> str:
        """A friend's own page, if it is to one; else with a click id for a friend, where the page has the
        client's tag.
        """
        if target.page and target.pages and click.friend is not None:
            return target.pages.address(*target.page, click.friend)
        if click.friend is None or click.is_machine or target.marks is None:
            return target.url
        if not marks.is_marked(target.url, self.hosts.get(target.schema, frozenset())):
            return target.url
        return marks.added(target.url, target.marks.seal(click.friend, datetime.now(UTC)))


def _ciphers(wrapped_key: bytes | None, tenant_id: int) -> tuple[Tokens | None, Marks | None]:
    """None for a client without a key, of whom no token can be."""
    if wrapped_key is None:
        return None, None
    tokens = Tokens(secrets.derive_with(wrapped_key, tenant_id, people.PURPOSE))
    return tokens, Marks(secrets.derive_with(wrapped_key, tenant_id, marks.PURPOSE))


def _pages(wrapped_key: bytes | None, tenant_id: int, slug: str) -> Pages | None:
    key = wrapped_key and secrets.derive_with(wrapped_key, tenant_id, personal.PURPOSE)
    return Pages(key, slug) if key else None


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
