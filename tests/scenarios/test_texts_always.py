"""Whatever values people have: what is filled is JSON, with as many cards as they have products, and every
address in it is one."""

import json

from hypothesis import given
from hypothesis import strategies as st

from composing import own_addresses
from composing.content import Template
from composing.variables import pack
from line.validation.node import is_address
from scenarios.texts import repeating

FALLBACK = "https://shop.example/"
BUBBLE = {"type": "bubble", "each": "products", "body": {"text": "{{product.name|x}} {{display_name|you}}"}}
MESSAGES = [
    {"type": "text", "text": "{{product.name|x}}, {{event.note|-}}"},
    {
        "type": "flex",
        "altText": "a",
        "contents": {"type": "carousel", "contents": [BUBBLE, {"type": "bubble"}]},
    },
]
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
PATTERNS = st.sampled_from(
    [
        f"{{{{product.url|{FALLBACK}}}}}",
        f"{{{{product.url|{FALLBACK}}}}}?from=line",
        "https://shop.example/{{customer.number|0}}/cart?q={{event.note|none}}#{{event.note|top}}",
    ]
)


@given(st.lists(TEXTS, max_size=repeating.MOST), TEXTS)
def test_what_is_filled_is_json_with_a_card_for_each_product(names, note):
    values = {"event.note": note, "products": str(len(names))} | {
        "product.name" if place == 1 else f"product.{place}.name": name
        for place, name in enumerate(names, start=1)
    }
    template = Template(repeating.frozen(repeating.laid_out(MESSAGES)))

    text, flex = json.loads(repeating.cut(template.fill(pack(values, values)), len(names)))

    *cards, last = flex["contents"]["contents"]
    assert text["text"] == f"{(names[0] if names else '') or 'x'}, {note or '-'}"
    assert [card["body"]["text"] for card in cards] == [f"{name or 'x'} you" for name in names or [""]]
    assert last == {"type": "bubble"}


@given(PATTERNS, st.dictionaries(st.sampled_from(["product.url", "customer.number", "event.note"]), TEXTS))
def test_an_address_is_one_whatever_stands_in_it(pattern, values):
    found = own_addresses.filled(pattern, values)

    assert is_address(found, ("https", "http", "line", "tel"))


@given(TEXTS)
def test_a_value_within_an_address_adds_no_part_to_it(note):
    found = own_addresses.filled("https://shop.example/?q={{event.note|none}}&a=1", {"event.note": note})

    assert found.startswith("https://shop.example/?q=")
    assert found.endswith("&a=1")
    assert found.count("&") == found.count("?") == 1
    assert "#" not in found


@given(PATTERNS)
def test_a_page_says_the_same_address_again_once_it_is_exchanged(pattern):
    message = {"type": "text", "text": f"Look: {pattern} !"}

    [own] = own_addresses.personal(message)
    changed = own_addresses.exchanged(message, {own.pattern: "https://t.example/1"})

    assert own.pattern == pattern
    assert changed["text"] == "Look: https://t.example/1 !"
