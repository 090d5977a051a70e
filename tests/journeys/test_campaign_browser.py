"""A campaign as a client lives through it: purpose, plan, survey, whoever answered, orders, report."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, Page, expect
from pypdf import PdfReader

from config.stack import Stack, stack
from line.simulator.control import Simulator
from tests.chromium import NEEDS_CHROMIUM, PHONE, chromium
from tests.journeys.conftest import SECRET
from tests.journeys.servers import new_database, new_redis
from tests.journeys.shop import Shop, wait_until
from tests.journeys.test_broadcast_browser import (
    CHANNEL,
    PATIENCE,
    PEOPLE,
    open_browser,
    sign_in,
)
from tests.journeys.test_scenario_browser import CLOCKS, Clock

NAMES = ["Aoi", "Ren", "Mio", "Yui", "Sora"]
DRY = NAMES[:3]  # what they answer; the others answer something else
TOKYO = ZoneInfo("Asia/Tokyo")  # the client's days
OFFER = "A serum for dry skin: https://nagi-store.example/serum"
PAID = 5_400
COMMENT = "Dry skin answers best; we go on with it in December."
MANAGER = """
from accounts import services
from accounts.models import Tenant, User
services.invite("manager@sakura.example", agency=Tenant.objects.get(slug="shop").agency,
                role="account_manager", password="secret pass")
