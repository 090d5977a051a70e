"""The phone as somebody taps it. Needs Debian's chromium."""

import io
import re
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import pytest
from PIL import Image
from playwright.sync_api import expect

from line import wire
from line.login import LoginClient
from line.messages import push_body
from tests.chromium import NEEDS_CHROMIUM, chromium
from tests.line.conftest import CHANNEL
from tests.line.factories import make_buttons, make_flex, make_friends, make_text
from tests.line.phone_page import Phone, events, last_event

pytestmark = NEEDS_CHROMIUM

LOGIN, LOGIN_SECRET = "1650000100", "d8b5b3c4e17a40e1bb6cd6b2e1f4d1a0"
VERIFIER = "v" * 43
MENU = {
    "size": {"width": 2500, "height": 1250},
    "selected": True,
    "name": "main",
    "chatBarText": "Menu",
}


@pytest.fixture(scope="module")
def browser():
    with chromium() as browser:
        yield browser


@pytest.fixture
def phone(browser, line, client):
    phone = Phone(browser, line, client)
    yield phone
    phone.context.close()


def offer(phone: Phone, action: dict) -> None:
    """Aoi is sent a button for an action."""
    phone.receive(make_buttons(actions=[{"label": "Tap me", **action}]))


def offer_quickly(phone: Phone, action: dict) -> None:
    item = {"type": "action", "action": {"label": "Tap me", **action}}
    phone.receive({**make_text(), "quickReply": {"items": [item]}})


def show_menu(phone: Phone, *actions: dict, **changes) -> str:
    """Aoi has a rich menu with one area beside the other, for these actions; its id."""
    width = MENU["size"]["width"] // len(actions)
    bounds = [{"x": width * n, "y": 0, "width": width, "height": 1250} for n in range(len(actions))]
    areas = [{"bounds": one, "action": action} for one, action in zip(bounds, actions, strict=True)]
    picture = io.BytesIO()
    Image.new("RGB", (2500, 1250)).save(picture, "JPEG")
    client = phone.client
    menu_id = wire.run(client.create_rich_menu({**MENU, "areas": areas, **changes}))
    wire.run(client.set_rich_menu_image(menu_id, picture.getvalue(), "image/jpeg"))
    wire.run(client.link_rich_menu_id_to_user(phone.person, menu_id))
    return menu_id


def photo() -> dict:
    content = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(content, "PNG")
    return {"name": "photo.png", "mimeType": "image/png", "buffer": content.getvalue()}


def test_somebody_adds_the_account_and_writes(phone, receiver):
    [ren] = phone.line.add_people(CHANNEL, ["蓮"])
    phone.page.goto(f"{phone.line.base_url}/phone")

    phone.page.get_by_role("button", name="蓮").click()
    phone.tap("友だち追加")
    phone.page.get_by_role("textbox").fill("こんにちは")
    phone.tap("送信")
    phone.page.locator(".mine", has_text="こんにちは").wait_for()

    assert last_event(receiver, phone.page, "follow")["source"]["userId"] == ren
    assert last_event(receiver, phone.page, "message")["message"]["text"] == "こんにちは"


def test_somebody_blocks_and_unblocks_the_account(phone, receiver):
    phone.open()

    phone.tap("ブロック")
    phone.page.get_by_text("ブロック中のため").wait_for()
    last_event(receiver, phone.page, "unfollow")
    phone.page.locator(".blocked-note").get_by_role("button").click()

    assert last_event(receiver, phone.page, "follow")["follow"] == {"isUnblocked": True}
    phone.page.get_by_role("textbox").wait_for()


def test_enter_sends_and_shift_enter_is_a_new_line(phone, receiver):
    field = phone.open().page.get_by_role("textbox")

    field.fill("One")
    field.press("Shift+Enter")
    field.type("two")
    field.press("Enter")

    assert last_event(receiver, phone.page, "message")["message"]["text"] == "One\ntwo"


def test_a_sticker_is_sent(phone, receiver):
    phone.open().tap("スタンプ")

    phone.page.locator(".sticker-choice").first.click()

    sticker = last_event(receiver, phone.page, "message")["message"]
    assert (sticker["type"], sticker["packageId"], sticker["stickerId"]) == ("sticker", "446", "1988")
    phone.page.locator(".mine .sticker").wait_for()


