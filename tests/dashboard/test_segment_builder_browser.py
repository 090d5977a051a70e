"""The builder of segments as people use it: by keyboard, on a phone, in Japanese, with second thoughts."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from accounts.models import Tenant, User
from segments.models import Segment
from tests.chromium import DESK, NEEDS_CHROMIUM, PHONE, chromium, fits, live_site, sign_in
from tests.factories import make_channel, make_followers, make_link, make_segment, make_tag, make_user

pytestmark = NEEDS_CHROMIUM


@pytest.fixture
def shop(own_tenant, simulator) -> Tenant:
    """Aoi and Ren are VIP, Ren and Mio are linked; a marketer who reads English."""
    channel = make_channel(simulator, own_tenant, f"20{own_tenant.pk:08}")
    aoi, ren, mio = make_followers(simulator, channel, ["Aoi", "Ren", "Mio"])
    make_tag("VIP", friends=[aoi, ren])
    make_link(ren)
    make_link(mio)
    make_user("marketer", email=f"marketer@{own_tenant.slug}.example")
    User.objects.filter(email=f"marketer@{own_tenant.slug}.example").update(language="en")
    return own_tenant


@pytest.fixture
def site(shop) -> Iterator[str]:
    """The address of the client's pages."""
    with live_site() as address:
        yield address


@pytest.fixture
def browser(site) -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture
def builder(browser, site, shop) -> Page:
    """A new segment, at a desk."""
    return opened(browser, site, shop, "new/")


def opened(browser: Browser, site: str, shop: Tenant, address: str, *, viewport: dict = DESK) -> Page:
    page = sign_in(browser, site, f"marketer@{shop.slug}.example", viewport=viewport)
    page.goto(f"{site}/c/{shop.slug}/segments/{address}")
    return page


def add(page: Page, name: str, *, group: str = "n") -> None:
    """Choose a condition in the menu, by its search."""
    page.locator(f"#{group}-add").click()
    page.get_by_label("Search the conditions").fill(name)
    page.get_by_label("Search the conditions").press("Enter")


def total(page: Page) -> object:
    return page.locator("#answer .figure dd")


def test_a_segment_is_built_and_saved_by_keyboard_alone(builder):
    builder.get_by_label("Name", exact=True).focus()
    builder.keyboard.type("Linked VIPs")
    builder.locator("#n-add").focus()
    builder.keyboard.press("Enter")
    builder.keyboard.type("id link")
    builder.keyboard.press("Enter")
    expect(builder.locator("#n-0-is")).to_be_focused()
    expect(total(builder)).to_contain_text("2 of 3")
    builder.keyboard.press("Shift+Tab")
    builder.locator("#n-add").focus()
    builder.keyboard.press("Enter")
    builder.keyboard.type("tag")
    builder.keyboard.press("ArrowDown")
    builder.keyboard.press("Enter")
    expect(builder.locator("#n-1-tag")).to_be_focused()
    builder.keyboard.type("VIP")

    expect(total(builder)).to_contain_text("1 of 3")
    builder.locator("#n-1-said").focus()
    builder.keyboard.press("Alt+ArrowUp")
    expect(builder.locator("#n-0-words")).to_have_text("tagged “VIP”")
    expect(builder.locator("#n-0-said")).to_be_focused()
    builder.get_by_role("button", name="Save").press("Enter")

    expect(builder.get_by_text("tagged “VIP” · linked")).to_be_visible()


def test_the_count_follows_what_is_typed_and_keeps_the_cursor(builder):
    add(builder, "days as a friend")
    expect(total(builder)).to_contain_text("0 of 3")
    field = builder.locator("#n-0-days_at_least")
    field.focus()
    builder.keyboard.press("Control+A")
    builder.keyboard.type("0")

    expect(total(builder)).to_contain_text("3 of 3")
    expect(field).to_be_focused()
    expect(builder.locator("#n-0-note")).to_contain_text("3 friends")


