"""The card as somebody opens it in LINE, in a real browser."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from cards import services as cards
from linking import inside
from tests.chromium import NEEDS_CHROMIUM, PHONE, chromium, fits, live_site
from tests.factories import make_channel, make_customer, make_friend, make_link
from tests.linking.login_ways import give_login
from tests.routes.conftest import IN_LINE

pytestmark = NEEDS_CHROMIUM


@pytest.fixture
def site(own_tenant, settings) -> Iterator[str]:
    with live_site() as address:
        settings.BASE_URL = address
        yield settings.BASE_URL


@pytest.fixture
def card(own_tenant, site, simulator, settings) -> str:
    """Where the card opens in LINE. Aoi is linked with customer 1234-5678; Ren is not."""
    settings.LINE_API_BASE = settings.LINE_DATA_API_BASE = settings.LINE_ACCESS_BASE = simulator.base_url
    settings.LIFF_BASE = f"{simulator.base_url}/liff"
    settings.LIFF_SDK_URL = f"{simulator.base_url}/liff/sdk.js"
    channel = give_login(simulator, make_channel(simulator, own_tenant, f"30{own_tenant.pk:08}"))
    aoi, _ren = simulator.add_people(channel.channel_id, ["Aoi", "Ren"])
    make_link(make_friend(line_user_id=aoi), make_customer("1234-5678", points=1250))
    cards.change_settings(is_on=True, symbol="nw7", points_field="points")
    return inside.address("card")


@pytest.fixture
def browser(card) -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture
def phone(browser):
    page = browser.new_context(viewport=PHONE, user_agent=IN_LINE, locale="en-US").new_page()
    page.set_default_timeout(20_000)
    page.on("pageerror", lambda error: pytest.fail(f"script error: {error}"))
    return page


def test_a_linked_friend_opens_the_card(phone, card):
    phone.goto(card)
    phone.get_by_role("button", name="Aoi").click()
    phone.get_by_role("button", name="許可する").click()

    expect(phone.get_by_text("1234-5678")).to_be_visible()
    expect(phone.get_by_text("1,250")).to_be_visible()
    assert phone.locator(".scan svg").bounding_box()["width"] > 250
    assert fits(phone)


def test_who_is_not_linked_is_led_to_linking(phone, card):
    phone.goto(card)
    phone.get_by_role("button", name="Ren").click()
    phone.get_by_role("button", name="許可する").click()
    phone.get_by_role("link", name="Link now").click()

    expect(phone.get_by_label("Customer number")).to_be_visible()
