"""How the phone draws each kind of message. Needs Debian's chromium."""

from uuid import uuid4

import pytest

from line import wire
from line.messages import push_body
from tests.chromium import NEEDS_CHROMIUM, chromium
from tests.line.conftest import CHANNEL
from tests.line.factories import make_bubble, make_buttons, make_flex, make_text
from tests.line.phone_page import Phone

pytestmark = NEEDS_CHROMIUM

OPEN = {"type": "uri", "label": "Open", "uri": "https://shop.example/"}
# Until the page has heard of it, as it does when it is painted next.
SCROLL = """(log, top) => { log.scrollTop = top;
  return new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))) }"""
EMOJI = {"productId": "5ac1bfd5040ab15980c9b435", "emojiId": "001"}


@pytest.fixture(scope="module")
def browser():
    with chromium() as browser:
        yield browser


@pytest.fixture
def phone(browser, line, client):
    phone = Phone(browser, line, client)
    yield phone
    phone.context.close()


@pytest.fixture
def picture(line) -> str:
    """The address of a picture that loads, 48 by 48."""
    return f"{line.base_url}/phone/icon.svg"


def flex(*contents, layout="vertical", **box) -> dict:
    return make_flex(body={"type": "box", "layout": layout, "contents": list(contents), **box})


def words(text="Serum", **more) -> dict:
    return {"type": "text", "text": text, **more}


def plain_box(**more) -> dict:
    return {"type": "box", "layout": "vertical", "contents": [], **more}


def test_a_text_keeps_its_lines_its_emoji_and_its_links(phone):
    shown = phone.receive(make_text("こんにちは 👩‍👩‍👧\nhttps://shop.example/a?b=1"))

    assert shown.locator(".balloon").inner_text() == "こんにちは 👩‍👩‍👧\nhttps://shop.example/a?b=1"
    assert shown.get_by_role("link").get_attribute("href") == "https://shop.example/a?b=1"


def test_line_emoji_stand_in_the_place_of_their_sign(phone):
    shown = phone.receive({"type": "text", "text": "👍$と$!", "emojis": [{"index": 2, **EMOJI}]})

    assert shown.locator(".balloon").inner_text() == "👍と$!"
    assert shown.get_by_role("img", name="LINE絵文字").count() == 1


def test_the_places_of_a_text_v2_are_filled(phone):
    substitution = {"who": {"type": "emoji", **EMOJI}}

    shown = phone.receive({"type": "textV2", "text": "{who} {{10%}} {other}", "substitution": substitution})

    assert shown.locator(".balloon").inner_text().strip() == "{10%} {other}"
    assert shown.locator(".line-emoji").count() == 1


def test_a_picture_opens_large(phone, picture):
    shown = phone.receive({"type": "image", "originalContentUrl": picture, "previewImageUrl": picture})

    shown.locator(".photo").click()

    assert phone.page.locator("img.media-shown").get_attribute("src") == picture


def test_a_film_shows_its_poster_and_plays_on_a_tap(phone, picture):
    film = f"{phone.line.base_url}/film.mp4"
    shown = phone.receive({"type": "video", "originalContentUrl": film, "previewImageUrl": picture})

    poster = shown.locator("img").last.get_attribute("src")
    shown.get_by_role("button", name="再生").click()

    assert poster == picture
    assert phone.page.locator("video").get_attribute("src") == film


def test_an_imagemap_may_have_a_film_in_it(phone, picture):
    film = {"originalContentUrl": f"{phone.line.base_url}/film.mp4", "previewImageUrl": picture}
    area = {"x": 0, "y": 260, "width": 1040, "height": 520}
    size = {"baseUrl": f"{picture}?", "baseSize": {"width": 1040, "height": 1040}}
    tap = [{"type": "message", "text": "Up", "area": {"x": 0, "y": 0, "width": 9, "height": 9}}]

    phone.receive(
        {"type": "imagemap", "altText": "Map", **size, "actions": tap, "video": {**film, "area": area}}
    )

    whole, poster = phone.size(".imagemap"), phone.size(".film-area")
    assert poster["y"] - whole["y"] == pytest.approx(whole["height"] / 4, abs=1)
    assert (poster["width"], poster["height"]) == (whole["width"], pytest.approx(whole["height"] / 2, abs=1))


