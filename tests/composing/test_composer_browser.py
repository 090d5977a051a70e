"""Writing messages in a real browser: counted as LINE counts, drawn as it is typed, nothing lost."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from autoreplies.models import AutoReply
from line.validation import limits
from tests.chromium import NEEDS_CHROMIUM, chromium, live_site, sign_in
from tests.factories import make_user

pytestmark = NEEDS_CHROMIUM
TRICKY = [
    "plain",
    "😀👍🏽",
    "👩‍👩‍👧‍👦 family",
    "🇯🇵🇫🇷🇺",
    "か゚が e\u0301",
    "𠮷野家",
    "한국 \u1112\u1161\u11ab",
    "1️⃣ ❤️ ☺",
    "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
    "two\nlines",
]
BUTTONS = {
    "type": "template",
    "altText": "What now?",
    "template": {
        "type": "buttons",
        "title": "Autumn",
        "text": "What now?",
        "actions": [{"type": "uri", "label": "Look", "uri": "https://shop.example/"}],
    },
}


@pytest.fixture
def site(own_tenant) -> Iterator[str]:
    """A client with one automatic reply, and somebody who may change it."""
    make_user("marketer", email=f"marketer@{own_tenant.slug}.example")
    User.objects.filter(email__endswith=f"{own_tenant.slug}.example").update(language="en")
    hello = {"type": "text", "text": "Hello"}
    reply = AutoReply.objects.create(name="Prices", trigger="keyword", words=["p"], messages=[hello, BUTTONS])
    with live_site() as address:
        yield f"{address}/c/{own_tenant.slug}/auto-replies/{reply.pk}/"


@pytest.fixture
def page(site, own_tenant) -> Iterator[Page]:
    with chromium() as browser:
        page = sign_in(browser, site.partition("/c/")[0], f"marketer@{own_tenant.slug}.example")
        page.set_default_timeout(20_000)
        page.goto(site)
        yield page


def test_writing_from_the_first_letter_to_the_saved_messages(page, site, own_tenant):
    text = page.locator("[name=b0-text]")
    title = page.locator("[name=b1-title]")
    phone = page.locator("#phone")

    for typed in TRICKY:
        text.fill(typed)
        title.fill(typed.replace("\n", " "))
        expect(text.locator("~ .typed")).to_have_text(f"{limits.TEXT.length(typed):,} / 5,000")
        in_title = limits.TITLE.length(typed.replace("\n", " "))
        expect(title.locator("~ .typed")).to_have_text(re.compile(rf"^\s*{in_title} "))

    title.fill("か゚" * 41)
    expect(title.locator("~ .typed")).to_have_text("41 / 40 · 1 too many")
    expect(page.locator("[name=b1-text] ~ .typed")).to_contain_text("/ 60")
    title.fill("")
    expect(page.locator("[name=b1-text] ~ .typed")).to_contain_text("/ 160")

    text.fill("Dear ")
    page.get_by_text("Variable", exact=True).click()
    page.locator("[data-insert-variable]").click()
    page.locator("#b0 [data-emoji-picker] summary").click()
    page.locator('[data-insert-emoji="🎉"]').click()
    expect(text).to_have_value("Dear {{display_name|dear customer}}🎉")
    expect(phone.locator(".known")).to_have_text("Hanako")
    page.get_by_label("As a friend whose name is not known").check()
    expect(phone.locator(".unknown:visible")).to_have_text("dear customer")
    page.get_by_role("button", name="Chat list").click()
    expect(phone.locator(".in-list p").first).to_have_text("What now?")

    page.locator("[value='remove:b0']").click()
    expect(page.locator("[name=bubbles]")).to_have_value("1")
    page.get_by_role("button", name="Undo").click()
    expect(text).to_have_value("Dear {{display_name|dear customer}}🎉")
    page.wait_for_function("!document.querySelector('.htmx-request, .htmx-swapping, .htmx-settling')")
    page.locator("[name=b1-actions0-type]").select_option("message")
    page.locator("[name=b1-actions0-text]").fill("Tell me more")
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_url("**/auto-replies/")
    page.goto(site)

    expect(page.locator("[name=b0-text]")).to_have_value("Dear {{display_name|dear customer}}🎉")
    expect(page.locator("[name=b1-actions0-text]")).to_have_value("Tell me more")


def test_what_was_written_is_not_left_unsaved_without_a_question(page):
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))

    page.locator("[name=b0-text]").press_sequentially("!")
    page.get_by_role("link", name="Friends", exact=True).first.click()
    page.wait_for_url("**/friends/")

    assert asked == ["beforeunload"]
