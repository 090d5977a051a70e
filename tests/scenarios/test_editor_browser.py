"""The editor of scenarios as people use it: by mouse, by keyboard alone, on a phone, two at once."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django_tenants.utils import tenant_context
from playwright.sync_api import Browser, Page, expect

from accounts.models import Tenant, User
from friends.models import Friend
from scenarios import services
from scenarios.models import Scenario
from tests.chromium import DESK, NEEDS_CHROMIUM, PHONE, chromium, fits, live_site, sign_in
from tests.factories import make_channel, make_followers, make_scenario, make_user
from tests.scenarios.factories import make_entry

pytestmark = NEEDS_CHROMIUM
THREE = {
    "trigger": {"type": "friend_added"},
    "steps": [
        {"id": "hello", "type": "send", "messages": [{"type": "text", "text": "Hello"}]},
        {"id": "day", "type": "wait", "days": 1},
        {"id": "fork", "type": "branch", "paths": [{"key": "yes", "name": "Yes"}]},
    ],
}


@pytest.fixture
def shop(own_tenant, simulator) -> Tenant:
    """A client with a friend, and a marketer who reads English."""
    channel = make_channel(simulator, own_tenant, f"20{own_tenant.pk:08}")
    make_followers(simulator, channel, ["Aoi"])
    make_user("marketer", email=f"marketer@{own_tenant.slug}.example")
    User.objects.filter(email=f"marketer@{own_tenant.slug}.example").update(language="en")
    return own_tenant


@pytest.fixture
def made(shop) -> Scenario:
    return make_scenario(THREE)


@pytest.fixture
def beside(shop) -> Iterator[Callable]:
    """Does something in the client while the browser is open, in a thread of its own."""
    with ThreadPoolExecutor(1) as thread:
        yield lambda act: thread.submit(inside, shop, act).result()


def inside(shop: Tenant, act: Callable) -> object:
    with tenant_context(shop):
        try:
            return act()
        finally:
            connection.close()


@pytest.fixture
def site(shop) -> Iterator[str]:
    """The address of the client's pages."""
    with live_site() as address:
        yield address


@pytest.fixture
def browser(site) -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


def opened(browser: Browser, site: str, shop: Tenant, address: str, *, viewport: dict = DESK) -> Page:
    page = sign_in(browser, site, f"marketer@{shop.slug}.example", viewport=viewport)
    page.goto(f"{site}/c/{shop.slug}/scenarios/{address}")
    return page


def labels(page: Page) -> list[str]:
    return page.locator(".flow-item .face > b").all_inner_texts()


def saved(page: Page) -> None:
    expect(page.locator("#said")).to_have_text("Saved.")


def add(page: Page, spot: str, type_: str) -> None:
    """Choose a step for a place with the mouse."""
    page.locator(f'[data-adds="{spot}"]').click()
    page.locator(f'#adding [data-type="{type_}"]').click()
    expect(page.locator('#panel-form [name="type"]')).to_have_value(type_)


def test_three_steps_are_built_by_mouse_published_and_watched(beside, browser, site, shop):
    page = opened(browser, site, shop, "new/")
    page.get_by_label("Name", exact=True).fill("Welcome")
    page.get_by_role("button", name="Make the draft").click()

    page.locator('[data-trigger="friend_added"]').click()
    page.get_by_role("button", name="Save", exact=True).last.click()
    saved(page)
    add(page, ":0", "wait")
    page.get_by_label("How long").fill("2")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.locator(".flow-item .words")).to_have_text("2 days")
    add(page, ":1", "send")
    page.locator("#panel-form textarea").first.fill("Hello")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.locator(".flow-item")).to_have_count(2)
    add(page, ":0", "split")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.locator(".lane")).to_have_count(2)
    assert labels(page) == ["A/B split", "Wait", "Send"]

    page.get_by_role("link", name="Publish").click()
    page.get_by_role("button", name="Publish as").click()
    expect(page.locator("h1 .badge")).to_have_text("Running")
    wait = beside(somebody_waits)

    expect(page.locator(f"#now-{wait}")).to_have_text("1")


