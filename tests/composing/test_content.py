"""Variables and addresses in messages."""

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from composing import content
from composing.content import Template
from composing.errors import InvalidMessages
from line import messages as line_messages


@given(name=st.text(max_size=20), before=st.text(max_size=20), after=st.text(max_size=20))
def test_a_filled_template_says_what_replacing_the_text_would(name, before, after):
    before, after = before.replace("{", ""), after.replace("}", "")
    frozen = line_messages.frozen([{"type": "text", "text": before + "{{display_name|you}}" + after}])

    filled = orjson.loads(Template(frozen).fill(name))

    assert filled == [{"type": "text", "text": before + (name or "you") + after}]


def test_what_is_no_variable_in_the_bytes_is_none_in_the_text():
    """Else it would go out one by one, with braces."""
    names = [
        content.named_variables([{"type": "text", "text": text}])
        for text in ("{{\ndisplay_name|you}}", "{{ display_name\u3000|you}}")
    ]

    assert names == [set(), {"display_name"}]


def test_an_address_with_a_variable_is_left_to_be_filled():
    button = {"type": "uri", "label": "Go", "uri": "https://a.example/?n={{display_name|you}}"}
    template = {"type": "buttons", "text": "Hello", "actions": [button]}
    messages = [
        {"type": "text", "text": "https://a.example/{{display_name|you}} https://a.example/"},
        {"type": "template", "altText": "Hello", "template": template},
    ]

    found = content.addresses(messages)
    text, buttons = content.with_addresses(messages, {"https://a.example/": "https://t.example/1"})

    assert found == ["https://a.example/"]
    assert text["text"] == "https://a.example/{{display_name|you}} https://t.example/1"
    assert buttons["template"]["actions"] == [button]


def test_filling_twice_gives_the_same_bytes():
    template = Template(line_messages.frozen([{"type": "text", "text": "{{display_name|you}}"}]))

    assert template.fill("葵") == template.fill("葵")


def test_addresses_are_found_in_texts_and_buttons_and_pictures_are_left_alone():
    bubble = {
        "type": "bubble",
        "hero": {"type": "image", "url": "https://shop.example/a.jpg"},
        "footer": {
            "type": "box",
            "layout": "vertical",
            "contents": [
                {"type": "button", "action": {"type": "uri", "label": "Go", "uri": "https://shop.example/b"}},
                {"type": "button", "action": {"type": "uri", "label": "Call", "uri": "tel:0312345678"}},
            ],
        },
    }
    messages = [
        {"type": "text", "text": "見てね https://shop.example/sale。また今度"},
        {"type": "flex", "altText": "Sale", "contents": bubble},
    ]

    found = content.addresses(messages)
    changed = content.with_addresses(messages, {url: f"https://t.example/{n}" for n, url in enumerate(found)})

    assert found == ["https://shop.example/sale", "https://shop.example/b"]
    assert changed[0]["text"] == "見てね https://t.example/0。また今度"
    buttons = changed[1]["contents"]["footer"]["contents"]
    assert [button["action"]["uri"] for button in buttons] == ["https://t.example/1", "tel:0312345678"]
    assert changed[1]["contents"]["hero"]["url"] == "https://shop.example/a.jpg"


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("詳しくはhttps://shop.example/saleをご覧ください！", "https://shop.example/sale"),
        ("(https://shop.example/a).", "https://shop.example/a"),
        ("https://shop.example/wiki/A_(b)は", "https://shop.example/wiki/A_(b)"),
        ("https://shop.example/?q=1&r=%E3%81%82#top, and more", "https://shop.example/?q=1&r=%E3%81%82#top"),
        ("https://shop.example/!", "https://shop.example/"),
    ],
)
def test_an_address_ends_where_the_sentence_goes_on(text, address):
    messages = [{"type": "text", "text": text}]

    assert content.addresses(messages) == [address]
    changed = content.with_addresses(messages, {address: "https://t.example/0"})
    assert changed[0]["text"] == text.replace(address, "https://t.example/0")


EVERYWHERE = [
    {"type": "text", "text": "See https://shop.example/1"},
    {"type": "textV2", "text": "See https://shop.example/2 {name}"},
    {
        "type": "flex",
        "contents": {"type": "bubble", "body": {"action": {"type": "uri", "uri": "https://shop.example/3"}}},
    },
    {
        "type": "template",
        "template": {
            "type": "carousel",
            "columns": [
                {
                    "defaultAction": {"type": "uri", "uri": "https://shop.example/4"},
                    "actions": [
                        {
                            "type": "uri",
                            "uri": "https://shop.example/5",
                            "altUri": {"desktop": "https://shop.example/6"},
                        }
                    ],
                }
            ],
        },
    },
    {
        "type": "imagemap",
        "video": {"externalLink": {"linkUri": "https://shop.example/7", "label": "More"}},
        "actions": [{"type": "uri", "linkUri": "https://shop.example/8"}],
        "quickReply": {"items": [{"action": {"type": "uri", "uri": "https://shop.example/9"}}]},
    },
]


def test_every_address_of_every_kind_of_message_can_be_led_through_ours():
    found = content.addresses(EVERYWHERE)
    ours = {url: url.replace("shop", "ours") for url in found}

    assert found == [f"https://shop.example/{number}" for number in range(1, 10)]
    assert content.addresses(content.with_addresses(EVERYWHERE, ours)) == list(ours.values())


def test_a_text_in_flex_is_no_link_and_stays_as_it_is():
    text = {"type": "text", "text": "https://shop.example/a"}
    messages = [{"type": "flex", "contents": {"type": "bubble", "body": {"contents": [text]}}}]

    assert content.addresses(messages) == []


def test_line_emoji_keep_their_place_when_addresses_are_exchanged():
    text = "𠮷$ https://shop.example/a$ and $"
    emojis = [{"index": index, "productId": "5ac1", "emojiId": "001"} for index in (2, 26, 32)]
    message = {"type": "text", "text": text, "emojis": emojis}

    found = content.addresses([message])
    changed = content.with_addresses([message], {"https://shop.example/a": "https://t.example/0"})[0]

    assert found == ["https://shop.example/a"]
    assert changed["text"] == "𠮷$ https://t.example/0$ and $"
    assert [each["index"] for each in changed["emojis"]] == [2, 23, 29]


def test_a_name_before_a_line_emoji_is_refused_since_it_would_move_it(tenant):
    emoji = {"index": 21, "productId": "5ac1", "emojiId": "001"}

    content.check([{"type": "text", "text": "$ {{display_name|you}}", "emojis": [emoji | {"index": 0}]}])
    with pytest.raises(InvalidMessages) as refused:
        content.check([{"type": "text", "text": "{{display_name|you}} $", "emojis": [emoji]}])

    assert "before the first variable" in refused.value.message