def test_a_sound_tells_its_length(phone):
    sound = {"type": "audio", "originalContentUrl": "https://shop.example/a.m4a", "duration": 83_000}

    assert phone.receive(sound).locator(".audio").inner_text().split()[-1] == "1:23"


def test_a_sticker_is_a_drawing_of_ours_that_names_it(phone):
    shown = phone.receive({"type": "sticker", "packageId": "446", "stickerId": "1988"})

    assert shown.get_by_role("img", name="スタンプ 446/1988").is_visible()


def test_a_place_has_a_map_its_name_and_its_address(phone):
    place = {"title": "Shibuya", "address": "Dogenzaka 1", "latitude": 35.6, "longitude": 139.7}

    shown = phone.receive({"type": "location", **place})

    assert shown.locator(".place").inner_text().split("\n") == ["Shibuya", "", "Dogenzaka 1"]
    assert shown.locator(".pin").is_visible()


def test_the_areas_of_an_imagemap_lie_where_they_were_put(phone, picture):
    area = {"x": 520, "y": 0, "width": 520, "height": 1040}
    size = {"width": 1040, "height": 1040}
    shown = {"type": "imagemap", "baseUrl": f"{picture}?", "altText": "Map", "baseSize": size}

    phone.receive({**shown, "actions": [{"type": "message", "text": "Right", "area": area}]})

    whole, right = phone.size(".imagemap"), phone.size(".imagemap .area")
    assert whole["width"] == whole["height"]
    assert right["x"] == pytest.approx(whole["x"] + whole["width"] / 2, abs=1)
    assert right["width"] == pytest.approx(whole["width"] / 2, abs=1)
    assert right["height"] == whole["height"]


@pytest.mark.parametrize(("shape", "ratio"), [("rectangle", 1.51), ("square", 1.0)])
def test_a_buttons_template_has_picture_title_text_and_buttons(phone, picture, shape, ratio):
    template = {"thumbnailImageUrl": picture, "imageAspectRatio": shape, "title": "Serum"}

    shown = phone.receive(make_buttons(text="For dry days", actions=[OPEN] * 4, **template))

    image = phone.size(".card-image")
    assert image["width"] / image["height"] == pytest.approx(ratio, abs=0.01)
    assert shown.locator(".card-text").inner_text().split("\n") == ["Serum", "", "For dry days"]
    assert shown.get_by_role("button", name="Open").count() == 4


def test_a_confirm_template_has_its_two_buttons_side_by_side(phone):
    actions = [{"type": "message", "label": word, "text": word} for word in ("Yes", "No")]
    template = {"type": "confirm", "text": "Sure?", "actions": actions}

    phone.receive({"type": "template", "altText": "Sure?", "template": template})

    yes, no = phone.size("text=Yes"), phone.size("text=No")
    assert yes["y"] == no["y"]
    assert yes["width"] == pytest.approx(no["width"], abs=1)


def test_a_carousel_is_scrolled_sideways_and_its_cards_are_equally_high(phone):
    texts = ["Short", "Long " * 11]
    columns = [{"text": text, "actions": [OPEN]} for text in texts] * 2
    template = {"type": "carousel", "columns": columns}

    shown = phone.receive({"type": "template", "altText": "Cards", "template": template})

    heights = {card.bounding_box()["height"] for card in shown.locator(".card").all()}
    row = shown.locator(".carousel").evaluate("row => [row.scrollWidth > row.clientWidth]")
    assert len(heights) == 1
    assert row == [True]


def test_an_image_carousel_has_square_pictures_with_their_labels(phone, picture):
    columns = [{"imageUrl": picture, "action": OPEN}] * 2
    template = {"type": "image_carousel", "columns": columns}

    shown = phone.receive({"type": "template", "altText": "Pictures", "template": template})

    card = phone.size(".picture-card")
    assert card["width"] == card["height"]
    assert shown.locator(".picture-label").all_inner_texts() == ["Open", "Open"]


