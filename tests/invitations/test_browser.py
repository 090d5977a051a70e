"""From a page of the shop to the linked record, in a real browser and through LINE's own screens."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.db import connection
from django_tenants.utils import tenant_context
from playwright.sync_api import Browser, expect

from linking.models import Link
from tests.chromium import NEEDS_CHROMIUM, PHONE, chromium, fits, live_site
from tests.factories import make_channel, make_customer, make_invitation
from tests.invitations.conftest import PHONE as IPHONE
from tests.invitations.conftest import views_of
from tests.linking.login_ways import give_login

pytestmark = NEEDS_CHROMIUM
POLICY = "default-src 'none'; script-src {musubi}; connect-src {musubi}"


@pytest.fixture
def site(own_tenant, settings) -> Iterator[str]:
    with live_site() as address:
        settings.BASE_URL = address
        yield settings.BASE_URL


@pytest.fixture
def door(own_tenant, site, simulator, settings) -> str:
    """A channel with LINE Login and LIFF; Aoi has LINE. Customer A-100 is in the books."""
    settings.LINE_API_BASE = settings.LINE_DATA_API_BASE = settings.LINE_ACCESS_BASE = simulator.base_url
    settings.LIFF_BASE = f"{simulator.base_url}/liff"
    settings.LIFF_SDK_URL = f"{simulator.base_url}/liff/sdk.js"
    channel = give_login(simulator, make_channel(simulator, own_tenant, f"30{own_tenant.pk:08}"))
    make_customer("A-100", birthday=date(1990, 4, 1), points=1250)
    make_invitation("thanks", "Points in your chat 🎫", button="Link with LINE")
    [aoi] = simulator.add_people(channel.channel_id, ["Aoi"])
    return aoi


@pytest.fixture
def shop(door, site, own_tenant) -> Iterator[str]:
    """A page of the shop on an origin of its own, with a strict policy and styles that reach far."""
    snippet = f'<script async src="{site}/c/{own_tenant.slug}/i/musubi.js" data-entry="thanks"></script>'
    page = f"<!doctype html><title>Shop</title><h1>Thank you</h1>{snippet}".encode()

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:  # noqa: N802  (the name that http.server asks for)
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Security-Policy", POLICY.format(musubi=site))
            self.end_headers()
            self.wfile.write(page)

        def log_message(self, *_words: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Page)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://localhost:{server.server_port}/"
    server.shutdown()


@pytest.fixture
def browser(shop) -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture
def phone(browser):
    context = browser.new_context(viewport=PHONE, user_agent=IPHONE, locale="en-US")
    page = context.new_page()
    page.set_default_timeout(20_000)
    page.on("pageerror", lambda error: pytest.fail(f"script error: {error}"))
    return page


def ask(tenant, question: Callable):
    """What the client's books answer; from another thread, since this one has Playwright's loop."""

    def answer():
        with tenant_context(tenant):
            found = question()
        connection.close()
        return found

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(answer).result()


def test_from_the_thank_you_page_to_the_link(phone, shop, own_tenant):
    with phone.expect_request("**/i/views/") as reported:
        phone.goto(shop)
    sent = reported.value
    assert sent.post_data == "entry=thanks&variant=a"
    assert "cookie" not in sent.all_headers()
    assert fits(phone)

    phone.get_by_role("link", name="Link with LINE").click()
    phone.get_by_role("button", name="Aoi").click()
    phone.get_by_role("button", name="許可する").click()
    phone.get_by_role("button", name="追加").first.click()
    phone.get_by_label("Customer number").fill("A-100")
    phone.get_by_label("Birthday").fill("1990-04-01")
    phone.get_by_role("checkbox").check()
    phone.locator("main button").first.click()

    expect(phone.get_by_role("heading", name="linked")).to_be_visible()
    link = ask(own_tenant, Link.objects.select_related("customer").get)
    assert (link.customer.number, link.method, link.entry, link.variant) == (
        "A-100",
        "line_login",
        "thanks",
        "a",
    )
    assert ask(own_tenant, lambda: views_of("thanks")) == {"a": 1}


def test_who_closes_it_is_left_alone(phone, shop):
    phone.goto(shop)
    phone.get_by_role("button", name="Close").click()
    expect(phone.get_by_text("Points in your chat")).to_have_count(0)

    phone.reload()
    phone.wait_for_timeout(500)

    expect(phone.get_by_text("Points in your chat")).to_have_count(0)
