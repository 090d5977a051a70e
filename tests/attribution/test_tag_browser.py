"""From a link in LINE over pages of the shop to the order, in a real browser: what the tag tells of whom."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.db import connection
from django_tenants.utils import tenant_context
from playwright.sync_api import Browser, Page, expect

from accounts import secrets
from accounts.models import Tenant
from attribution.counting import turns
from attribution.models import Credit, PageTag, TagDay
from attribution.tag import commands, snippets
from attribution.tag.collector import Collector
from broadcasts.models import TrackedLink
from broadcasts.tracking import people
from broadcasts.tracking.people import Tokens
from broadcasts.tracking.redirect import Redirect
from events.models import Event
from tests.broadcasts.sending import make_sent
from tests.channels.conftest import database_url
from tests.chromium import NEEDS_CHROMIUM, chromium, live_site
from tests.factories import make_friend

pytestmark = NEEDS_CHROMIUM
POLICY = "default-src 'none'; script-src 'unsafe-inline' {musubi}; connect-src {musubi}"


class Doors(StaticFilesHandler):
    """As config/asgi.py has it: tracked links and reports are taken before Django."""

    def __call__(self, environ: dict, start_response: Callable) -> Any:
        path, app = environ["PATH_INFO"], None
        if "/cv/" in path:
            app = Doors.collector
        elif "/l/" in path:
            app = Doors.redirect
        if app is None:
            return super().__call__(environ, start_response)
        return self._ask(app, environ, start_response)

    def _ask(self, app: Callable, environ: dict, start_response: Callable) -> list[bytes]:
        names = {"HTTP_USER_AGENT": b"user-agent", "HTTP_ORIGIN": b"origin", "HTTP_COOKIE": b"cookie"}
        headers = [(names[name], environ[name].encode()) for name in names if name in environ]
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        scope = {"path": environ["PATH_INFO"], "method": environ["REQUEST_METHOD"], "headers": headers}
        sent: list[dict] = []

        async def receive() -> dict:
            return {"type": "http.request", "body": body}

        async def send(message: dict) -> None:
            sent.append(message)

        asyncio.run_coroutine_threadsafe(app(scope, receive, send), Doors.loop).result(60)
        answered = [(name.decode(), value.decode()) for name, value in sent[0]["headers"]]
        start_response(f"{sent[0]['status']} ", answered)
        return [sent[1]["body"]]


@pytest.fixture
def site(own_tenant, settings, tmp_path) -> Iterator[str]:
    """Musubi with both doors."""
    settings.SPOOL_DIR = tmp_path
    Doors.loop = asyncio.new_event_loop()
    threading.Thread(target=Doors.loop.run_forever, daemon=True).start()
    Doors.redirect = Redirect(database_url(), tmp_path)
    Doors.collector = Collector(database_url(), tmp_path)
    with live_site(Doors) as address:
        settings.BASE_URL = address
        yield settings.BASE_URL
    for door in (Doors.redirect, Doors.collector):
        asyncio.run_coroutine_threadsafe(door.close(), Doors.loop).result(60)
    Doors.loop.call_soon_threadsafe(Doors.loop.stop)


@pytest.fixture
def shop(site) -> Iterator[str]:
    """A shop on an origin of its own, with a strict policy; `/consent` waits for its visitors' word."""

    class Pages(BaseHTTPRequestHandler):
        def do_GET(self) -> None:  # noqa: N802  (the name that http.server asks for)
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Security-Policy", POLICY.format(musubi=site))
            self.end_headers()
            self.wfile.write(
                f"<!doctype html><title>Shop</title>{Pages.of(self.path)}<h1>Shoes</h1>".encode()
            )

        def log_message(self, *_words: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Pages)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://localhost:{server.server_port}"
    tag = commands.set_up(origins=[address], by=None)
    made = {name: _snippet(tag, name) for name in ("/consent", "/boots", "/thanks", "/shoes")}
    Pages.of = lambda path: made.get(path.partition("?")[0], "")
    yield address
    server.shutdown()