@pytest.mark.parametrize(
    ("size", "width"),
    [("nano", 120), ("micro", 160), ("deca", 220), ("hecto", 241), ("kilo", 260), ("mega", 300)],
)
def test_bubbles_are_as_wide_as_lines(phone, size, width):
    phone.receive(make_flex(size=size))

    assert phone.size(".flex-bubble")["width"] == width


def test_the_widest_bubble_takes_what_the_telephone_has(phone):
    phone.receive(make_flex(size="giga"))

    row = phone.size(".column")
    assert phone.size(".flex-bubble")["width"] == row["width"]


def test_the_blocks_of_a_bubble_stand_in_order(phone, picture):
    hero = {"type": "image", "url": picture, "size": "full", "aspectRatio": "2:1", "aspectMode": "cover"}
    box = plain_box(contents=[words()])

    phone.receive(make_flex(header=box, hero=hero, footer=box, styles={"footer": {"separator": True}}))

    tops = [phone.size(f".flex-{block}")["y"] for block in ("header", "hero", "body", "footer")]
    image = phone.size(".flex-hero .flex-image")
    assert tops == sorted(tops)
    assert (image["width"], image["height"]) == (300, 150)
    assert phone.css(".flex-hero img", "object-fit") == "cover"
    assert phone.css(".flex-footer", "border-top-style") == "solid"


def test_flex_factors_share_the_width_and_zero_takes_what_it_needs(phone):
    contents = [words("Hi", flex=0), plain_box(flex=2, height="9px"), plain_box(flex=3)]
    del contents[1]["height"]

    phone.receive(flex(*contents, layout="horizontal", paddingAll="0px"))

    two, three = phone.size(".flex-box .flex-box >> nth=0"), phone.size(".flex-box .flex-box >> nth=1")
    assert two["width"] / three["width"] == pytest.approx(2 / 3, abs=0.02)
    assert phone.size(".flex-text")["width"] < 30


def test_a_margin_of_its_own_takes_the_place_of_the_spacing(phone):
    line = {"height": "10px"}
    contents = [plain_box(**line), plain_box(**line), plain_box(margin="xxl", **line)]

    phone.receive(flex(*contents, spacing="md", paddingAll="0px"))

    tops = [phone.size(f".flex-box .flex-box >> nth={number}")["y"] for number in range(3)]
    assert (tops[1] - tops[0], tops[2] - tops[1]) == (10 + 8, 10 + 20)


def test_a_box_has_the_padding_border_corners_and_colours_it_says(phone):
    gradient = {"type": "linearGradient", "angle": "90deg", "startColor": "#ff0000", "endColor": "#0000ff"}
    look = {"paddingAll": "lg", "paddingStart": "30px", "cornerRadius": "xl", "borderWidth": "medium"}
    box = plain_box(contents=[words()], **look, borderColor="#00ff00", background=gradient)

    phone.receive(flex(box))

    inner = ".flex-box .flex-box"
    assert phone.css(inner, "padding") == "12px 12px 12px 30px"
    assert phone.css(inner, "border-top") == "2px solid rgb(0, 255, 0)"
    assert phone.css(inner, "border-radius") == "16px"
    assert phone.css(inner, "background-image") == ("linear-gradient(90deg, rgb(255, 0, 0), rgb(0, 0, 255))")


def test_what_is_placed_absolutely_lies_where_its_offsets_say(phone):
    floating = plain_box(position="absolute", offsetTop="10px", offsetEnd="20px", width="40px", height="30px")

    phone.receive(flex(plain_box(height="200px"), floating, paddingAll="0px"))

    whole, badge = phone.size(".flex-body > .flex-box"), phone.size(".flex-box .flex-box >> nth=1")
    assert (badge["y"] - whole["y"], badge["width"], badge["height"]) == (10, 40, 30)
    assert whole["x"] + whole["width"] - badge["x"] - badge["width"] == 20
    assert whole["height"] == 200


