"""Messages as the phone draws them."""

import pytest
from django.template.loader import render_to_string
from hypothesis import given, settings
from hypothesis import strategies as st

from composing import flex_looks, phone
from tests.composing.messages import EVERYTHING

BUTTON = {"type": "button", "style": "primary", "color": "#be185d", "action": {"type": "uri", "label": "Buy"}}


def drawn(*messages: dict) -> str:
    return render_to_string("composing/phone.html", {"shown": phone.shown([*messages]), "tenant": None})


def flex(**body: object) -> dict:
    box = {"type": "box", "layout": "vertical", "contents": [], **body}
    return {"type": "flex", "altText": "Card", "contents": {"type": "bubble", "body": box}}


@settings(max_examples=40, deadline=None)
@given(EVERYTHING)
def test_whatever_can_be_written_can_be_drawn(message):
    assert 'class="said"' in drawn(message)


@pytest.mark.parametrize(
    ("message", "notice"),
    [
        ({"type": "text", "text": "Hello"}, "Hello"),
        ({"type": "image"}, "sent a photo."),
        ({"type": "video"}, "sent a video."),
        ({"type": "audio"}, "sent a voice message."),
        ({"type": "sticker"}, "sent a sticker."),
        ({"type": "location"}, "sent a location."),
        ({"type": "coupon"}, "sent a coupon."),
        ({"type": "imagemap", "altText": "Menu"}, "Menu"),
        ({"type": "template", "altText": "Choose"}, "Choose"),
        ({"type": "unfinished"}, "sent you a message"),
    ],
)
def test_the_notification_says_what_line_says(message, notice):
    assert phone.shown([{"type": "text", "text": "First"}, message]).notice == notice


def test_text_is_escaped_with_its_links_and_variables_drawn():
    page = drawn({"type": "text", "text": '<script>{{display_name|"you"}} https://a.example/?a=1&b=2'})

    assert "<script>" not in page
    assert '<span class="known">Hanako</span><span class="unknown">&quot;you&quot;</span>' in page
    assert '<span class="link">https://a.example/?a=1&amp;b=2</span>' in page


def test_a_line_emoji_is_drawn_as_its_picture():
    emoji = {"index": 0, "productId": "5ac1", "emojiId": "007"}

    assert "/5ac1/android/007.png" in drawn({"type": "text", "text": "$!", "emojis": [emoji]})


def test_only_the_newest_messages_quick_replies_and_sender_are_shown():
    item = {"type": "action", "action": {"type": "message", "label": "Yes", "text": "Yes"}}
    last = {"type": "text", "text": "B", "quickReply": {"items": [item]}, "sender": {"name": "Mio"}}

    page = drawn({"type": "text", "text": "A", "sender": {"name": "Ren"}}, last)

    assert '<span class="chip">Yes</span>' in page
    assert phone.shown([last]).sender == "Mio"
    assert 'class="chip"' not in drawn(last, {"type": "text", "text": "C"})


def test_flex_has_lines_sizes_and_colours():
    text = {
        "type": "text",
        "text": "Sale",
        "size": "xl",
        "weight": "bold",
        "color": "#ff0000",
        "margin": "md",
    }
    image = {"type": "image", "url": "https://a.example/a.png", "size": "full", "aspectRatio": "20:13"}

    page = drawn(flex(contents=[image, text, BUTTON], paddingAll="lg", cornerRadius="8px"))

    assert "font-size:calc(22 * var(--u));color:#ff0000;font-weight:700" in page
    assert "margin-top:calc(8 * var(--u))" in page
    assert "aspect-ratio:20 / 13" in page
    assert "background-color:#be185d" in page
    assert "padding:calc(12 * var(--u))" in page


@settings(deadline=None)
@given(
    node=st.dictionaries(
        st.sampled_from(
            ["size", "color", "margin", "offsetTop", "backgroundColor", "aspectRatio", "width", "paddingAll"]
        ),
        st.one_of(st.text(max_size=20), st.integers(), st.none(), st.lists(st.integers(), max_size=2)),
    ),
    kind=st.sampled_from(["box", "text", "image", "icon", "button", "separator", "spacer", "video", "moon"]),
)
def test_no_css_but_lines_own_gets_through(node, kind):
    css = flex_looks.css(node | {"type": kind}, {"type": "box", "layout": "vertical"}, is_first=False)

    assert not set(css) & set('"<>{}\\@!')
    assert "url(" not in css


@pytest.mark.parametrize(
    "message", [flex(contents="x"), {"type": "template"}, {"type": "imagemap"}, {}, {"type": "flex"}]
)
def test_nonsense_is_drawn_as_nothing(message):
    assert 'class="said"' in drawn(message)