def somebody_waits() -> str:
    """Lets the friend in, to the step at which they wait; its id."""
    found = Scenario.objects.select_related("version").get()
    wait = found.flow["steps"][1]["id"]
    make_entry(found, Friend.objects.get(), step=wait)
    return wait


def test_steps_are_added_moved_and_removed_by_keyboard_alone(made, beside, browser, site, shop):
    page = opened(browser, site, shop, f"{made.pk}/")

    page.locator("#step-day").focus()
    page.keyboard.press("Alt+ArrowUp")
    expect(page.locator(".flow-item").first).to_contain_text("Wait")
    expect(page.locator("#step-day")).to_be_focused()
    page.keyboard.press("Delete")
    expect(page.locator("#undo")).to_be_focused()
    assert labels(page) == ["Send", "Branch"]
    page.keyboard.press("Enter")
    expect(page.locator(".flow-item")).to_have_count(3)
    page.locator('[data-adds="fork.yes:0"]').focus()
    page.keyboard.press("Enter")
    page.locator('#adding [data-type="wait"]').focus()
    page.keyboard.press("Enter")
    expect(page.locator("#panel-form select").first).to_be_focused()
    page.get_by_label("How long").fill("3")
    page.keyboard.press("Enter")

    expect(page.locator(".lane .words").filter(has_text="3 days")).to_be_visible()
    beside(made.refresh_from_db)
    assert [step["id"] for step in made.flow["steps"]] == ["day", "hello", "fork"]
    assert made.flow["steps"][2]["ways"]["yes"][0]["days"] == 3


def test_a_step_is_dragged_into_a_branch(made, browser, site, shop):
    page = opened(browser, site, shop, f"{made.pk}/")

    page.locator("#step-hello").drag_to(page.locator('[data-spot="fork.yes:0"]'))

    expect(page.locator(".lane #step-hello")).to_be_visible()
    expect(page.locator("#said")).to_have_text("Moved.")


def test_what_was_typed_stays_when_a_colleague_was_first(made, beside, browser, site, shop):
    page = opened(browser, site, shop, f"{made.pk}/?part=step&key=day")
    page.get_by_label("How long").fill("9")

    shorter = made.flow | {"steps": made.flow["steps"][1:]}
    beside(lambda: services.write(made, shorter, revision=1, by=None))
    page.get_by_role("button", name="Save", exact=True).last.click()

    expect(page.get_by_role("alert").filter(has_text="Somebody else has changed")).to_be_visible()
    expect(page.get_by_label("How long")).to_have_value("9")
    page.get_by_role("button", name="Save", exact=True).last.click()
    expect(page.locator("#step-day .words")).to_have_text("9 days")


def test_the_fields_follow_what_is_chosen(made, browser, site, shop):
    page = opened(browser, site, shop, f"{made.pk}/?part=step&key=day")

    page.locator("#n-how").select_option("clock")

    expect(page.get_by_label("The clock shows")).to_be_visible()
    expect(page.get_by_label("How long")).to_have_count(0)
    page.get_by_label("The clock shows").fill("09:30")
    page.get_by_role("button", name="Save", exact=True).last.click()
    expect(page.locator("#step-day .words")).to_have_text("Until 09:30")


def test_on_a_phone_the_form_is_a_sheet_over_the_flow(made, browser, site, shop):
    page = opened(browser, site, shop, f"{made.pk}/", viewport=PHONE)

    page.locator("#step-day").click()

    sheet = page.locator("#panel")
    expect(sheet.get_by_label("How long")).to_be_visible()
    assert fits(page)
    page.get_by_role("button", name="Remove").click()
    expect(page.locator(".flow-item")).to_have_count(2)


def test_what_is_typed_is_not_lost_by_moving_the_step(made, browser, site, shop):
    page = opened(browser, site, shop, f"{made.pk}/?part=step&key=day")
    before = labels(page)
    page.get_by_label("How long").fill("9")

    page.once("dialog", lambda dialog: dialog.dismiss())
    page.get_by_role("button", name="Move up").click()

    expect(page.get_by_label("How long")).to_have_value("9")
    assert labels(page) == before
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Move up").click()
    expect(page.locator(".flow-item .face > b").first).to_have_text("Wait")
