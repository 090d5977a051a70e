"""Cards: from values to Flex JSON and back, and what is of no usual shape."""

import copy

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from composing.cards import holes, patterns
from composing.cards.reading import cards_of, contents_of
from composing.cards.shapes import MOST_BUTTONS, SHAPES
from line import messages as line_messages

LINK = {"type": "uri", "label": "Look", "uri": "https://example.jp/a?b=c"}
LINES = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=20)
VALUES = {
    "line": LINES,
    "text": st.lists(LINES, min_size=1, max_size=3).map("\n".join),
    "color": st.from_regex(r"#[0-9a-f]{6}", fullmatch=True),
    "picture": st.sampled_from(["https://example.jp/a.jpg", "https://example.jp/c/nagi/media/x/1024"]),
    "action": st.just(LINK),
}
CHOICES = {"size": holes.SIZES, "ratio": holes.RATIOS, "style": ("primary", "secondary", "link")}
MOST = {"buttons": MOST_BUTTONS}


def some(part: patterns.Part, required: tuple[str, ...]) -> st.SearchStrategy:
    """What the part may be, empty too unless it is required."""
    if isinstance(part, patterns.Each):
        item = values_of(patterns.parts_of_item(part), ("name", "says", "action", "style"))
        return st.lists(item, min_size=part.name in required, max_size=MOST.get(part.name, 4))
    if part.name in CHOICES:
        return st.sampled_from(CHOICES[part.name])
    value = VALUES[part.kind]
    return value if part.name in (*required, "color") else st.just("") | value


def values_of(parts: list[patterns.Part], required: tuple[str, ...]) -> st.SearchStrategy:
    return st.fixed_dictionaries({part.name: some(part, required) for part in parts})


def cards(name: str) -> st.SearchStrategy:
    shape = SHAPES[name]
    values = values_of(patterns.parts(shape.pattern), shape.required)
    return values.map(lambda card: {"shape": name} | card)


def settled(card: dict, contents: dict) -> dict:
    """The card without what nothing on it shows: a colour that nothing has, the form of no picture."""
    unseen = (
        [] if card.get("color") and f'"{card["color"]}"' in repr(contents).replace("'", '"') else ["color"]
    )
    if not card.get("picture"):
        unseen += ["ratio", "picture_action"]
    return card | {name: "" for name in unseen if name in card}


@pytest.mark.parametrize("name", SHAPES)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_a_card_is_read_back_as_it_was_written(name, data):
    card = data.draw(cards(name))

    contents = contents_of([card])

    assert cards_of(contents) == [settled(card, contents)]
    assert line_messages.validate([{"type": "flex", "altText": "Sale", "contents": contents}]) == []


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_cards_of_several_shapes_make_a_carousel_of_one_size(data):
    names = data.draw(st.lists(st.sampled_from(sorted(SHAPES)), min_size=2, max_size=12))
    drawn = [data.draw(cards(name)) | {"size": "kilo"} for name in names]

    contents = contents_of(drawn)

    assert contents["type"] == "carousel"
    read = cards_of(contents)
    assert [card["shape"] for card in read] == names
    assert contents_of(read) == contents


PRODUCT = patterns.blank(SHAPES["product"].pattern) | {
    "shape": "product",
    "size": "mega",
    "title": "Matcha",
    "price": "¥1,200",
    "color": "#2a4a8f",
    "buttons": [{"style": "primary", "action": LINK}],
}


def test_an_unknown_key_anywhere_makes_it_json():
    contents = contents_of([PRODUCT])
    contents["body"]["contents"][0]["maxLines"] = 2

    assert cards_of(contents) is None


def test_a_colour_that_is_not_the_cards_makes_it_json():
    contents = contents_of([PRODUCT])
    contents["footer"]["contents"][0]["color"] = "#ffffff"

    assert cards_of(contents) is None


def test_bubbles_of_two_sizes_are_json_since_line_refuses_them():
    two = [contents_of([PRODUCT]), contents_of([PRODUCT | {"size": "kilo"}])]

    assert cards_of({"type": "carousel", "contents": two}) is None


@pytest.mark.parametrize(
    "contents",
    [
        None,
        [],
        "bubble",
        {},
        {"type": "bubble"},
        {"type": "carousel"},
        {"type": "carousel", "contents": None},
        {"type": "carousel", "contents": [None]},
        {"type": "bubble", "size": [], "body": {"contents": {}}},
        {"type": "bubble", "size": "mega", "body": {"type": "box", "layout": "vertical", "contents": [1]}},
    ],
)
def test_what_is_no_card_is_none(contents):
    assert cards_of(contents) is None


@settings(max_examples=200, deadline=None)
@given(data=st.data())
def test_a_card_bent_at_any_place_is_read_exactly_or_not_at_all(data):
    contents = copy.deepcopy(contents_of([data.draw(cards(data.draw(st.sampled_from(sorted(SHAPES)))))]))
    place = contents
    while isinstance(place, dict | list) and place:
        keys = sorted(place) if isinstance(place, dict) else range(len(place))
        key = data.draw(st.sampled_from(keys))
        if data.draw(st.booleans()) or not isinstance(place[key], dict | list):
            place[key] = data.draw(st.sampled_from([None, "", 1, "mega", "a\r\nb", [], {}, LINK, True]))
            break
        place = place[key]

    read = cards_of(contents)

    assert read is None or contents_of(read) == contents
