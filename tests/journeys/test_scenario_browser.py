"""A cart left behind, as people live through it: a scenario made of the ready-made one, a phone that reminds,
and an order that keeps another phone silent."""

import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest
from playwright.sync_api import BrowserContext, Page, expect

from config.stack import Stack, stack
from line.simulator.control import Simulator
from tests.chromium import NEEDS_CHROMIUM, chromium
from tests.connectors.factories import checkout_body, customer_body, order_body, shopify_headers
from tests.journeys.conftest import SECRET
from tests.journeys.servers import new_database, new_redis
from tests.journeys.shop import Shop, wait_until
from tests.journeys.test_broadcast_browser import CHANNEL, PATIENCE, PEOPLE, sign_in

CLOCKS = Path(__file__).parent / "faults" / "clock"
CONNECTION = """
from django_tenants.utils import tenant_context
from accounts.models import Tenant
from connectors import services
from tests.connectors.factories import SECRET, SHOP
with tenant_context(Tenant.objects.get(slug="shop")):
    made = services.connect_shopify(name="Nagi store", shop_domain=SHOP, secret=SECRET, by=None)
    print(made.code)
"""
NAMES = {11: "Aoi", 12: "Ren", 13: "Mio"}  # by their number in the Shopify shop
REMINDER = "We have kept it for you"

pytestmark = NEEDS_CHROMIUM


@dataclass
class Clock:
    """Of every process of the installation. PostgreSQL and the test keep the right time."""

    file: Path
    ahead: timedelta = timedelta()

    def turn(self, by: timedelta) -> None:
        self.ahead += by
        self.file.write_text(str(self.ahead.total_seconds()))

    def now(self) -> str:
        return (datetime.now(UTC) + self.ahead).isoformat()


@dataclass
class Shopify:
    """Posts what happens in the shop, signed, as Shopify does."""

    address: str

    def tell(self, topic: str, body: dict[str, Any]) -> None:
        raw = orjson.dumps(body)
        headers = shopify_headers(topic, raw) | {"Content-Type": "application/json"}
        request = urllib.request.Request(self.address, raw, headers)
        with urllib.request.urlopen(request, timeout=30) as answer:
            assert answer.status == 200

    def checkout(self, customer: int, *, at: str) -> None:
        cart = {"id": customer, "token": f"cart-{customer}", "created_at": at, "updated_at": at}
        self.tell("checkouts/create", checkout_body(customer={"id": customer}, **cart))

    def order(self, customer: int, *, at: str) -> None:
        placed = dict.fromkeys(("created_at", "processed_at", "updated_at"), at)
        self.tell("orders/create", order_body(customer={"id": customer}, **placed))


@pytest.fixture
def clock(tmp_path: Path) -> Clock:
    return Clock(tmp_path / "ahead")


@pytest.fixture
def installation(tmp_path: Path, line: Simulator, clock: Clock) -> Iterator[Stack]:
    """As it runs at a client's, but that LINE is the simulator and the clock can be turned."""
    settings = dict.fromkeys(["LINE_API_BASE", "LINE_DATA_API_BASE", "LINE_ACCESS_BASE"], line.base_url)
    settings |= {"LINE_CHANNEL_SECRET": SECRET, "PYTHONPATH": str(CLOCKS), "CLOCK_FILE": str(clock.file)}
    settings |= {"MEDIA_BASE_URL": "https://shop.example"}  # LINE takes pictures by https alone
    with (
        new_database() as url,
        new_redis(tmp_path) as redis,
        stack(tmp_path, DATABASE_URL=url, REDIS_URL=redis, **settings) as running,
    ):
        yield running


@pytest.fixture
def shop(installation: Stack, line: Simulator) -> Shop:
    """A client without approval, with a marketer and a channel."""
    installation.manage("create_agency", "sakura", "Sakura Agency")
    installation.manage("create_client", "sakura", "shop", "Shop", "--no-approval")
    installation.manage("shell", "-c", PEOPLE)
    line.add_channel(CHANNEL, SECRET, name="Shop")
    installation.start()
    installation.manage("connect_channel", "shop", CHANNEL)
    keys = installation.manage("create_api_key", "shop", "*")
    return Shop(installation, line, CHANNEL, keys.splitlines()[0])