def test_a_place_is_sent(phone, receiver):
    phone.open().tap("写真・位置情報などを送る")

    phone.tap("位置情報")
    phone.tap("大阪駅")
    phone.tap("この位置を送信")

    place = last_event(receiver, phone.page, "message")["message"]
    assert (place["type"], place["title"], place["latitude"]) == ("location", "大阪駅", 34.702485)


def test_a_photo_from_a_file_is_sent_and_seen(phone, receiver):
    phone.open().tap("写真・位置情報などを送る")

    phone.upload("写真・動画", photo())

    assert last_event(receiver, phone.page, "message")["message"]["type"] == "image"
    width = phone.page.locator(".mine img").evaluate("img => img.decode().then(() => img.naturalWidth)")
    assert width == 40


def test_any_file_is_sent_with_its_name_and_size(phone, receiver):
    phone.open().tap("写真・位置情報などを送る")

    phone.upload("ファイル", {"name": "予約.csv", "mimeType": "text/csv", "buffer": b"a,b\n"})

    sent = last_event(receiver, phone.page, "message")["message"]
    assert (sent["type"], sent["fileName"], sent["fileSize"]) == ("file", "予約.csv", 4)
    assert phone.page.locator(".mine .file").inner_text().split("\n") == ["予約.csv", "4 B"]


def test_what_was_said_can_be_taken_back(phone, receiver):
    said = phone.line.say(CHANNEL, phone.person, "Oops")["message"]["id"]
    phone.open().page.locator(".mine").click(button="right")

    phone.page.get_by_role("button", name="送信取消").click()

    assert last_event(receiver, phone.page, "unsend")["unsend"] == {"messageId": said}
    phone.page.get_by_text("メッセージの送信を取り消しました").wait_for()
    assert phone.page.get_by_text("Oops").count() == 0


def test_a_reply_names_the_message_it_answers(phone, receiver):
    phone.receive(make_text("Which size?")).click(button="right")

    phone.tap("リプライ")
    phone.page.get_by_role("textbox").fill("M")
    phone.tap("送信")

    asked = phone.page.locator(".item.theirs").last
    assert last_event(receiver, phone.page, "message")["message"]["quotedMessageId"].isdecimal()
    assert asked.inner_text() != ""
    phone.page.locator(".mine .quote", has_text="Which size?").wait_for()


def test_a_message_is_shown_as_a_notification(phone):
    phone.receive(make_flex()).click(button="right")

    phone.tap("通知の見え方")

    assert phone.page.locator(".banner").inner_text().split("\n") == ["H", "Hana Cosmetics", "New serum"]


def test_a_message_action_says_its_text(phone, receiver):
    offer(phone, {"type": "message", "text": "Yes, please"})

    phone.tap("Tap me")

    assert last_event(receiver, phone.page, "message")["message"]["text"] == "Yes, please"


def test_a_postback_shows_its_text_and_sends_its_data(phone, receiver):
    offer(phone, {"type": "postback", "data": "buy=1", "displayText": "I buy it"})

    phone.tap("Tap me")

    assert last_event(receiver, phone.page, "postback")["postback"] == {"data": "buy=1"}
    phone.page.locator(".mine", has_text="I buy it").wait_for()


def test_a_postback_opens_the_keyboard_with_words_in_it(phone, receiver):
    offer(phone, {"type": "postback", "data": "a", "inputOption": "openKeyboard", "fillInText": "Size: "})

    phone.tap("Tap me")

    assert phone.page.get_by_role("textbox").input_value() == "Size: "
    last_event(receiver, phone.page, "postback")


@pytest.mark.parametrize(
    ("mode", "initial", "picked"),
    [
        ("date", "2026-12-24", {"date": "2026-12-25"}),
        ("time", "10:00", {"time": "11:30"}),
        ("datetime", "2026-12-24t10:00", {"datetime": "2026-12-25T11:30"}),
    ],
)
def test_a_date_picker_sends_what_was_picked(phone, receiver, mode, initial, picked):
    offer(phone, {"type": "datetimepicker", "data": "when", "mode": mode, "initial": initial})

    phone.tap("Tap me")
    field = phone.page.locator(".sheet-field")
    before = field.input_value()
    field.fill(*picked.values())
    phone.tap("選択")

    assert before == initial.upper()
    assert last_event(receiver, phone.page, "postback")["postback"] == {"data": "when", "params": picked}


