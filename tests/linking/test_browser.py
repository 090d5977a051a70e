"""From the phone page to the linked record, in a real browser and through LINE's own screens."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from django.db import connection
from django_tenants.utils import tenant_context
from playwright.sync_api import Browser, Page, expect

from accounts.models import Tenant
from channels.models import Channel
from friends.models import Friend
from friends.replies import give_due
from linking import contract, inside
from linking.models import Link
from tests.chromium import NEEDS_CHROMIUM, PHONE, chromium, fits, live_site
from tests.factories import make_channel, make_customer, make_followers
from tests.friends.webhooks import arrive
from tests.linking.login_ways import give_login, give_settings
from tests.linking.test_account_link import account_link, webhook
from tests.routes.conftest import PHONE as IPHONE

pytestmark = NEEDS_CHROMIUM


@pytest.fixture
def site(own_tenant, settings) -> Iterator[str]:
    with live_site() as address:
        settings.BASE_URL = address
        yield f"{settings.BASE_URL}/c/{own_tenant.slug}"


@pytest.fixture
def door(own_tenant, site, simulator, settings) -> Channel:
    """A channel with LINE Login and LIFF; Aoi has LINE and is no friend yet, Hanako is a customer."""
    settings.LINE_API_BASE = settings.LINE_DATA_API_BASE = settings.LINE_ACCESS_BASE = simulator.base_url
    settings.LIFF_BASE = f"{simulator.base_url}/liff"
    settings.LIFF_SDK_URL = f"{simulator.base_url}/liff/sdk.js"
    policy = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"] | {"form-action": ["'self'", simulator.base_url]}
    settings.CONTENT_SECURITY_POLICY = {"DIRECTIVES": policy}
    channel = give_login(simulator, make_channel(simulator, own_tenant, f"30{own_tenant.pk:08}"))
    simulator.add_people(channel.channel_id, ["Aoi"])
    make_customer("A-100", name="Hanako", birthday=date(1990, 4, 1))
    return channel


@pytest.fixture
def addresses(door) -> dict[str, str]:
    """Made before the browser, which keeps a loop in this thread where Django has no connection."""
    give_settings(return_addresses=[f"{contract.address().partition('/c/')[0]}/sign-in/"])
    back = f"{contract.address().partition('/c/')[0]}/sign-in/login/"
    customer = contract.customer_of("A-100")
    return {
        "session": contract.open_session(customer, entry="thanks", return_url=back)[0],
        "inside": inside.address("link", entry="menu"),
        "me": inside.address("me"),
    }


@pytest.fixture
def talk(door, simulator) -> str:
    """Ren's telephone, on which they have written 連携 and been answered."""
    [ren] = make_followers(simulator, door, ["Ren"])
    Friend.objects.filter(pk=ren.pk).update(language="en")
    arrive(webhook(simulator.say(door.channel_id, ren.line_user_id, "連携")))
    give_due()
    return f"{simulator.base_url}/phone#{door.channel_id}/{ren.line_user_id}"


@pytest.fixture
def browser(addresses) -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture
def phone(browser) -> Page:
    page = browser.new_context(viewport=PHONE, user_agent=IPHONE, locale="en-US").new_page()
    page.set_default_timeout(20_000)
    page.on("pageerror", lambda error: pytest.fail(f"script error: {error}"))
    return page


def show_details(phone: Page) -> None:
    phone.get_by_label("Customer number").fill("A-100")
    phone.get_by_label("Birthday").fill("1990-04-01")
    phone.get_by_label("I agree that").check()
    assert fits(phone)


def agree_at_line(phone: Page) -> None:
    phone.get_by_role("button", name="Aoi").click()
    phone.get_by_role("button", name="許可する").click()


def away(tenant: Tenant, work: Callable[[], object]) -> object:
    """Do something with the database: in another thread, since the browser's loop keeps this one."""

    def there() -> object:
        with tenant_context(tenant):
            try:
                return work()
            finally:
                connection.close()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(there).result()


def link() -> tuple[str, str, str]:
    return Link.objects.active().values_list("customer__number", "method", "entry").get()


def test_from_the_chat_through_lines_dialog(talk, phone, own_tenant):
    phone.goto(talk)
    with phone.expect_popup() as opened:
        phone.get_by_text("Link now").click()
    page = opened.value
    show_details(page)
    page.get_by_role("button", name="Continue to LINE").click()
    page.get_by_role("button", name="連携する").wait_for()
    dialog = page.url
    page.get_by_role("button", name="連携する").click()
    page.get_by_text("連携しました").wait_for()
    friend = away(own_tenant, lambda: Friend.objects.get())
    away(own_tenant, lambda: arrive(account_link(friend, dialog)))

    assert away(own_tenant, link) == ("A-100", "account_link", "chat")


def test_signing_up_with_line_links_and_adds_the_account(phone, site, own_tenant):
    phone.goto(f"{site}/link/login/signup/?variant=a")
    agree_at_line(phone)
    phone.get_by_role("button", name="追加").first.click()
    show_details(phone)
    phone.get_by_role("button", name="Link now").click()

    expect(phone.get_by_role("heading", name="Your account is linked")).to_be_visible()
    expect(phone.get_by_text("連携解除")).to_be_visible()
    expect(phone.get_by_role("link", name="Open the chat")).to_be_visible()
    assert away(own_tenant, link) == ("A-100", "line_login", "signup")


def test_who_is_signed_in_at_the_shop_comes_back_to_it_linked(phone, addresses, own_tenant):
    phone.goto(addresses["session"])
    expect(phone.get_by_text("H●●●")).to_be_visible()
    phone.get_by_label("I agree that").check()
    phone.get_by_role("button", name="Continue to LINE").click()
    agree_at_line(phone)
    phone.get_by_role("button", name="追加").first.click()

    phone.wait_for_url("**/sign-in/login/?linked=1")
    assert away(own_tenant, link) == ("A-100", "line_login", "thanks")


def test_inside_line_one_links_looks_at_the_link_and_ends_it(phone, addresses, own_tenant):
    phone.goto(addresses["inside"])
    agree_at_line(phone)
    show_details(phone)
    phone.get_by_role("button", name="Link now").click()
    expect(phone.get_by_role("heading", name="Your account is linked")).to_be_visible()
    assert away(own_tenant, link) == ("A-100", "liff", "menu")
    phone.goto(addresses["me"])
    expect(phone.get_by_text("H●●●")).to_be_visible()
    phone.get_by_role("button", name="Unlink").click()
    expect(phone.get_by_text("Unlink your account?")).to_be_visible()
    phone.get_by_role("button", name="Unlink").first.click()

    expect(phone.get_by_role("heading", name="Your account is no longer linked")).to_be_visible()