@pytest.fixture
def shopify(shop: Shop) -> Shopify:
    code = shop.installation.manage("shell", "-c", CONNECTION).split()[-1]
    return Shopify(f"{shop.installation.url}/c/shop/in/{code}/")


@pytest.fixture
def people(shop: Shop, shopify: Shopify) -> dict[str, str]:
    """Friends who are linked to the customers that the shop tells of; their user ids by name."""
    user_ids = shop.line.add_people(CHANNEL, list(NAMES.values()))
    shop.line.follow(CHANNEL, user_ids)
    for number, name in NAMES.items():
        address = {"email": f"{name}@example.jp", "phone": None}
        shopify.tell("customers/create", customer_body(number, first_name=name, **address))
    wait_until(lambda: len(shop.call("GET", "customers/")["items"]) == len(NAMES))
    for number, user_id in zip(NAMES, user_ids, strict=True):
        shop.call("POST", "links/", customer=str(number), line_user_id=user_id)
    return dict(zip(NAMES.values(), user_ids, strict=True))


@pytest.fixture
def browser() -> Iterator[BrowserContext]:
    """The marketer's; errors in the pages' scripts fail the test."""
    with chromium() as running:
        context = running.new_context(locale="en-US", viewport={"width": 1440, "height": 1000})
        context.on("weberror", lambda error: pytest.fail(f"script error: {error.error}"))
        context.set_default_timeout(PATIENCE)
        yield context


def take_away(page: Page, step: str) -> None:
    page.locator(f"#step-{step}").click()
    page.locator("#act-remove").click()
    expect(page.locator(f"#step-{step}")).to_have_count(0)


def test_a_cart_left_behind_is_reminded_of_until_an_order_stops_it(
    shop, shopify, people, clock, line, browser
):
    expect.set_options(timeout=PATIENCE)
    page = browser.new_page()
    page.goto(f"{shop.installation.url}/c/shop/scenarios/")
    sign_in(page, "marketer@shop.example")
    page.get_by_role("link", name="Begin with a ready-made one").click()
    page.get_by_role("link", name="Abandoned cart").click()
    page.get_by_label("Language of the texts").select_option("en")
    page.get_by_label("Address of your shop").fill("https://nagi-store.example/")
    expect(page.locator("#shots .talk").first).to_contain_text(REMINDER)
    page.get_by_role("button", name="Make the draft").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Abandoned cart")
    take_away(page, "with_coupon")
    take_away(page, "wait_72h")
    page.locator("#publish").click()
    page.get_by_role("button", name="Publish as Shop").click()
    expect(page.locator("h1 .badge")).to_have_text("Running")

    shopify.checkout(11, at=clock.now())
    expect(page.locator("#now-wait_1h")).to_have_text("1")
    clock.turn(timedelta(hours=1))
    shopify.checkout(12, at=clock.now())
    phone = browser.new_page()
    phone.goto(f"{line.base_url}/phone#{CHANNEL}/{people['Aoi']}")
    expect(phone.get_by_text(REMINDER)).to_be_visible()
    page.bring_to_front()
    expect(page.locator("#passed-reminder-next")).to_have_text("1")
    expect(page.locator("#now-wait_24h")).to_have_text("1")
    expect(page.locator("#now-wait_1h")).to_have_text("1")

    shopify.order(12, at=clock.now())
    expect(page.locator("#now-wait_1h")).to_have_text("")
    clock.turn(timedelta(hours=2))
    shopify.checkout(13, at=clock.now())
    expect(page.locator("#now-wait_1h")).to_have_text("1")
    page.locator("#main summary", has_text="More").click()
    page.get_by_role("link", name="Results").click()
    expect(page.get_by_role("row", name="Reached the goal 1")).to_be_visible()
    assert line.delivery_histogram(CHANNEL) == {"1": 1}
    assert line.inbox(CHANNEL, people["Ren"]) == []
