import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from line import messages
from tests.line.factories import make_bubble, make_buttons, make_flex, make_text
from tests.line.junk import with_junk

IMAGE = {
    "type": "image",
    "originalContentUrl": "https://cdn.example/a.jpg",
    "previewImageUrl": "https://cdn.example/a.jpg",
}
URI = {"type": "uri", "label": "Open", "uri": "https://shop.example/"}
PICKER = {"type": "datetimepicker", "label": "When", "data": "when", "mode": "date"}


def make_mention(kind: str) -> dict:
    return {"type": "mention", "mentionee": {"type": kind}}


GOOD = [
    make_text("あ" * 5000),
    make_text("😀" * 2500),
    IMAGE,
    {**IMAGE, "originalContentUrl": "http://127.0.0.1:8000/media/a.jpg"},
    {**make_text("Hi $"), "emojis": [{"index": 3, "productId": "5ac1", "emojiId": "001"}]},
    {
        **make_text(),
        "quickReply": {"items": [{"type": "action", "action": {"type": "location", "label": "Here"}}]},
    },
    {**make_text(), "sender": {"name": "Hana", "iconUrl": "https://cdn.example/hana.png"}},
    {"type": "sticker", "packageId": "446", "stickerId": "1988"},
    {
        "type": "video",
        "originalContentUrl": "https://c.example/v.mp4",
        "previewImageUrl": "https://c.example/v.jpg",
    },
    {"type": "audio", "originalContentUrl": "https://c.example/a.m4a", "duration": 60000},
    {"type": "location", "title": "Shop", "address": "Tokyo", "latitude": 35.6, "longitude": 139.7},
    {"type": "coupon", "couponId": "01JX"},
    make_buttons(),
    make_buttons(text="あ" * 160),
    make_flex(),
    make_flex(
        hero={"type": "image", "url": "https://cdn.example/a.jpg", "aspectRatio": "20:13", "size": "full"}
    ),
    make_flex(
        footer={"type": "box", "layout": "horizontal", "contents": [{"type": "button", "action": URI}]}
    ),
]
GOOD += [
    {"type": "textV2", "text": "{a}", "substitution": {"a": make_mention("all")}},
    {
        "type": "imagemap",
        "baseUrl": "https://cdn.example/map",
        "altText": "Map",
        "baseSize": {"width": 1040, "height": 520},
        "actions": [{"type": "message", "text": "Left", "area": {"x": 0, "y": 0, "width": 9, "height": 9}}],
    },
    *(
        {"type": "template", "altText": "Choose", "template": template}
        for template in (
            {"type": "confirm", "text": "Sure?", "actions": [URI, PICKER]},
            {"type": "carousel", "columns": [{"text": "One", "actions": [URI]}] * 2},
            {"type": "image_carousel", "columns": [{"imageUrl": "https://c.example/a.jpg", "action": URI}]},
        )
    ),
    {
        "type": "flex",
        "altText": "New",
        "contents": {"type": "carousel", "contents": [make_bubble(size="kilo")] * 2},
    },
]


def make_nested_box(depth: int) -> dict:
    box: dict = {"type": "box", "layout": "vertical", "contents": []}
    for _ in range(depth - 1):
        box = {"type": "box", "layout": "vertical", "contents": [box]}
    return box


def found(*objects) -> list[tuple[str, str]]:
    return [(problem.code, problem.path) for problem in messages.validate(list(objects))]


@pytest.mark.parametrize("message", GOOD)
def test_what_line_takes_passes(message):
    assert found(message) == []