def test_a_date_outside_of_the_limits_cannot_be_picked(phone, receiver):
    limits = {"min": "2026-12-01", "max": "2026-12-31", "initial": "2026-12-24"}
    offer(phone, {"type": "datetimepicker", "data": "when", "mode": "date", **limits})

    phone.tap("Tap me")
    phone.page.locator(".sheet-field").fill("2027-01-01")
    phone.tap("選択")

    assert phone.page.locator(".sheet-field:invalid").count() == 1
    assert phone.page.get_by_role("dialog").is_visible()


@pytest.mark.parametrize("kind", ["camera", "cameraRoll"])
def test_camera_and_camera_roll_send_a_photo(phone, receiver, kind):
    offer_quickly(phone, {"type": kind})

    phone.upload("Tap me", photo())

    assert last_event(receiver, phone.page, "message")["message"]["type"] == "image"


def test_a_location_action_asks_for_the_place(phone, receiver):
    offer_quickly(phone, {"type": "location"})

    phone.tap("Tap me")
    phone.tap("この位置を送信")

    assert last_event(receiver, phone.page, "message")["message"]["title"] == "東京駅"


def test_a_clipboard_action_copies(phone):
    phone.context.grant_permissions(["clipboard-read", "clipboard-write"])
    offer(phone, {"type": "clipboard", "clipboardText": "HANA20"})

    phone.tap("Tap me")
    phone.page.get_by_text("コピーしました").wait_for()

    assert phone.page.evaluate("navigator.clipboard.readText()") == "HANA20"


def test_a_link_opens_in_a_tab_of_its_own(phone, visited):
    phone.context.route("https://shop.example/**", lambda route: route.fulfill(body="The shop"))
    offer(phone, {"type": "uri", "uri": visited.url})

    with phone.context.expect_page() as tab:
        phone.tap("Tap me")
    tab.value.get_by_text("The shop").wait_for()

    assert len(visited.user_agents) == 1


def test_a_link_into_the_chat_puts_its_words_into_the_field(phone):
    offer(phone, {"type": "uri", "uri": "https://line.me/R/oaMessage/%40hana/?%E4%BA%88%E7%B4%84"})

    phone.tap("Tap me")

    assert phone.page.get_by_role("textbox").input_value() == "予約"


def test_a_film_seen_to_its_end_is_told(phone, receiver):
    urls = {
        "originalContentUrl": "https://shop.example/a.mp4",
        "previewImageUrl": "https://shop.example/a.png",
    }
    phone.receive({"type": "video", **urls, "trackingId": "film-1"})

    phone.tap("再生")
    phone.page.locator("video").dispatch_event("ended")

    told = last_event(receiver, phone.page, "videoPlayComplete")
    assert told["videoPlayComplete"] == {"trackingId": "film-1"}


def test_a_telephone_number_is_called_and_not_opened(phone):
    offer(phone, {"type": "uri", "uri": "tel:0312345678"})

    phone.tap("Tap me")

    phone.page.get_by_text("0312345678 に電話をかけます").wait_for()
    assert len(phone.context.pages) == 1


def test_a_script_is_no_link(phone):
    phone.open()

    answer = phone.page.goto(
        f"{phone.line.base_url}/phone/open?person={phone.person}&url=javascript:alert(1)"
    )

    assert answer.status == 400


def test_a_tap_on_an_imagemap_does_what_its_area_says(phone, receiver):
    area = {"x": 0, "y": 0, "width": 520, "height": 1040}
    actions = [{"type": "message", "text": "Left", "area": area}]
    size = {"baseUrl": f"{phone.line.base_url}/map", "baseSize": {"width": 1040, "height": 1040}}
    phone.receive({"type": "imagemap", "altText": "Map", **size, "actions": actions})

    phone.tap("Left")

    assert last_event(receiver, phone.page, "message")["message"]["text"] == "Left"


def test_the_rich_menu_is_open_with_its_areas_and_can_be_closed(phone):
    action = {"type": "message", "label": "Left", "text": "Left"}
    show_menu(phone, action, action)
    phone.open()

    menu, left = phone.size(".rich-menu"), phone.size(".rich-menu .area")
    phone.page.get_by_role("button", name=re.compile("Menu")).click()

    assert menu["width"] / menu["height"] == pytest.approx(2, abs=0.02)
    assert left["width"] == pytest.approx(menu["width"] / 2, abs=1)
    phone.page.locator(".rich-menu").wait_for(state="hidden")


def test_a_tap_on_the_rich_menu_sends_its_postback(phone, receiver):
    show_menu(phone, {"type": "postback", "label": "Book", "data": "book", "displayText": "Book a table"})

    phone.open().tap("Book")

    assert last_event(receiver, phone.page, "postback")["postback"] == {"data": "book"}
    phone.page.locator(".mine", has_text="Book a table").wait_for()


