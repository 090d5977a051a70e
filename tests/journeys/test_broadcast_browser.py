"""A broadcast as two people make it: written, approved on a phone by a mailed link, sent, watched, read."""

import base64
import email
import re
from collections.abc import Iterator
from email.policy import default
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from config.stack import Stack, stack
from line.simulator.control import Simulator
from tests.chromium import NEEDS_CHROMIUM, PHONE, chromium, fits
from tests.journeys.conftest import SECRET
from tests.journeys.servers import new_database, new_redis
from tests.journeys.shop import Shop, wait_until

CHANNEL = "1000000001"
FRIENDS = 60
PATIENCE = 30_000  # milliseconds: on a busy machine a worker takes its time
PICTURE = "https://pictures.example/autumn.png"
PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
PEOPLE = """
from accounts.models import Tenant, User
from accounts import services
client = Tenant.objects.get(slug="shop")
for role in ("marketer", "approver"):
    services.invite(f"{role}@shop.example", agency=client.agency, tenant=client, role=role,
                    password="secret pass")
User.objects.update(language="en")
"""

pytestmark = NEEDS_CHROMIUM


@pytest.fixture
def mailbox(tmp_path: Path) -> Path:
    return tmp_path / "mailbox"


@pytest.fixture
def installation(tmp_path: Path, line: Simulator, mailbox: Path) -> Iterator[Stack]:
    """As it runs at a client's, but that LINE is the simulator and mails become files."""
    bases = dict.fromkeys(["LINE_API_BASE", "LINE_DATA_API_BASE", "LINE_ACCESS_BASE"], line.base_url)
    settings = bases | {"LINE_CHANNEL_SECRET": SECRET, "EMAIL_URL": f"filemail:///{mailbox}"}
    with (
        new_database() as url,
        new_redis(tmp_path) as redis,
        stack(tmp_path, DATABASE_URL=url, REDIS_URL=redis, **settings) as running,
    ):
        yield running


@pytest.fixture
def shop(installation: Stack, line: Simulator, tmp_path: Path) -> Shop:
    """A client that wants to approve, with a marketer, an approver, and friends in a segment."""
    installation.manage("create_agency", "sakura", "Sakura Agency")
    installation.manage("create_client", "sakura", "shop", "Shop")
    installation.manage("shell", "-c", PEOPLE)
    line.add_channel(CHANNEL, SECRET, name="Shop")
    installation.start()
    installation.manage("connect_channel", "shop", CHANNEL)
    keys = installation.manage("create_api_key", "shop", "*")
    shop = Shop(installation, line, CHANNEL, keys.splitlines()[0])
    shop.import_followers(FRIENDS, tmp_path)
    shop.call("POST", "segments/", name="Everyone", tree={"all": []})
    return shop


@pytest.fixture
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


def open_browser(browser: Browser, **screen: object) -> Page:
    """Somebody's own browser, in which the picture can be seen; errors in its scripts fail the test."""
    context: BrowserContext = browser.new_context(locale="en-US", **screen)
    context.route("https://pictures.example/**", show_picture)
    page = context.new_page()
    page.on("pageerror", lambda error: pytest.fail(f"script error: {error}"))
    page.set_default_timeout(PATIENCE)
    return page


def show_picture(route: Route) -> None:
    route.fulfill(body=PIXEL, content_type="image/png")


def sign_in(page: Page, email_address: str) -> None:
    page.get_by_label("Email").fill(email_address)
    page.get_by_label("Password").fill("secret pass")
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda address: "/sign-in/" not in address)


def link_in_mail(mailbox: Path, to: str) -> str:
    """The address in the only mail that this person got, once it is there."""
    found: list[str] = []

    def has_come() -> bool:
        mails = [email.message_from_bytes(file.read_bytes(), policy=default) for file in mailbox.glob("*")]
        bodies = [mail.get_body().get_content() for mail in mails if mail["To"] == to]
        found[:] = [link for body in bodies for link in re.findall(r"http://\S+/review/", body)]
        return bool(found)

    wait_until(has_come, seconds=60)
    return found[0]


def test_from_the_first_word_to_the_first_click(shop, line, mailbox, browser):
    site = shop.installation.url
    expect.set_options(timeout=PATIENCE)
    page = open_browser(browser)
    page.goto(f"{site}/c/shop/broadcasts/new/")
    sign_in(page, "marketer@shop.example")

    page.get_by_label("Name", exact=True).fill("Autumn")
    page.get_by_label("Segment", exact=True).select_option("Everyone")
    expect(page.locator("#forecast")).to_contain_text(f"Recipients{FRIENDS}")
    text = "Dear {{display_name|customer}}, see https://shop.example/autumn"
    page.get_by_label("Text", exact=True).fill(text)
    expect(page.locator("#phone .talk")).to_contain_text(", see https://shop.example/autumn")
    page.locator("#bubbles").get_by_role("button", name="Image", exact=True).click()
    page.get_by_label("Address of the picture").fill(PICTURE)
    expect(page.locator(f"#phone .talk img[src='{PICTURE}']")).to_be_visible()
    page.get_by_label("Know who clicked").check()
    page.get_by_role("button", name="Save the draft").click()
    expect(page.locator("#live .badge").first).to_have_text("Draft")
    page.get_by_role("button", name="Ask for approval").click()
    expect(page.get_by_text("Waiting for the client’s approver.")).to_be_visible()

    phone = open_browser(browser, viewport=PHONE)
    phone.goto(link_in_mail(mailbox, "approver@shop.example"))
    expect(phone.get_by_role("heading", name="Sign in")).to_be_visible()
    sign_in(phone, "approver@shop.example")
    expect(phone.get_by_role("heading", name="Review")).to_be_visible()
    expect(phone.locator(".phone").first).to_contain_text("Dear Hanako")
    assert fits(phone)
    phone.get_by_role("button", name="Approve", exact=True).click()
    expect(phone.get_by_text("“Autumn” is approved.")).to_be_visible()

    page.reload()
    expect(page.locator("#live .badge").first).to_have_text("Approved")
    page.get_by_role("link", name="Schedule or send").click()
    page.get_by_role("button", name="On to the last look").click()
    expect(page.get_by_role("button", name="Send now as Shop")).to_be_visible()
    line.delay(3_000)
    page.get_by_role("button", name="Send now as Shop").click()
    expect(page.get_by_text("“Autumn” is on its way.")).to_be_visible()
    expect(page.locator("#live .badge").first).to_have_text(re.compile("Preparing|Sending|Sent"))
    line.clear_faults()
    expect(page.locator("#live .badge").first).to_have_text("Sent")
    expect(page.locator("#live")).to_contain_text(f"{FRIENDS}")

    clicked = line.open_and_click(CHANNEL, 1.0, 1.0)["clicked"]
    wait_until(lambda: clicks_of(shop) == clicked, seconds=60)
    page.reload()
    expect(page.locator("#live")).to_contain_text("https://shop.example/autumn")
    assert clicked == FRIENDS
    assert line.delivery_histogram(CHANNEL) == {"1": FRIENDS}


def clicks_of(shop: Shop) -> int:
    [broadcast] = shop.call("GET", "broadcasts/")["items"]
    return broadcast["progress"]["people"]
