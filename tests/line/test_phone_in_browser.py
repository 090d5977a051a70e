"""The phone as somebody taps it. Needs Debian's chromium."""

from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from line import wire
from tests.line.conftest import CHANNEL
from tests.line.factories import make_friends

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"]
QUIET = ["--disable-background-networking", "--disable-component-update"]

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="chromium is not installed"),
]


@pytest.fixture
def page():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS + QUIET)
        yield browser.new_page(viewport={"width": 390, "height": 844})
        browser.close()


def test_somebody_adds_the_account_and_writes(line, page):
    line.add_people(CHANNEL, ["葵"])

    page.goto(f"{line.base_url}/phone")
    page.get_by_role("button", name="葵").click()
    page.get_by_role("button", name="友だち追加").click()
    page.get_by_role("textbox").fill("こんにちは")
    page.get_by_role("button", name="送信").click()

    page.locator(".mine", has_text="こんにちは").wait_for()


def test_what_friends_write_is_never_html(line, page):
    [aoi] = make_friends(line, "<b>Aoi</b>")
    line.say(CHANNEL, aoi, "<img src=x onerror=alert(1)>")

    page.goto(f"{line.base_url}/phone#{CHANNEL}/{aoi}")

    page.get_by_text("<img src=x onerror=alert(1)>").wait_for()
    assert page.get_by_text("<b>Aoi</b>").count() == 1


def test_a_tap_on_the_link_button_leads_through_lines_dialog(client, line, page, receiver):
    [aoi] = make_friends(line, "Aoi")
    token = wire.run(client.issue_link_token(aoi))
    url = f"{line.base_url}/dialog/bot/accountLink?linkToken={token}&nonce=0123456789"
    reply_token = line.say(CHANNEL, aoi, "Link me")["replyToken"]
    wire.run(client.reply(reply_token, [{"type": "text", "text": url}]))

    page.goto(f"{line.base_url}/phone#{CHANNEL}/{aoi}")
    with page.expect_popup() as popup:
        page.get_by_role("link", name="accountLink").click()
    popup.value.get_by_role("button", name="連携する").click()
    popup.value.get_by_text("連携しました").wait_for()

    assert b'"result":"ok"' in receiver.received[-1][1]