@pytest.mark.parametrize(
    ("message", "code", "field"),
    [
        (make_text(""), "required", "text"),
        (make_text("a" * 5001), "too_long", "text"),
        (make_text("😀" * 2501), "too_long", "text"),
        ({"type": "text", "text": 5}, "not_text", "text"),
        ({"type": "text"}, "required", "text"),
        ({"type": "poem"}, "not_one_of", "type"),
        (
            {**make_text("Hi"), "emojis": [{"index": 0, "productId": "5", "emojiId": "1"}]},
            "bad_form",
            "emojis[0].index",
        ),
        ({**IMAGE, "previewImageUrl": "http://cdn.example/a.jpg"}, "bad_url", "previewImageUrl"),
        ({**IMAGE, "previewImageUrl": "https://cdn.example/日.jpg"}, "bad_url", "previewImageUrl"),
        (
            {**IMAGE, "originalContentUrl": "https://c.example/" + "a" * 2000},
            "too_long",
            "originalContentUrl",
        ),
        ({**make_text(), "sender": {"name": "LINE support"}}, "forbidden_word", "sender.name"),
        ({**make_text(), "sender": {"name": "a" * 21}}, "too_long", "sender.name"),
        ({**make_text(), "quickReply": {"items": []}}, "too_few", "quickReply.items"),
        (
            {**make_text(), "quickReply": {"items": [{"type": "action"}]}},
            "required",
            "quickReply.items[0].action",
        ),
        (
            {"type": "location", "title": "Shop", "address": "X", "latitude": 91, "longitude": 0},
            "out_of_range",
            "latitude",
        ),
        (
            {"type": "textV2", "text": "{a}", "substitution": {"a b": {"type": "mention"}}},
            "bad_form",
            "substitution.a b",
        ),
        (
            {"type": "textV2", "text": "{a}", "substitution": {"a": {"type": "emoji", "productId": "5"}}},
            "required",
            "substitution.a.emojiId",
        ),
        (
            {"type": "textV2", "text": "{a}", "substitution": {"a": make_mention("user")}},
            "required",
            "substitution.a.mentionee.userId",
        ),
        (
            {
                "type": "textV2",
                "text": "a",
                "substitution": {f"m{n}": make_mention("all") for n in range(21)},
            },
            "too_many",
            "substitution",
        ),
        (
            {"type": "audio", "originalContentUrl": "https://c.example/a", "duration": 1.5},
            "not_whole",
            "duration",
        ),
        (
            {**make_text("$"), "emojis": [{"index": 0.0, "productId": "5", "emojiId": "1"}]},
            "not_whole",
            "emojis[0].index",
        ),
        (
            make_buttons(actions=[{**PICKER, "initial": "２０２６-０１-０１"}]),
            "bad_form",
            "template.actions[0].initial",
        ),
        ({**IMAGE, "previewImageUrl": "https://cdn.example/a\x00b"}, "bad_url", "previewImageUrl"),
        (make_buttons(text="あ" * 161), "too_long", "template.text"),
        (make_buttons(title="Hi", text="あ" * 61), "too_long", "template.text"),
        (make_buttons(actions=[URI] * 5), "too_many", "template.actions"),
        (
            make_buttons(actions=[{"type": "uri", "uri": "https://x.example/"}]),
            "required",
            "template.actions[0].label",
        ),
        (make_flex(size="huge"), "not_one_of", "contents.size"),
        (
            make_flex(body={"type": "image", "url": "https://x.example/a.jpg"}),
            "not_one_of",
            "contents.body.type",
        ),
        (
            make_flex(footer={"type": "box", "layout": "round", "contents": []}),
            "not_one_of",
            "contents.footer.layout",
        ),
        (
            make_flex(hero={"type": "image", "url": "ftp://x.example/a"}),
            "bad_url",
            "contents.hero.url",
        ),
        (
            make_flex(styles={"body": {"backgroundColor": "red"}}),
            "bad_form",
            "contents.styles.body.backgroundColor",
        ),
    ],
)
def test_what_line_refuses_is_found_with_its_field(message, code, field):
    assert (code, f"messages[0].{field}") in found(message)


@pytest.mark.parametrize("number", [0, 6])
def test_one_to_five_messages_go_together(number):
    problem = messages.validate([make_text()] * number)[0]

    assert problem.path == "messages"


@pytest.mark.parametrize(
    "junk", [None, "Hi", 5, {}, [None], [["a"]], [{"type": {}}], [{"type": "flex", "contents": []}]]
)
def test_junk_is_a_problem_and_not_a_crash(junk):
    assert messages.validate(junk)


@pytest.mark.parametrize(
    "message",
    [
        make_text("half a smile: \ud83d"),
        make_flex(body=make_nested_box(200)),
        make_flex(body=make_nested_box(100_000)),
    ],
)
def test_what_cannot_be_sent_as_json_is_a_problem_and_not_a_crash(message):
    assert found(message) == [("bad_form", "messages")]


def test_boxes_may_be_nested_deep():
    assert found(make_flex(body=make_nested_box(100))) == []


@settings(max_examples=300, deadline=None)
@given(message=st.sampled_from(GOOD), data=st.data())
def test_a_wrong_value_anywhere_is_a_problem_or_is_let_be(message, data):
    wrong = with_junk(message, data)

    assert all(problem.path.startswith("messages") for problem in messages.validate([wrong]))


def test_a_flex_bubble_over_30_kb_is_refused():
    long_text = {"type": "text", "text": "a" * 31_000}
    body = {"type": "box", "layout": "vertical", "contents": [long_text]}

    assert found(make_flex(body=body)) == [("too_large", "messages[0].contents")]


def test_bubbles_of_a_carousel_are_of_one_width():
    carousel = {"type": "carousel", "contents": [make_bubble(size="kilo"), make_bubble(size="mega")]}

    assert found({"type": "flex", "altText": "x", "contents": carousel}) == [
        ("unequal", "messages[0].contents.contents")
    ]


def test_a_label_is_counted_as_a_reader_counts():
    family = "👨‍👩‍👧"

    assert found(make_buttons(actions=[{**URI, "label": family * 20}])) == []
    assert found(make_buttons(actions=[{**URI, "label": family * 21}])) != []


def test_a_problem_reads_as_a_sentence():
    problem = messages.validate([make_text("a" * 5001)])[0]

    assert str(problem) == "messages[0].text: Must be at most 5000 characters long."
    assert problem.message % {"limit": problem.limit} == "Must be at most 5000 characters long."