User.objects.update(language="en")
"""

pytestmark = NEEDS_CHROMIUM


@pytest.fixture
def clock(tmp_path: Path) -> Clock:
    return Clock(tmp_path / "ahead")


@pytest.fixture
def installation(tmp_path: Path, line: Simulator, clock: Clock) -> Iterator[Stack]:
    """LINE is the simulator, and the clock can be turned."""
    settings = dict.fromkeys(["LINE_API_BASE", "LINE_DATA_API_BASE", "LINE_ACCESS_BASE"], line.base_url)
    settings |= {"LINE_CHANNEL_SECRET": SECRET, "PYTHONPATH": str(CLOCKS), "CLOCK_FILE": str(clock.file)}
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
    installation.manage("shell", "-c", PEOPLE + MANAGER)
    line.add_channel(CHANNEL, SECRET, name="Shop")
    installation.start()
    installation.manage("connect_channel", "shop", CHANNEL)
    keys = installation.manage("create_api_key", "shop", "*")
    return Shop(installation, line, CHANNEL, keys.splitlines()[0])


@pytest.fixture
def people(shop: Shop) -> dict[str, str]:
    """Friends who are linked to customers; their LINE user ids by name."""
    user_ids = dict(zip(NAMES, shop.line.add_people(CHANNEL, NAMES), strict=True))
    shop.line.follow(CHANNEL, list(user_ids.values()))
    shop.call("POST", "customers/bulk/", customers=[{"number": name, "name": name} for name in NAMES])
    wait_until(lambda: len(shop.call("GET", "friends/")["items"]) == len(NAMES))
    for name, user_id in user_ids.items():
        shop.call("POST", "links/", customer=name, line_user_id=user_id)
    return user_ids


@pytest.fixture
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


def begin_with_a_purpose(page: Page) -> None:
    today = datetime.now(TOKYO).date()
    page.get_by_role("link", name="New campaign").click()
    page.get_by_label("Name", exact=True).fill("Dry season")
    page.get_by_label("Purpose", exact=True).select_option("Sales")
    page.get_by_label("First day").fill(f"{today.replace(day=1)}")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Dry season")


def plan(page: Page) -> None:
    page.get_by_role("link", name="Propose indicators").click()
    page.get_by_label("Target of Orders from LINE", exact=True).fill("2")
    page.get_by_role("button", name="Take these over").click()
    expect(page.get_by_text("Orders from LINE").first).to_be_visible()


def ask(page: Page) -> int:
    """Write a survey with one question, publish it; its number."""
    page.get_by_role("link", name="New survey").click()
    page.get_by_label("Name", exact=True).fill("Your skin")
    page.get_by_role("button", name="Make the draft").click()
    page.get_by_role("button", name="One of several", exact=True).click()
    page.get_by_label("Question", exact=True).fill("What troubles you?")
    page.get_by_label("Answer 1", exact=True).fill("Dry")
    page.get_by_label("Answer 2", exact=True).fill("Nothing")
    page.get_by_label("Must be answered").check()
    expect(page.locator("#editor .phone")).to_contain_text("Nothing")
    page.get_by_role("link", name="Publish…").click()
    page.get_by_role("button", name="Publish as Shop").click()
    expect(page.get_by_text("The survey is open.")).to_be_visible()
    return int(page.url.rstrip("/").rpartition("/")[2])


def write(page: Page, name: str, segment: str, text: str) -> None:
    """A broadcast of the campaign, sent at once."""
    page.get_by_role("link", name="New broadcast").click()
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("Segment", exact=True).select_option(segment)
    expect(page.get_by_label("Campaign", exact=True).locator("option:checked")).to_have_text("Dry season")
    page.get_by_label("Text", exact=True).fill(text)
    page.get_by_label("Know who clicked").check()
    page.get_by_role("button", name="Save the draft").click()
    page.get_by_role("link", name="Schedule or send").click()
    page.get_by_role("button", name="On to the last look").click()
    page.get_by_role("button", name="Send now as Shop").click()
    expect(page.locator("#live .badge").first).to_have_text("Sent")


def answer(phone: Page, words: str) -> None:
    phone.get_by_label(words).check()
    phone.get_by_role("button", name=re.compile("Send the answers|回答を送信")).click()
    expect(phone.get_by_role("radio")).to_have_count(0)


def newest_link(line: Simulator, user_id: str) -> str:
    """The link that came last to a phone."""
    return re.findall(r"https?://[^\s\"\\]+/l/[^\s\"\\]*", json.dumps(line.inbox(CHANNEL, user_id)))[-1]


def order(shop: Shop, name: str) -> None:
    lines = [{"product": "Serum", "quantity": 1, "amount": PAID}]
    placed = {"number": f"A-{name}", "customer": name, "placed_at": datetime.now(UTC).isoformat()}
    shop.call("POST", "orders/bulk/", orders=[placed | {"total": PAID, "lines": lines}])


def test_a_campaign_from_its_purpose_to_its_report(shop, people, clock, line, browser):
    expect.set_options(timeout=PATIENCE)
    today = f"{datetime.now(TOKYO):%Y-%m-%d}"
    site = f"{shop.installation.url}/c/shop"
    shop.call("POST", "segments/", name="Everyone", tree={"all": []})
    page = open_browser(browser)
    page.goto(f"{site}/campaigns/")
    sign_in(page, "marketer@shop.example")

    begin_with_a_purpose(page)
    campaign = page.url
    plan(page)
    page.goto(f"{site}/surveys/")
    survey = ask(page)
    page.goto(campaign)
    write(page, "A question", "Everyone", f"One minute, please: {{{{survey.{survey}}}}}")

    for name, user_id in people.items():
        phone = open_browser(browser, viewport=PHONE)
        phone.goto(newest_link(line, user_id))
        answer(phone, "Dry" if name in DRY else "Nothing")
        phone.context.close()
    page.goto(f"{site}/surveys/{survey}/results/")
    expect(page.get_by_role("heading", name="Most choose “Dry”: 60%")).to_be_visible()
    page.get_by_role("link", name="3 Make a segment Dry").click()
    page.get_by_label("Name", exact=True).fill("Dry skin")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Dry skin")

    page.goto(campaign)
    write(page, "The offer", "Dry skin", OFFER)
    offer = page.url
    for name in DRY[:2]:
        phone = open_browser(browser, viewport=PHONE)
        led = phone.request.get(newest_link(line, people[name]), max_redirects=0)
        assert led.headers["location"].startswith("https://nagi-store.example/serum")
        phone.context.close()
    for name in DRY[:2]:
        order(shop, name)
    wait_until(lambda: credited(shop) == {"orders": 2, "revenue": 2 * PAID})

    page.goto(f"{offer}status/")
    expect(page.locator(".class.clicked .count")).to_contain_text("2")
    left = page.locator(".class.no_click")
    expect(left.locator(".count")).to_contain_text("1")
    left.get_by_role("textbox").fill("The serum is still here.")
    left.get_by_role("button", name="Write a draft to them").click()
    expect(page.get_by_label("Name", exact=True)).to_have_value("The offer · Did not click")
    page.goto(campaign)
    members = page.locator("table.list")
    for name in ("A question", "The offer", "The offer · Did not click"):
        expect(members.get_by_role("link", name=name, exact=True)).to_be_visible()

    clock.turn(timedelta(days=1))  # a day is counted when it is over
    shop.call("POST", "figures/count/", since=today)
    wait_until(lambda: shop.call("GET", "figures/count/")["counted_until"] >= today)
    manager = open_browser(browser)
    manager.goto(campaign)
    sign_in(manager, "manager@sakura.example")
    address = report(manager, campaign)
    page.goto(address)
    expect(page.locator("article.report")).to_contain_text(COMMENT)
    with page.expect_download() as download:
        page.get_by_role("link", name="PDF").click()
    paper = text_of(download.value.path())
    for words in ("Dry season", "The offer", COMMENT, f"{2 * PAID:,}"):
        assert words in paper


def report(page: Page, campaign: str) -> str:
    """Drafted beside the campaign, commented, reviewed and released; its address."""
    page.goto(campaign)
    page.get_by_role("button", name="Draft a report").click()
    page.get_by_role("link", name="Edit").click()
    page.get_by_role("textbox", name="Comment of the account manager").fill(COMMENT)
    page.get_by_role("button", name="Save").click()
    page.get_by_role("button", name="Mark as reviewed").click()
    page.get_by_role("link", name="Release").click()
    page.get_by_role("button", name="Release").click()
    expect(page.locator("h1 .badge")).to_have_text("Released")
    return page.url


def text_of(pdf: Path) -> str:
    return " ".join(page.extract_text() for page in PdfReader(pdf).pages)


def credited(shop: Shop) -> dict[str, float]:
    """What the campaign's sends have brought, by attribution."""
    today = datetime.now(TOKYO).date()
    found = shop.call("GET", f"credit-sums/?by=campaign&since={today.replace(day=1)}&until={today}")
    rows = [row for row in found["rows"] if row["name"] == "Dry season"]
    return {
        "orders": sum(row["orders"] for row in rows),
        "revenue": sum(float(row["revenue"]) for row in rows),
    }