def test_a_text_ends_at_its_line_or_its_last_line(phone):
    long = "long words " * 30

    phone.receive(flex(words(long), words(long, wrap=True, maxLines=2), words(long, wrap=True)))

    one, two, all_of_it = (phone.size(f".flex-words >> nth={number}")["height"] for number in range(3))
    assert two == pytest.approx(2 * one, abs=2)
    assert all_of_it > 4 * one


def test_spans_have_their_own_letters(phone):
    spans = [
        {"type": "span", "text": "was ", "decoration": "line-through", "color": "#ff0000", "size": "xs"},
        {"type": "span", "text": "now", "weight": "bold", "style": "italic", "size": "3xl"},
    ]

    shown = phone.receive(flex({"type": "text", "contents": spans}))

    assert shown.locator(".flex-words").inner_text() == "was now"
    assert phone.css(".flex-words span", "text-decoration-line") == "line-through"
    assert phone.css(".flex-words span", "font-size") == "13px"
    assert phone.css(".flex-words span:last-child", "font-weight") == "700"
    assert phone.css(".flex-words span:last-child", "font-style") == "italic"


def test_icons_and_texts_of_a_baseline_box_stand_on_one_line(phone, picture):
    icon = {"type": "icon", "url": picture, "size": "lg"}

    phone.receive(flex(icon, words("small", size="xs", flex=0), words("large", size="xl"), layout="baseline"))

    icon_size, small, large = (
        phone.size(".flex-icon"),
        phone.size(".flex-text"),
        phone.size(".flex-text >> nth=1"),
    )
    assert icon_size["height"] == 19
    assert phone.css(".flex-body > .flex-box", "align-items") == "baseline"
    assert small["y"] > large["y"]


def test_separators_fillers_and_gravity(phone):
    tall = plain_box(height="90px", contents=[{"type": "filler"}, words("Low")])
    middle = words("Middle", gravity="center")

    phone.receive(flex(tall, {"type": "separator", "color": "#ff0000"}, middle, layout="horizontal"))

    box, low, line = phone.size(".flex-box .flex-box"), phone.size("text=Low"), phone.size(".flex-separator")
    text = phone.size("text=Middle")
    assert low["y"] + low["height"] == box["y"] + box["height"]
    assert (line["width"], line["height"]) == (1, 90)
    assert text["y"] + text["height"] / 2 == pytest.approx(box["y"] + 45, abs=2)


@pytest.mark.parametrize(
    ("style", "background", "color"),
    [
        ("primary", "rgb(23, 201, 80)", "rgb(255, 255, 255)"),
        ("secondary", "rgb(220, 223, 229)", "rgb(17, 17, 17)"),
        ("link", "rgba(0, 0, 0, 0)", "rgb(66, 101, 154)"),
    ],
)
def test_buttons_look_as_their_style_says(phone, style, background, color):
    phone.receive(flex({"type": "button", "style": style, "action": OPEN}))

    assert phone.css(".flex-button", "background-color") == background
    assert phone.css(".flex-button", "color") == color
    assert phone.size(".flex-button")["height"] == 52


def test_a_film_in_a_bubble_plays(phone, picture):
    film = f"{phone.line.base_url}/film.mp4"
    instead = {"type": "image", "url": picture}
    hero = {
        "type": "video",
        "url": film,
        "previewUrl": picture,
        "aspectRatio": "20:13",
        "altContent": instead,
    }

    shown = phone.receive(make_flex(hero=hero))
    shown.get_by_role("button", name="再生").click()

    assert phone.size(".flex-hero")["height"] == 195
    assert phone.page.locator("video").get_attribute("src") == film


def test_a_bubble_may_be_written_from_right_to_left(phone):
    phone.receive(make_flex(direction="rtl"))

    assert phone.css(".flex-box", "direction") == "rtl"