def test_groups_nest_and_conditions_move_between_them(builder):
    add(builder, "id link")
    builder.get_by_role("button", name="Add a group").click()
    add(builder, "tag", group="n-1")
    builder.locator("#n-1-0-tag").select_option("VIP")
    expect(total(builder)).to_contain_text("1 of 3")

    builder.locator("#n-1-0-said").focus()
    builder.keyboard.press("Alt+ArrowLeft")
    expect(builder.locator("#n-1-said")).to_be_focused()
    builder.keyboard.press("Alt+ArrowUp")
    expect(builder.locator("#n-1-words")).to_have_text("linked")
    expect(builder.locator("#n-0-said")).to_be_focused()  # what was moved takes the focus when all is settled
    builder.locator("#n-1-said").focus()
    builder.keyboard.press("Alt+ArrowRight")

    expect(builder.locator("#n-1.group #n-1-0-words")).to_have_text("linked")


def test_each_condition_says_what_it_removes(builder):
    add(builder, "id link")
    add(builder, "tag")
    builder.locator("#n-1-tag").select_option("VIP")

    expect(builder.locator("#n-0-note")).to_contain_text("2 friends")
    expect(builder.locator("#n-0-note")).to_contain_text("removes 1")
    expect(builder.locator("#n-1-note")).to_contain_text("removes 1")
    expect(builder.locator("#n-note")).to_contain_text("1 friends")


def test_a_change_is_undone(builder):
    add(builder, "id link")
    expect(total(builder)).to_contain_text("2 of 3")
    builder.locator("#n-0 > header").get_by_role("button", name="Remove").click()
    expect(total(builder)).to_contain_text("3 of 3")

    builder.get_by_role("button", name="Undo the last change").click()

    expect(builder.locator("#n-0-is")).to_be_visible()
    expect(total(builder)).to_contain_text("2 of 3")


def test_conditions_close_to_their_sentence_and_open_again(builder):
    add(builder, "id link")

    builder.locator("#n-0-said").click()
    expect(builder.locator("#n-0-is")).to_have_count(0)
    expect(builder.locator("#n-0-said")).to_have_text("linked")
    builder.locator("#n-0-said").click()

    expect(builder.locator("#n-0-is")).to_be_visible()


def test_a_text_that_is_no_json_is_shown_with_its_line(builder):
    add(builder, "id link")
    builder.get_by_role("button", name="Write as JSON", exact=True).first.click()
    expect(builder.locator("#json")).to_have_value(
        '{\n  "all": [\n    {\n      "type": "linked",\n      "is": true\n    }\n  ]\n}'
    )

    builder.locator("#json").fill('{\n  "all": [,]\n}')

    expect(builder.locator("#wrong-text")).to_contain_text("line 2, column 11")
    builder.get_by_role("button", name="Show the line").click()
    assert builder.evaluate("document.getElementById('json').selectionStart") == 2


def test_nobody_leaves_by_mistake(builder):
    asked: list[str] = []
    builder.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    add(builder, "id link")
    expect(total(builder)).to_contain_text("2 of 3")

    with builder.expect_event("dialog"):
        builder.get_by_role("link", name="Friends").first.click()

    expect(builder.locator("#n-0-is")).to_be_visible()
    assert asked == ["beforeunload"]


def test_on_a_phone_nothing_is_wider_than_the_screen_and_targets_are_large(browser, site, shop):
    phone = opened(browser, site, shop, "new/", viewport=PHONE)

    add(phone, "what they did")
    phone.get_by_role("button", name="Add a group").click()
    add(phone, "tag", group="n-1")
    expect(phone.locator("#n-1-0-tag")).to_be_visible()

    assert fits(phone)
    assert phone.locator("#n-0-said").bounding_box()["height"] >= 44
    assert phone.locator("#n-0-count_at_least").bounding_box()["height"] >= 44


@pytest.fixture
def saved(shop) -> Segment:
    """A segment of a shop whose marketer reads Japanese."""
    User.objects.filter(email=f"marketer@{shop.slug}.example").update(language="ja")
    return make_segment(
        {"any": [{"type": "linked", "is": True}, {"type": "linked", "is": False}]}, name="VIP"
    )


def test_it_speaks_japanese(saved, browser, site, shop):
    page = opened(browser, site, shop, f"{saved.pk}/edit/")

    expect(page.get_by_role("button", name="条件を追加")).to_be_visible()
    expect(page.locator("#n-0-words")).to_have_text("連携済み")
    expect(page.locator("#n-0-note")).to_contain_text("2人")
    expect(page.locator("#n-0-note")).to_contain_text("＋2人")