def _snippet(tag: PageTag, path: str) -> str:
    if path.startswith("/consent"):
        return snippets.usual(tag).replace("data-tag", 'data-consent="required" data-tag')
    if path.startswith("/boots"):
        return snippets.fixed(tag).replace("data-tag", 'data-product="A1" data-category="shoes" data-tag')
    if path.startswith("/thanks"):
        early = "musubi('convert', {name: 'purchase', order: 'N-1', amount: 4800, currency: 'JPY'})"
        head, script = snippets.usual(tag).split("\n")
        return f"{head}<script>{early}</script>{script}"
    return snippets.usual(tag)


@pytest.fixture
def link(shop, own_tenant) -> tuple[Any, str]:
    """A send to Aoi, and her own link in it."""
    aoi = make_friend("aoi")
    sent = make_sent(aoi, name="Autumn sale", tracks_people=True)
    TrackedLink.objects.create(broadcast=sent, url=f"{shop}/shoes?size=38", code="abc")
    token = Tokens(secrets.derive(own_tenant.pk, people.PURPOSE)).seal("abc", aoi.pk)
    return sent, f"/c/{own_tenant.slug}/l/abc.{token}"


@pytest.fixture
def browser(link) -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture
def phone(browser) -> Page:
    agent = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 Safari/604.1"
    page = browser.new_context(viewport={"width": 390, "height": 844}, user_agent=agent).new_page()
    page.set_default_timeout(20_000)
    page.on("pageerror", lambda error: pytest.fail(f"script error: {error}"))
    return page


def ask(tenant: Tenant, question: Callable) -> Any:
    """What the client's books answer; from another thread, since this one has Playwright's loop."""

    def answer() -> Any:
        with tenant_context(tenant):
            found = question()
        connection.close()
        return found

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(answer).result()


def heard(page: Page, tenant: Tenant, kinds: set[str]) -> list[tuple[str, dict]]:
    """Events on timelines once there are all of these."""
    for _try in range(120):
        found = ask(tenant, lambda: list(Event.objects.order_by("pk").values_list("type", "properties")))
        if kinds <= {type_ for type_, _properties in found}:
            return found
        page.wait_for_timeout(250)
    return found


def test_from_the_link_in_line_to_the_order_on_the_thank_you_page(phone, site, shop, link, own_tenant):
    sent, path = link

    phone.goto(site + path)
    expect(phone).to_have_url(f"{shop}/shoes?size=38")  # the click id has left the address
    phone.goto(f"{shop}/boots")
    phone.goto(f"{shop}/thanks")
    found = dict(heard(phone, own_tenant, {"clicked", "page_viewed", "viewed", "converted"}))
    ask(own_tenant, turns.catch_up)

    assert found["viewed"] == {"product": "A1", "category": "shoes", "url": f"{shop}/boots"}
    assert found["converted"]["order"] == "N-1"
    assert phone.context.cookies() == []
    found = ask(own_tenant, lambda: list(Credit.objects.filter(model="last").values_list("owner", "amount")))
    assert found == [(sent.ledger_owner, 4_800)]


def test_without_consent_nothing_is_kept_or_told_until_it_is_given(phone, site, shop, link, own_tenant):
    click_id = "a" * 26
    phone.goto(f"{shop}/consent?mclid={click_id}&size=38")
    phone.wait_for_function("typeof musubi === 'function' && !musubi.q")
    before = phone.evaluate("localStorage.length")

    with phone.expect_request("**/cv/**") as reported:
        phone.evaluate("musubi('consent', true)")
    told = reported.value.post_data_json

    assert before == 0
    expect(phone).to_have_url(f"{shop}/consent?size=38")
    assert (told["kind"], told["url"], told["mclid"]) == ("page", f"{shop}/consent", click_id)
    assert phone.evaluate("localStorage.length") == 1
    phone.evaluate("musubi('consent', false)")
    assert phone.evaluate("localStorage.length") == 0


def test_who_came_by_themselves_is_counted_and_nobody(phone, shop, own_tenant):
    phone.goto(f"{shop}/shoes")
    for _try in range(120):
        if rows := ask(own_tenant, lambda: list(TagDay.objects.values_list("what", "count", "known_count"))):
            break
        phone.wait_for_timeout(250)

    assert rows == [("page", 1, 0)]
    assert ask(own_tenant, Event.objects.count) == 0
