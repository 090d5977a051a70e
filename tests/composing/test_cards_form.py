"""Cards, Flex JSON and coupons in the editor: what is typed becomes the message, and nothing is lost."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from composing import draft as drafts
from composing.bubbles import BUBBLES
from composing.bubbles.coupon import CouponBubble
from composing.bubbles.flex import FlexBubble, FlexJson
from composing.cards.reading import cards_of, contents_of
from composing.coupons import coupons, tag_of, tagged
from composing.errors import InvalidMessages
from tests.composing.test_cards import PRODUCT, SHAPES, cards


def posted(messages: list[dict]) -> dict[str, str]:
    """What a browser sends of the page with these messages."""
    draft = drafts.of_messages(messages)
    data = {"bubbles": str(len(draft.bubbles))}
    for bubble in draft.bubbles:
        data |= dict(bubble.data) | {f"{bubble.prefix}-type": bubble.type}
    return data


def flex(*cards_: dict) -> dict:
    return {"type": "flex", "altText": "Sale", "contents": contents_of(list(cards_))}


def test_cards_are_written_in_their_form_and_all_else_as_json():
    strange = flex(PRODUCT)
    strange["contents"]["body"]["cornerRadius"] = "md"

    draft = drafts.of_messages([flex(PRODUCT), strange])

    assert [type(bubble) for bubble in draft.bubbles] == [FlexBubble, FlexJson]
    assert draft.messages() == [flex(PRODUCT), strange]


@pytest.mark.parametrize("name", SHAPES)
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_whatever_a_form_takes_comes_back_unchanged(name, data):
    message = flex(
        *data.draw(st.lists(cards(name).map(lambda card: card | {"size": "mega"}), min_size=1, max_size=3))
    )

    again = drafts.of_form(posted([message]))

    assert again.messages() == [message]


def test_a_fresh_card_asks_for_its_title_and_has_one_button():
    draft = drafts.of_form({"bubbles": "0", "do": "add:b:flex"})

    shown = draft.shown()[-1]
    assert not draft.bubbles[-1].is_valid()
    assert shown["contents"]["footer"]["contents"][0]["style"] == "primary"


def test_another_shape_keeps_what_both_have():
    data = posted([flex(PRODUCT)]) | {"b0-cards0-shape": "article", "do": "show"}

    [message] = drafts.of_form(data).messages()

    [card] = cards_of(message["contents"])
    assert (card["shape"], card["title"]) == ("article", "Matcha")
    assert "price" not in card


def test_twelve_cards_are_the_most():
    data = posted([flex(*[PRODUCT] * 12)])

    draft = drafts.of_form(data | {"do": "add:b0-cards"})

    assert len(draft.messages()[0]["contents"]["contents"]) == 12


def test_cards_become_json_and_json_that_is_a_card_goes_back():
    data = posted([flex(PRODUCT)])

    as_json = drafts.of_form(data | {"do": "json:b0"})
    back = drafts.of_form(
        posted(as_json.messages()) | {"b0-type": "flex-json"} | as_json.bubbles[0].data | {"do": "cards:b0"}
    )

    assert type(as_json.bubbles[0]) is FlexJson
    assert as_json.messages() == [flex(PRODUCT)]
    assert type(back.bubbles[0]) is FlexBubble
    assert back.messages() == [flex(PRODUCT)]


def json_bubble(text: str) -> FlexJson:
    return FlexJson({"b0-altText": "Sale", "b0-contents": text}, prefix="b0")


UNKEPT = (
    "This cannot be kept: it has brackets without end, a number of too many digits, NaN,"
    " or half of a character."
)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            '{\n "type": "bubble"\n "body": {}}',
            "Line 3, column 2: a comma is missing, or a bracket is not closed.",
        ),
        ('{\n "type" "bubble"}', "Line 2, column 9: a colon is missing after the name."),
        ("{\n type: 1}", "Line 2, column 2: a name in double quotes is missing."),
        ('{"type": \n}', "Line 2, column 1: a value is missing, or is not written as JSON."),
        ('{"type": "a\nb"}', "Line 1, column 12: a text has a line break: write it as a backslash and an n."),
        ("{}\n}", "Line 2, column 1: there is something after the end."),
        ("[" * 100_000, "This is nested too deeply."),
        ("9" * 5_000, UNKEPT),
        ('{"type": "\\ud800"}', UNKEPT),
        ('{"type": "\\u0000"}', UNKEPT),
    ],
)
def test_a_fault_of_the_json_is_told_with_its_line(text, said):
    assert json_bubble(text).errors["contents"] == [said]


def test_what_line_refuses_is_told_with_its_line():
    box = {"type": "box", "layout": "vertical", "contents": [{"type": "text", "text": ""}]}
    typed = json.dumps({"type": "bubble", "body": box}, indent=1)
    draft = drafts.of_form(
        {"bubbles": "1", "b0-type": "flex-json", "b0-altText": "Sale", "b0-contents": typed}
    )
    problem = {"path": "messages[0].contents.body.contents[0].text", "text": "Must be filled in."}

    others = draft.blame(InvalidMessages([problem]))

    assert others == []
    assert draft.bubbles[0].errors["contents"] == ["Line 9, body.contents[0].text: Must be filled in."]


def test_a_fault_in_a_card_is_shown_at_the_card():
    draft = drafts.of_messages([flex(PRODUCT, PRODUCT)])

    draft.blame(InvalidMessages([{"path": "messages[0].contents.contents[1].body", "text": "Wrong."}]))

    first, second = draft.bubbles[0].lists["cards"].forms
    assert "__all__" not in first.errors
    assert second.errors["__all__"] == ["Wrong."]


def test_the_page_says_how_heavy_the_cards_are(visit):
    data = posted([flex(PRODUCT)])

    page = visit("creator").post("messages/compose/weight/?bubble=b0", data)
    gone = visit("creator").post("messages/compose/weight/?bubble=b7", data)

    assert "of 30,720 bytes" in page.content.decode()
    assert gone.status_code == 404


def test_cards_that_are_too_heavy_say_so(visit):
    heavy = flex(*[PRODUCT | {"text": "あ" * 1999} for _card in range(11)])
    data = {"bubbles": "1", "b0-type": "flex"} | FlexBubble.written(FlexBubble.values_of(heavy), "b0")

    page = visit("creator").post("messages/compose/weight/?bubble=b0", data)

    assert "Too large" in page.content.decode()


@pytest.fixture
def two_coupons():
    kept = coupons._choices
    coupons.register(lambda _chosen: [("01A", "10% off"), ("01B", "A free drink")])
    yield
    coupons.register(kept)


def test_a_coupon_is_chosen_among_those_of_the_account(two_coupons):
    message = {"type": "coupon", "couponId": "01B", "deliveryTag": "autumn"}

    draft = drafts.of_form(posted([message]))

    assert type(draft.bubbles[0]) is CouponBubble
    assert draft.messages() == [message]


def test_a_coupon_that_is_gone_stays_chosen(two_coupons):
    message = {"type": "coupon", "couponId": "01Z"}

    assert drafts.of_form(posted([message])).messages() == [message]


def test_no_coupon_is_not_complete(two_coupons):
    bubble = CouponBubble({"b0-couponId": "", "b0-deliveryTag": "秋"}, prefix="b0")

    assert set(bubble.errors) == {"couponId", "deliveryTag"}


@pytest.mark.parametrize(
    ("name", "tag"),
    [("Autumn sale 2026!", "Autumn_sale_2026"), ("秋の配信", ""), ("秋 No.1", "No_1"), ("a" * 50, "a" * 30)],
)
def test_a_coupon_is_counted_under_the_name_of_the_broadcast(name, tag):
    coupon = {"type": "coupon", "couponId": "01A"}

    assert tag_of(name) == tag
    assert tagged([coupon], name) == [coupon | ({"deliveryTag": tag} if tag else {})]
    assert tagged([coupon | {"deliveryTag": "own"}], name) == [coupon | {"deliveryTag": "own"}]


def test_json_shows_what_it_was_given():
    message = flex(PRODUCT)
    message["contents"]["direction"] = "rtl"

    [bubble] = drafts.of_messages([message]).bubbles

    assert json.loads(bubble.data["b0-contents"]) == message["contents"]
    assert "flex-json" in BUBBLES
