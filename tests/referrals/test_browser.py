"""From a friend's page to a new friend, as people do it, in a real browser and on LINE's own screens."""

import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from friends import personal
from referrals import joining
from tests.dashboard.test_browser import CHROMIUM, sign_in
from tests.factories import make_user
from tests.referrals.factories import invite, make_old_friend, make_part, make_running
from tests.referrals.test_settling import coupon, turn
from tests.routes.conftest import PHONE
from tests.routes.test_browser import door, site  # noqa: F401  (fixtures)

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"no browser at {CHROMIUM}; set CHROMIUM"),
]
PHONE_SIZE, DESK_SIZE = {"width": 390, "height": 844}, {"width": 1440, "height": 1000}
SHOTS = os.environ.get("SHOTS", "")  # a folder, to look at the pages


@pytest.fixture
def programme(door):  # noqa: F811
    """A programme that runs, with an inviter who has brought some."""
    rules = {
        "each": turn(),
        "invited": coupon(name="ドリンク無料"),
        "tiers": [{"at": 1, **coupon(name="ケーキ")}, {"at": 5, **coupon(name="ディナー")}],
        "most": 20,
        "review": "flagged",
        "hold_days": 0,
    }
    words = {
        "intro": "お友だちを紹介すると、ふたりに特典。",
        "welcome": "いっしょに使いましょう。",
        "terms": "お一人様1回。",
    }
    programme = make_running("お友だち紹介", rules=rules, shared="おすすめのお店です！", **words)
    part = make_part(programme, "葵")
    for name in ("蓮", "結衣"):
        invite(part, name)
    make_old_friend("湊")
    invite(part, "湊")
    return programme


@pytest.fixture
def people(programme, own_tenant) -> dict[str, str]:
    """What the browser opens, read before it starts."""
    make_user("marketer", email=f"marketer@{own_tenant.slug}.example")
    part = programme.participants.get()
    return {
        "own": personal.address(joining.PAGE, programme.pk, part.friend_id),
        "link": joining.link_of(part),
        "programme": f"/c/{own_tenant.slug}/referrals/{programme.pk}/",
        "inviter": f"/c/{own_tenant.slug}/referrals/inviter/{part.pk}/",
        "email": f"marketer@{own_tenant.slug}.example",
    }


@pytest.fixture
def browser(people) -> Iterator[Browser]:
    """Playwright keeps a loop in this thread, where Django has no connection: data is made before it."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


def shot(page: Page, name: str) -> None:
    if SHOTS:
        page.screenshot(path=f"{SHOTS}/referrals_{name}.png", full_page=True)


def fits(page: Page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_a_friend_shares_and_another_comes_by_the_link(browser, people):
    phone = browser.new_context(viewport=PHONE_SIZE, locale="ja-JP", user_agent=PHONE).new_page()
    phone.goto(people["own"])
    expect(phone.get_by_role("link", name="LINEでシェアする")).to_be_visible()
    expect(phone.get_by_label("あなた専用のリンク")).to_have_value(people["link"])
    assert fits(phone)
    shot(phone, "own_ja")
    english = browser.new_context(viewport=PHONE_SIZE, locale="en-US").new_page()
    english.goto(people["own"])
    shot(english, "own_en")

    friend = browser.new_context(viewport=DESK_SIZE, locale="en-US").new_page()
    friend.goto(people["link"])
    shot(friend, "invitation_en")
    friend.get_by_role("link", name="Go on to LINE").click()
    friend.get_by_role("link", name="Sign in to LINE on this computer").click()
    friend.get_by_role("button", name="Aoi").click()
    friend.get_by_role("button", name="許可する").click()
    friend.get_by_role("button", name="追加").first.click()

    expect(friend.get_by_role("heading", name="Thank you for adding us")).to_be_visible()
    phone.goto(people["link"])
    expect(phone.get_by_role("link", name="LINEの確認画面へ進む")).to_be_visible()
    assert fits(phone)
    shot(phone, "invitation_ja")


def test_a_marketer_sees_who_brings_most_and_writes_a_programme(browser, site, people):  # noqa: F811
    page = sign_in(browser, site, people["email"])
    for name, address in (("programme", people["programme"]), ("inviter", people["inviter"])):
        page.set_viewport_size(DESK_SIZE)
        page.goto(site + address)
        shot(page, f"{name}_1440")
        page.set_viewport_size(PHONE_SIZE)
        assert fits(page)
        shot(page, f"{name}_390")
    for name in ("edit", "people", "inviters", "publish"):
        page.set_viewport_size(DESK_SIZE)
        page.goto(f"{site}{people['programme']}{name}/")
        shot(page, f"{name}_1440")
        page.set_viewport_size(PHONE_SIZE)
        assert fits(page)
        shot(page, f"{name}_390")

    page.goto(f"{site}{people['programme']}edit/")
    page.locator("[name=kind][value=bought]").check()
    expect(page.locator("[name=amount]")).to_be_visible()
    expect(page.locator("[name=survey]")).to_be_hidden()
