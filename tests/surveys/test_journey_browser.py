"""A survey as people live through it: written with pictures and branches, answered on telephones, its coupon
used at the till, its answers read.
"""

import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from django_tenants.utils import tenant_context
from playwright.sync_api import Browser, Locator, Page, expect

from accounts.models import Tenant, User
from channels.models import Channel
from coupons.models import Redemption
from friends.models import Friend
from friends.replies import give_due
from line.simulator.control import Simulator
from surveys.models import Answer, Response
from surveys.results import counting
from tests.chromium import NEEDS_CHROMIUM, PHONE, chromium, fail_on_error, fits, live_site, sign_in
from tests.factories import make_auto_reply, make_channel, make_followers, make_user
from tests.friends.webhooks import arrive
from tests.library.contents import picture
from tests.linking.login_ways import give_login
from tests.linking.test_account_link import webhook
from tests.routes.conftest import PHONE as IPHONE

pytestmark = NEEDS_CHROMIUM
COUPON = "Serum for less"
FACES = {"Dry": "sandybrown", "Oily": "skyblue"}
WISH = "美容液の香りがもっと好きになりたい"


@pytest.fixture
def site(own_tenant, simulator, settings, tmp_path) -> Iterator[str]:
    with live_site() as address:
        settings.BASE_URL = settings.MEDIA_BASE_URL = address
        settings.MEDIA_ROOT = tmp_path
        settings.LINE_API_BASE = settings.LINE_DATA_API_BASE = settings.LINE_ACCESS_BASE = simulator.base_url
        settings.LIFF_BASE = f"{simulator.base_url}/liff"
        settings.LIFF_SDK_URL = f"{simulator.base_url}/liff/sdk.js"
        yield settings.BASE_URL


@pytest.fixture
def channel(own_tenant, site, simulator) -> Channel:
    """With LINE Login and LIFF."""
    return give_login(simulator, make_channel(simulator, own_tenant, f"30{own_tenant.pk:08}"))


@pytest.fixture
def friends(channel, simulator) -> dict[str, Friend]:
    return dict(zip(("Aoi", "Ren"), make_followers(simulator, channel, ["Aoi", "Ren"]), strict=True))


@pytest.fixture
def shop(own_tenant, friends) -> Tenant:
    """A client with friends, a marketer and somebody at the till; both read English."""
    for name in ("marketer", "till"):
        make_user("marketer", email=f"{name}@{own_tenant.slug}.example")
    User.objects.filter(email__endswith=f"@{own_tenant.slug}.example").update(language="en")
    return own_tenant


@pytest.fixture
def browser(shop) -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture
def away(shop) -> Callable[[Callable[[], object]], Any]:
    """Does what a worker would do, and looks into the client's tables: in a thread of its own."""

    def go(work: Callable[[], object]) -> object:
        def there() -> object:
            try:
                with tenant_context(shop):
                    return work()
            finally:
                connection.close()

        with ThreadPoolExecutor(1) as pool:
            return pool.submit(there).result()

    return go


def make_coupon(page: Page) -> None:
    """10 % off, only for those to whom it is given."""
    page.get_by_role("link", name="New coupon").click()
    page.get_by_label("Name", exact=True).fill(COUPON)
    page.get_by_label("Amount", exact=True).fill("10")
    page.get_by_label("Whoever opens its address gets it").uncheck()
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="Start", exact=True).click()
    page.get_by_role("button", name="Start", exact=True).click()
    expect(page.locator("h1 .badge")).to_have_text("Running")


def ask(page: Page, type_: str, title: str, *options: str) -> Locator:
    """One more question at the end; its card."""
    cards = page.locator(".question")
    number = cards.count() + 1
    page.get_by_role("button", name=type_, exact=True).click()
    expect(cards).to_have_count(number)
    card = cards.nth(number - 1)
    expect(card.get_by_label("Question", exact=True)).to_be_focused()
    card.get_by_label("Question", exact=True).fill(title)
    for place, words in enumerate(options, 1):
        card.get_by_label(f"Answer {place}", exact=True).fill(words)
    return card