def test_a_tab_of_the_rich_menu_switches_it(phone, receiver):
    other = show_menu(phone, {"type": "message", "label": "Other page", "text": "x"}, chatBarText="Second")
    wire.run(phone.client.create_rich_menu_alias("second", other))
    switch = {"type": "richmenuswitch", "label": "Switch", "data": "s", "richMenuAliasId": "second"}
    show_menu(phone, switch)

    phone.open().tap("Switch")

    phone.page.get_by_role("button", name="Other page").wait_for()
    told = last_event(receiver, phone.page, "postback")["postback"]["params"]
    assert told == {"newRichMenuAliasId": "second", "status": "SUCCESS"}


def test_who_blocks_the_account_sees_no_menu(phone):
    show_menu(phone, {"type": "message", "label": "Left", "text": "Left"})
    phone.line.unfollow(CHANNEL, [phone.person])

    phone.open()

    assert phone.page.locator(".rich-menu").is_hidden()


def test_a_tap_on_the_link_button_leads_through_lines_dialog(phone, receiver):
    token = wire.run(phone.client.issue_link_token(phone.person))
    url = f"{phone.line.base_url}/dialog/bot/accountLink?linkToken={token}&nonce=0123456789"
    phone.receive(make_text(url))

    with phone.context.expect_page() as tab:
        phone.page.get_by_role("link", name="accountLink").click()
    tab.value.get_by_role("button", name="連携する").click()
    tab.value.get_by_text("連携しました").wait_for()

    assert last_event(receiver, phone.page, "accountLink")["link"]["result"] == "ok"


def test_two_people_in_two_dialogs_at_once_link_each_their_own_account(phone, receiver):
    [ren] = make_friends(phone.line, "Ren")
    tabs = [open_dialog(phone, person, number) for number, person in enumerate([phone.person, ren])]

    for tab in tabs:
        tab.get_by_role("button", name="連携する").click()
        tab.get_by_text("連携しました").wait_for()

    linked = {}
    for number, person in enumerate([phone.person, ren]):
        linked[person] = link_of(receiver, f"nonce-{number}-0123456789")
    assert linked == {phone.person: ("ok", phone.person), ren: ("ok", ren)}


def open_dialog(phone, person, number):
    """LINE's dialog in a tab that this person's telephone opened, and the browser's cookie now says so."""
    token = wire.run(phone.client.issue_link_token(person))
    url = f"{phone.line.base_url}/dialog/bot/accountLink?linkToken={token}&nonce=nonce-{number}-0123456789"
    reply = phone.line.say(CHANNEL, person, "Link me")["replyToken"]
    wire.run(phone.client.reply(reply, [make_text(url)]))
    phone.open(person)
    with phone.context.expect_page() as tab:
        phone.page.get_by_role("link", name="accountLink").click()
    tab.value.get_by_role("button", name="連携する").wait_for()
    return tab.value


def link_of(receiver, nonce):
    [event] = [event for event in events(receiver) if event.get("link", {}).get("nonce") == nonce]
    return event["link"]["result"], event["source"]["userId"]


def test_a_liff_app_opens_as_the_person_of_the_telephone(phone, visited):
    [ren] = make_friends(phone.line, "Ren")
    phone.line.add_login_channel(LOGIN, LOGIN_SECRET, channel_id=CHANNEL, redirect_uris=[])
    liff_id = phone.line.add_liff_app(LOGIN, visited.url)
    offer(phone, {"type": "uri", "uri": f"https://liff.line.me/{liff_id}?page=2"})
    open_phone_of(phone, ren)

    with phone.context.expect_page() as tab:
        phone.tap("Tap me")

    tab.value.get_by_text("Aoi").wait_for()


def open_phone_of(phone, person):
    """In another tab: the browser's cookie is now theirs."""
    other = phone.context.new_page()
    other.goto(f"{phone.line.base_url}/phone/open?person={person}&url={phone.line.base_url}/phone")
    other.wait_for_url(f"{phone.line.base_url}/phone")