def test_a_carousel_of_bubbles_has_them_side_by_side(phone):
    bubbles = [make_bubble(size="micro"), make_bubble(size="micro")]

    phone.receive({"type": "flex", "altText": "Two", "contents": {"type": "carousel", "contents": bubbles}})

    first, second = phone.size(".flex-bubble >> nth=0"), phone.size(".flex-bubble >> nth=1")
    assert (first["y"], first["x"] + first["width"] + 8) == (second["y"], second["x"])


def test_a_sender_of_ones_own_has_name_and_icon(phone, picture):
    sender = {"name": "Hana", "iconUrl": picture}

    shown = phone.receive({**make_text(), "sender": sender})

    assert shown.locator(".sender").inner_text() == "Hana"
    assert shown.locator("img.avatar").get_attribute("src") == picture


def test_quick_replies_stand_under_the_newest_message_only(phone, picture):
    items = [
        {"type": "action", "imageUrl": picture, "action": {"type": "message", "label": "A", "text": "A"}}
    ]
    phone.receive({**make_text("Old"), "quickReply": {"items": items}})

    before = phone.page.locator(".quick-reply").all_inner_texts()
    phone.receive(make_text("New"))

    assert before == ["A"]
    assert phone.page.locator(".quick-reply").count() == 0


def test_an_answer_quotes_what_it_answers(phone):
    said = phone.line.say(CHANNEL, phone.person, "When do you open?")

    shown = phone.receive({**make_text("At ten."), "quoteToken": said["message"]["quoteToken"]})

    assert shown.locator(".quote").inner_text().split("\n") == ["Aoi", "When do you open?"]


def test_what_a_friend_says_is_read_and_has_its_time_and_day(phone):
    phone.line.say(CHANNEL, phone.person, "Hello")
    phone.open()

    mine = phone.page.locator(".item.mine")
    assert "既読" in mine.inner_text()
    assert mine.locator("time").inner_text().count(":") == 1
    assert phone.page.locator(".day").all_inner_texts() == ["今日"]


def test_a_carousel_stays_where_it_was_scrolled_when_something_new_comes(phone):
    columns = [{"text": "Card", "actions": [OPEN]}] * 4
    template = {"type": "carousel", "columns": columns}
    shown = phone.receive({"type": "template", "altText": "Cards", "template": template})

    shown.locator(".carousel").evaluate("row => { row.scrollLeft = 200 }")
    phone.line.say(CHANNEL, phone.person, "Nice")
    phone.page.locator(".item.mine").wait_for()

    assert phone.page.locator(".carousel").evaluate("row => row.scrollLeft") > 0


def test_earlier_messages_are_shown_on_a_tap(phone):
    for number in range(70):
        phone.line.say(CHANNEL, phone.person, f"Number {number}")
    phone.open()

    before = phone.page.locator(".item").count()
    phone.tap("以前のメッセージを表示")
    phone.page.get_by_text("Number 0", exact=True).wait_for()

    assert (before, phone.page.locator(".item").count()) == (60, 70)


def test_who_reads_what_came_earlier_is_told_of_news_and_not_moved(phone):
    for number in range(30):
        phone.line.say(CHANNEL, phone.person, f"Number {number}")
    log = phone.open().page.locator(".log")

    for top in (500, 100):
        log.evaluate(SCROLL, top)
    wire.run(phone.client.push(push_body(phone.person, [make_text("News")]), uuid4()))
    phone.page.get_by_role("button", name="新しいメッセージ").wait_for()

    assert log.evaluate("log => log.scrollTop") == 100


def test_what_friends_and_accounts_write_is_never_html(phone):
    evil = "<img src=x onerror=alert(1)>"
    phone.line.add_people(CHANNEL, ["<b>Ren</b>"])
    phone.line.say(CHANNEL, phone.person, evil)

    phone.receive(make_text(evil), make_buttons(text=evil), flex(words(evil)))

    assert phone.page.get_by_text(evil, exact=True).count() == 4
    assert phone.page.locator("img[src=x]").count() == 0