def choose_picture(page: Page, option: Locator, color: str) -> None:
    """Uploaded while the question is written."""
    file = {"name": f"{color}.png", "mimeType": "image/png", "buffer": picture(color=color)}
    option.get_by_role("button", name="From the library").click()
    page.locator("#media-window input[type=file]").set_input_files(file)
    page.locator("#media-window .tile", has_text=color).click()
    expect(page.locator("#media-window")).to_be_hidden()
    expect(option.locator("img")).to_have_js_property("complete", value=True)
    assert option.locator("img").evaluate("img => img.decode().then(() => img.naturalWidth)") > 0


def write_survey(page: Page) -> int:
    """Pictures; what they use, of which “Nothing” leads past how they like it; what they wish. Its number."""
    page.get_by_role("link", name="New survey").click()
    page.get_by_label("Name", exact=True).fill("Your skin in winter")
    page.get_by_role("button", name="Make the draft").click()
    faces = ask(page, "One of several pictures", "Which face is yours?", *FACES)
    for place, color in enumerate(FACES.values()):
        choose_picture(page, faces.locator(".option").nth(place), color)
    uses = ask(page, "One of several", "What do you use?", "A serum", "Nothing")
    ask(page, "Scale", "How do you like it?")
    ask(page, "Text of one’s own", "What do you wish for?")
    leads = uses.locator(".option").nth(1).get_by_label("Leads to")
    leads.select_option(label="4. What do you wish for?")
    leads.focus()
    expect(page.locator("#editor .phone")).to_contain_text("What do you use?")
    expect(page.get_by_text("Nothing is missing.")).to_be_visible()
    page.reload()
    expect(leads.locator("option:checked")).to_have_text("4. What do you wish for?")
    expect(page.locator(".option .picture img")).to_have_count(2)
    return int(re.search(r"/surveys/(\d+)/", page.url)[1])


def give_coupon(page: Page) -> None:
    page.get_by_role("link", name="Your skin in winter").click()
    page.get_by_role("link", name="Edit", exact=True).click()
    page.get_by_label("Incentive", exact=True).select_option(label=f"{COUPON} (10% off)")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="Publish", exact=True).click()
    page.get_by_role("button", name="Publish as Own").click()
    expect(page.get_by_text("The survey is open.")).to_be_visible()


def on_phone(browser: Browser) -> Page:
    """A friend's telephone, which speaks Japanese."""
    page = browser.new_context(viewport=PHONE, user_agent=IPHONE, locale="ja-JP").new_page()
    page.on("pageerror", lambda error: pytest.fail(f"script error: {error}"))
    page.context.on("page", lambda opened: opened.on("console", fail_on_error))
    return page


def ask_for_survey(simulator: Simulator, channel: Channel, friend: Friend, survey: int) -> None:
    """The friend writes a word, and is answered with their own address of the survey."""
    make_auto_reply("アンケート", text=f"One minute, please: {{{{survey.{survey}}}}}")
    arrive(webhook(simulator.say(channel.channel_id, friend.line_user_id, "アンケート")))
    give_due()


def answer(page: Page, question: str, choice: str) -> None:
    expect(page.get_by_role("heading", name=question)).to_be_visible()
    page.get_by_role("radio", name=choice).check(force=True)
    assert fits(page)
    page.get_by_role("button", name="次へ").click()


def back(page: Page, to: str, *, chosen: str) -> None:
    page.get_by_role("button", name="戻る").click()
    expect(page.get_by_role("heading", name=to)).to_be_visible()
    expect(page.get_by_role("radio", name=chosen)).to_be_checked()


def wish(page: Page, words: str) -> None:
    expect(page.get_by_role("heading", name="What do you wish for?")).to_be_visible()
    page.get_by_role("textbox").fill(words)
    page.get_by_role("button", name="回答を送信").click()
    expect(page.get_by_role("heading", name="ご回答ありがとうございました")).to_be_visible()


def open_coupon(page: Page) -> str:
    """The incentive at the end leads to the coupon; its code."""
    expect(page.locator(".reward")).to_contain_text(COUPON)
    page.get_by_role("link", name="開く").click()
    expect(page.get_by_role("heading", name=COUPON)).to_be_visible()
    assert fits(page)
    return page.locator("#code").inner_text()


def scan(till: Page, code: str) -> None:
    till.get_by_label("Code", exact=True).fill(code)
    till.get_by_label("Code", exact=True).press("Enter")


