"""From a link to a counted friend, as people do it, in a real browser and through LINE's own screens."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from accounts import secrets
from channels.models import login_secret_place
from routes import signing_in
from tests.chromium import NEEDS_CHROMIUM, PHONE, chromium, fits, live_site, sign_in
from tests.factories import make_channel, make_route, make_user
from tests.routes.conftest import LOGIN_CHANNEL, LOGIN_SECRET
from tests.routes.conftest import PHONE as IPHONE

pytestmark = NEEDS_CHROMIUM


@pytest.fixture
def site(own_tenant, settings) -> Iterator[str]:
    with live_site() as address:
        settings.BASE_URL = address
        yield settings.BASE_URL


@pytest.fixture
def door(own_tenant, site, simulator, settings) -> str:
    """The id of a channel with LINE Login and LIFF; Aoi and Ren have LINE and are no friends yet."""
    settings.LINE_API_BASE = settings.LINE_DATA_API_BASE = settings.LINE_ACCESS_BASE = simulator.base_url
    settings.LIFF_BASE, settings.LIFF_SDK_URL = (
        f"{simulator.base_url}/liff",
        f"{simulator.base_url}/liff/sdk.js",
    )
    channel = make_channel(simulator, own_tenant, f"30{own_tenant.pk:08}")
    simulator.add_people(channel.channel_id, ["Aoi", "Ren"])
    redirects = [signing_in.redirect_uri()]
    simulator.add_login_channel(
        LOGIN_CHANNEL, LOGIN_SECRET, channel_id=channel.channel_id, redirect_uris=redirects
    )
    channel.basic_id, channel.login_channel_id = "@own", LOGIN_CHANNEL
    place = login_secret_place(own_tenant.pk)
    channel.sealed_login_secret = secrets.seal(own_tenant.pk, place, LOGIN_SECRET)
    channel.liff_id = simulator.add_liff_app(LOGIN_CHANNEL, signing_in.liff_endpoint())
    channel.save()
    return channel.channel_id


@pytest.fixture
def route(door, own_tenant):
    make_user("marketer", email=f"marketer@{own_tenant.slug}.example")
    return make_route("Poster")


@pytest.fixture
def browser(route) -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


def test_on_a_pc_through_lines_sign_in(browser, site, own_tenant, route):
    page = browser.new_page(locale="en-US")
    page.goto(f"{site}/c/{own_tenant.slug}/f/r/{route.code}?utm_source=poster")
    page.get_by_role("link", name="Sign in to LINE on this computer").click()
    page.get_by_role("button", name="Aoi").click()
    page.get_by_role("button", name="許可する").click()
    page.get_by_role("button", name="追加").first.click()

    expect(page.get_by_role("heading", name="Thank you for adding us")).to_be_visible()
    staff = sign_in(browser, site, f"marketer@{own_tenant.slug}.example")
    staff.goto(f"{site}/c/{own_tenant.slug}/routes/{route.pk}/")
    expect(staff.get_by_role("row").filter(has_text="Aoi")).to_contain_text("poster")


def test_on_a_phone_inside_line(browser, site, own_tenant, route):
    page = browser.new_context(viewport=PHONE, user_agent=IPHONE, locale="en-US").new_page()
    page.on("pageerror", lambda error: pytest.fail(f"script error: {error}"))
    page.goto(f"{site}/c/{own_tenant.slug}/f/r/{route.code}")
    page.get_by_role("button", name="Ren").click()
    page.get_by_role("button", name="許可する").click()

    expect(page.get_by_role("heading", name="Add the account to go on")).to_be_visible()
    assert fits(page)
    page.get_by_role("link", name="Add as a friend").click()
    page.get_by_role("dialog").get_by_role("button", name="友だち追加").click()

    expect(page.get_by_role("heading", name="Thank you for adding us")).to_be_visible()
