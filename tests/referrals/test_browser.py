"""From a friend's page to a new friend, as people do it, in a real browser and on LINE's own screens."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from friends import personal
from referrals import joining
from tests.chromium import DESK, NEEDS_CHROMIUM, PHONE, chromium, fits, shot, sign_in
from tests.factories import make_user
from tests.referrals.factories import invite, make_old_friend, make_part, make_running
from tests.referrals.test_settling import coupon, turn
from tests.routes.conftest import PHONE as IPHONE
from tests.routes.test_browser import door, site  # noqa: F401  (fixtures)

pytestmark = NEEDS_CHROMIUM


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
    with chromium() as browser:
        yield browser


def test_a_friend_shares_and_another_comes_by_the_link(browser, people):
    phone = browser.new_context(viewport=PHONE, locale="ja-JP", user_agent=IPHONE).new_page()
    phone.goto(people["own"])
    expect(phone.get_by_role("link", name="LINEでシェアする")).to_be_visible()
    expect(phone.get_by_label("あなた専用のリンク")).to_have_value(people["link"])
    assert fits(phone)
    shot(phone, "referrals_own_ja")
    english = browser.new_context(viewport=PHONE, locale="en-US").new_page()
    english.goto(people["own"])
    shot(english, "referrals_own_en")

    friend = browser.new_context(viewport=DESK, locale="en-US").new_page()
    friend.goto(people["link"])
    shot(friend, "referrals_invitation_en")
    friend.get_by_role("link", name="Continue to LINE").click()
    friend.get_by_role("link", name="Sign in to LINE on this computer").click()
    friend.get_by_role("button", name="Aoi").click()
    friend.get_by_role("button", name="許可する").click()
    friend.get_by_role("button", name="追加").first.click()

    expect(friend.get_by_role("heading", name="Thank you for adding us")).to_be_visible()
    phone.goto(people["link"])
    expect(phone.get_by_role("link", name="LINEの確認画面へ進む")).to_be_visible()
    assert fits(phone)
    shot(phone, "referrals_invitation_ja")


def test_a_marketer_sees_who_brings_most_and_writes_a_programme(browser, site, people):  # noqa: F811
    page = sign_in(browser, site, people["email"])
    for name, address in (("programme", people["programme"]), ("inviter", people["inviter"])):
        page.set_viewport_size(DESK)
        page.goto(site + address)
        shot(page, f"referrals_{name}_1440")
        page.set_viewport_size(PHONE)
        assert fits(page)
        shot(page, f"referrals_{name}_390")
    for name in ("edit", "people", "inviters", "publish"):
        page.set_viewport_size(DESK)
        page.goto(f"{site}{people['programme']}{name}/")
        shot(page, f"referrals_{name}_1440")
        page.set_viewport_size(PHONE)
        assert fits(page)
        shot(page, f"referrals_{name}_390")

    page.goto(f"{site}{people['programme']}edit/")
    page.locator("[name=kind][value=bought]").check()
    expect(page.locator("[name=amount]")).to_be_visible()
    expect(page.locator("[name=survey]")).to_be_hidden()