def test_a_survey_from_its_editor_to_the_till_and_its_results(
    browser, site, shop, channel, friends, simulator, away
):
    client = f"{site}/c/{shop.slug}"
    page = sign_in(browser, site, f"marketer@{shop.slug}.example")
    page.remove_listener("console", fail_on_error)  # htmx tells there which looks were overtaken
    page.goto(f"{client}/coupons/")
    make_coupon(page)
    page.goto(f"{client}/surveys/")
    survey = write_survey(page)
    give_coupon(page)

    away(lambda: ask_for_survey(simulator, channel, friends["Aoi"], survey))
    talk = on_phone(browser)
    talk.goto(f"{simulator.base_url}/phone#{channel.channel_id}/{friends['Aoi'].line_user_id}")
    with talk.expect_popup() as opened:
        talk.locator(".theirs .balloon a").click()
    aoi = opened.value
    answer(aoi, "Which face is yours?", "Dry")
    answer(aoi, "What do you use?", "A serum")
    expect(aoi.get_by_role("heading", name="How do you like it?")).to_be_visible()
    back(aoi, "What do you use?", chosen="A serum")
    back(aoi, "Which face is yours?", chosen="Dry")
    answer(aoi, "Which face is yours?", "Oily")
    answer(aoi, "What do you use?", "Nothing")
    wish(aoi, WISH)
    code = open_coupon(aoi)

    ren = on_phone(browser)
    ren.goto(f"{client}/s/{survey}/")  # the QR code in the shop, by the camera
    ren.get_by_role("button", name="Ren").click()
    ren.get_by_role("button", name="許可する").click()
    answer(ren, "Which face is yours?", "Dry")
    answer(ren, "What do you use?", "A serum")
    answer(ren, "How do you like it?", "5")
    wish(ren, "香りが好き")
    assert open_coupon(ren) != code
    told = away(
        lambda: sorted(Answer.objects.values_list("response__friend__display_name", "question", "text"))
    )
    assert told == [("Aoi", "q1", ""), ("Aoi", "q2", ""), ("Aoi", "q4", WISH)] + [
        ("Ren", name, text) for name, text in (("q1", ""), ("q2", ""), ("q3", ""), ("q4", "香りが好き"))
    ]

    till = sign_in(browser, site, f"till@{shop.slug}.example", viewport=PHONE)
    till.goto(f"{client}/coupons/scan/")
    scan(till, code)
    expect(till.locator(".verdict.good")).to_contain_text(COUPON)
    till.get_by_role("button", name="Redeem", exact=True).click()
    expect(till.locator(".verdict.good")).to_contain_text("Redeemed")
    assert fits(till)
    till.get_by_role("link", name="Next customer").click()
    scan(till, code)
    expect(till.get_by_role("alert")).to_contain_text("This coupon was used on")
    expect(till.get_by_role("button", name="Redeem", exact=True)).to_have_count(0)
    assert away(Redemption.objects.count) == 1
    aoi.reload()
    expect(aoi.get_by_text("使用済み")).to_be_visible()

    page.goto(f"{client}/surveys/{survey}/results/")
    expect(page.get_by_role("heading", name="Everybody who opened it finished")).to_be_visible()
    expect(page.get_by_role("heading", name="On average 5.0 of 5")).to_be_visible()
    page.get_by_role("link", name="Cross with …").first.click()
    page.get_by_label("In the columns").select_option(label="What do you use?")
    page.get_by_role("button", name="Show the table").click()
    row = page.locator("table.crossed tbody tr").filter(has_text="Oily")
    expect(row.locator("td")).to_have_text(["0.0%", "100.0%", "1"])
    page.goto(f"{client}/surveys/{survey}/results/words/q4/")
    expect(page.get_by_role("heading", name="The words are being counted")).to_be_visible()
    away(lambda: counting.work(lambda: True))
    expect(page.get_by_role("row", name="香り")).to_contain_text("2")

    page.goto(f"{client}/surveys/{survey}/results/")
    page.get_by_role("link", name="1 Make a segment Nothing").click()
    page.get_by_label("Name", exact=True).fill("Use nothing yet")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Use nothing yet")
    expect(page.get_by_role("link", name="Aoi")).to_be_visible()
    expect(page.get_by_role("link", name="Ren")).to_have_count(0)
    assert away(lambda: Response.objects.filter(state="finished").count()) == 2

    page.set_viewport_size(PHONE)
    for place in ("", "edit/", "settings/", "results/", "results/words/q4/", "results/winners/"):
        page.goto(f"{client}/surveys/{survey}/{place}")
        assert fits(page), place
