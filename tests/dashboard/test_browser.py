"""The main job as people do it, in a real browser, on a desk and on a phone."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.utils import timezone
from django_tenants.utils import schema_context
from playwright.sync_api import Browser, Route, expect

from accounts import services as accounts
from accounts.models import Tenant, User
from coupons.models import Coupon
from tests.chromium import NEEDS_CHROMIUM, PHONE, chromium, fail_on_error, fits, live_site, sign_in
from tests.coupons.factories import make_own_coupon
from tests.factories import make_channel, make_followers, make_friend, make_tag, make_user

pytestmark = NEEDS_CHROMIUM


@pytest.fixture
def shop(own_tenant, simulator) -> Tenant:
    """A client with a channel, three friends, and three people: marketer@…, approver@…, account_manager@…"""
    channel = make_channel(simulator, own_tenant, f"20{own_tenant.pk:08}")
    make_tag("VIP", friends=make_followers(simulator, channel, ["Aoi", "Ren"]))
    make_friend("Mio")
    for role in ("marketer", "approver", "account_manager"):
        make_user(role, email=f"{role}@{own_tenant.slug}.example")
    User.objects.filter(email__endswith=f"{own_tenant.slug}.example").update(language="en")
    return own_tenant


@pytest.fixture
def second_shop(shop) -> Tenant:
    """Another client, in which the marketer may look."""
    with schema_context("public"):
        other = accounts.create_client(shop.agency, slug=f"{shop.slug}-b", name="Second shop")
        accounts.invite(f"marketer@{shop.slug}.example", agency=shop.agency, tenant=other, role="viewer")
    return other


@pytest.fixture
def draft(shop) -> Coupon:
    return make_own_coupon(status=Coupon.Status.DRAFT, started_at=None)


@pytest.fixture
def site(shop) -> Iterator[str]:
    """The address of the running site."""
    with live_site() as address:
        yield address


@pytest.fixture
def browser(site) -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


def test_from_sign_in_to_a_scheduled_broadcast(browser, site, shop):
    page = sign_in(browser, site, f"marketer@{shop.slug}.example")

    page.get_by_role("link", name="Segments").click()
    page.get_by_role("link", name="New segment").click()
    page.get_by_label("Name", exact=True).fill("Our VIPs")
    page.get_by_role("button", name="Add a condition").click()
    page.get_by_label("Search the conditions").fill("tag")
    page.get_by_label("Search the conditions").press("Enter")
    page.get_by_label("Tag", exact=True).select_option("VIP")
    expect(page.get_by_text("of 3 reachable")).to_be_visible()
    expect(page.get_by_role("link", name="Aoi")).to_be_visible()
    page.get_by_role("button", name="Save").click()
    expect(page.locator("p.whole")).to_have_text("tagged “VIP”")

    page.get_by_role("link", name="Write to them").click()
    page.get_by_label("Name", exact=True).fill("Sale today")
    page.get_by_label("Text", exact=True).fill("Dear {{display_name|customer}}, sale today")
    expect(page.locator(".phone .bubble")).to_have_text("Dear Hanako, sale today", use_inner_text=True)
    expect(page.locator("#forecast")).to_contain_text("2 free, 0 paid")
    page.get_by_role("button", name="Save the draft").click()
    page.get_by_role("button", name="Ask for approval").click()
    expect(page.get_by_text("Waiting for the client’s approver.")).to_be_visible()
    address = page.url

    phone = sign_in(browser, site, f"approver@{shop.slug}.example", viewport=PHONE)
    phone.goto(address)
    phone.get_by_role("link", name="Review and approve").click()
    phone.get_by_label("Comment").fill("Good")
    assert fits(phone)
    phone.get_by_role("button", name="Approve").click()
    expect(phone.get_by_text("“Sale today” is approved.")).to_be_visible()

    page.reload()
    page.get_by_role("link", name="Schedule or send").click()
    expect(page.get_by_text("You are about to send as Own.")).to_be_visible()
    page.get_by_label("At a date and time").check()
    send_at = timezone.localtime() + timedelta(hours=1)
    page.get_by_label("Send at").fill(send_at.strftime("%Y-%m-%dT%H:%M"))
    page.get_by_role("button", name="On to the last look").click()
    page.get_by_role("button", name="Schedule as Own").click()
    expect(page.get_by_text("“Sale today” is scheduled.")).to_be_visible()
    expect(page.locator("#live .badge")).to_have_text("Scheduled")


def test_bubbles_come_and_go_without_losing_what_was_typed(browser, site, shop):
    page = sign_in(browser, site, f"marketer@{shop.slug}.example")
    page.goto(f"{site}/c/{shop.slug}/broadcasts/new/")

    page.get_by_label("Text", exact=True).fill("First")
    page.locator("#bubbles").get_by_role("button", name="Flex").click()
    page.get_by_label("Text in the notification").fill("New in the shop")
    page.get_by_role("button", name="Move up").click()

    expect(page.locator(".bubble-form").first).to_contain_text("1. Flex")
    expect(page.get_by_label("Text", exact=True)).to_have_value("First")
    expect(page.get_by_label("Text in the notification")).to_have_value("New in the shop")


def test_switching_the_client_without_signing_out(second_shop, browser, site, shop):
    page = sign_in(browser, site, f"marketer@{shop.slug}.example")

    page.get_by_role("link", name="Own").click()
    page.locator(".switcher summary").click()
    page.get_by_role("link", name="Second shop").click()

    expect(page).to_have_url(f"{site}/c/{second_shop.slug}/")
    expect(page.locator(".switcher summary")).to_contain_text("Second shop")


def test_who_was_signed_out_meanwhile_is_asked_to_sign_in_again(browser, site, shop):
    page = sign_in(browser, site, f"marketer@{shop.slug}.example")
    page.goto(f"{site}/c/{shop.slug}/friends/")
    page.context.clear_cookies()

    page.get_by_label("Status").select_option("blocked")

    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def test_an_answer_that_fails_is_said(browser, site, shop):
    page = sign_in(browser, site, f"marketer@{shop.slug}.example")
    page.goto(f"{site}/c/{shop.slug}/friends/")
    page.remove_listener("console", fail_on_error)
    page.route("**/friends/?*", lambda route: route.abort())

    page.get_by_label("Status").select_option("blocked")

    expect(page.locator("#unread-count")).to_be_attached()
    said = page.get_by_text("This part could not be brought up to date.")
    expect(said).to_be_visible()
    asking = "address => htmx.ajax('GET', address, {target: '#unread-count', swap: 'outerHTML'})"
    page.evaluate(asking, f"{site}/c/{shop.slug}/chats/unread/")  # another part comes
    expect(said).to_be_visible()


def test_a_button_that_is_pressed_twice_sends_its_form_once(draft, browser, site, shop):
    page = sign_in(browser, site, f"account_manager@{shop.slug}.example")
    page.goto(f"{site}/c/{shop.slug}/coupons/{draft.pk}/delete/")
    held: list[Route] = []

    page.route(f"**/{draft.pk}/delete/", lambda route: held.append(route))  # the server has not answered yet

    twice = "button => { button.click(); setTimeout(() => button.click(), 200) }"
    with page.expect_request("**/delete/"):
        page.get_by_role("button", name="Delete").evaluate(twice)
    page.wait_for_timeout(500)
    held[-1].continue_()

    expect(page.get_by_text("is deleted")).to_be_visible()
    assert len(held) == 1