def test_two_people_sign_in_with_line_login_each_in_their_own_tab(phone, endpoints, visited):
    [ren] = make_friends(phone.line, "Ren")
    phone.line.add_login_channel(LOGIN, LOGIN_SECRET, channel_id=CHANNEL, redirect_uris=[visited.url])
    login = LoginClient(LOGIN, LOGIN_SECRET, endpoints=endpoints)
    tabs = {person: open_login(phone, login, person, visited.url) for person in (phone.person, ren)}

    signed_in = {person: agree(phone, login, tab, visited.url) for person, tab in tabs.items()}

    assert signed_in == {phone.person: phone.person, ren: ren}


def open_login(phone, login, person, callback):
    url = login.authorize_url(redirect_uri=callback, state="s", nonce="n", code_verifier=VERIFIER)
    phone.open(person)
    with phone.context.expect_page() as tab:
        phone.page.evaluate(
            "([person, url]) => { window.open('/phone/open?' + new URLSearchParams({ person, url })) }",
            [person, url],
        )
    tab.value.get_by_role("button", name="許可する").wait_for()
    return tab.value


def agree(phone, login, tab, callback) -> str:
    """Who the app learns to be in a tab."""
    with tab.expect_request(lambda request: request.url.startswith(callback)) as request:
        tab.get_by_role("button", name="許可する").click()
    [code] = parse_qs(urlsplit(request.value.url).query)["code"]
    tokens = wire.run(login.issue_tokens(code, redirect_uri=callback, code_verifier=VERIFIER))
    return wire.run(login.get_profile(tokens.access_token))["userId"]


def test_the_list_tells_what_came_last_and_how_much_is_unread(phone):
    wire.run(phone.client.push(push_body(phone.person, [make_text("One"), picture_message()]), uuid4()))
    phone.page.goto(f"{phone.line.base_url}/phone")

    row = phone.page.locator(".row").first
    row.wait_for()

    assert row.locator(".last").inner_text() == "画像を送信しました"
    assert row.locator(".unread").inner_text() == "2"


def test_what_comes_while_the_list_is_open_is_announced(phone):
    phone.page.goto(f"{phone.line.base_url}/phone")
    phone.page.locator(".row").wait_for()

    wire.run(phone.client.push(push_body(phone.person, [make_text("Sale today")]), uuid4()))

    banner = phone.page.locator(".banner")
    assert banner.locator("b").inner_text() == "Hana Cosmetics → Aoi"
    assert banner.locator("span").last.inner_text() == "Sale today"


def picture_message() -> dict:
    url = "https://shop.example/a.png"
    return {"type": "image", "originalContentUrl": url, "previewImageUrl": url}


def test_thousands_of_people_are_listed_page_by_page(phone):
    phone.line.add_people(CHANNEL, 5000)
    phone.page.goto(f"{phone.line.base_url}/phone")
    phone.page.locator(".row").first.wait_for()

    before = phone.page.locator(".row").count()
    phone.page.locator(".rows").evaluate("rows => rows.scrollTo(0, rows.scrollHeight)")
    phone.page.locator(".row").nth(before).wait_for()
    phone.page.get_by_role("searchbox").fill("ＡＯＩ")

    assert before < 100
    expect(phone.page.locator(".row b")).to_have_text(["Aoi"])


def test_phones_stand_side_by_side_up_to_twenty(phone):
    [ren] = make_friends(phone.line, "Ren")
    phone.page.set_viewport_size({"width": 1440, "height": 900})

    phone.open(*[phone.person, ren] * 20)
    phone.page.get_by_role("button", name="電話を追加").click()
    phone.page.get_by_text("電話は20台までです。").wait_for()

    tops = [element.bounding_box()["y"] for element in phone.page.locator(".phone").all()[:4]]
    assert tops[0] == tops[1] == tops[2] < tops[3]
    assert phone.page.locator(".phone").count() == 20


def test_a_chat_that_is_no_more_gives_way_to_the_list(phone):
    phone.page.goto(f"{phone.line.base_url}/phone#{CHANNEL}/U{'0' * 32}")

    phone.page.get_by_role("heading", name="トーク").wait_for()


def test_everything_is_there_in_english(phone):
    phone.open().page.get_by_role("button", name="English").click()

    phone.page.get_by_role("button", name="Block").wait_for()
    assert phone.page.locator("html").get_attribute("lang") == "en"


def test_what_somebody_sends_cannot_become_a_page_of_ours(phone):
    evil = b"<script>alert(1)</script>"
    event = phone.line.send_file(CHANNEL, phone.person, evil, "a.html", media_type="text/html")

    answer = phone.context.request.get(f"{phone.line.base_url}/phone/contents/{event['message']['id']}")

    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"] == "attachment"
