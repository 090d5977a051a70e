"""From the contents of a Flex message to cards and back.

A card is a dict of plain values with the name of its `shape`; all cards of a message have one `size`.
"""

from composing.cards.patterns import Json, read, write
from composing.cards.shapes import SHAPES

Card = dict


def cards_of(contents: Json) -> list[Card] | None:
    """The cards that these contents say, in full; None if a part of them is of no usual shape."""
    bubbles = _bubbles(contents)
    cards = [card for bubble in bubbles if (card := _card(bubble)) is not None]
    is_all = bool(cards) and len(cards) == len(bubbles)
    has_one_size = len({card["size"] for card in cards}) == 1
    return cards if is_all and has_one_size and contents_of(cards) == contents else None


def contents_of(cards: list[Card]) -> dict:
    """One card is a bubble, several are a carousel."""
    bubbles = [write(SHAPES[card["shape"]].pattern, card) for card in cards]
    return bubbles[0] if len(bubbles) == 1 else {"type": "carousel", "contents": bubbles}


def _bubbles(contents: Json) -> list[Json]:
    if isinstance(contents, dict) and contents.get("type") == "carousel":
        inner = contents.get("contents")
        return inner if isinstance(inner, list) else []
    return [contents]


def _card(bubble: Json) -> Card | None:
    for shape in SHAPES.values():
        if (values := read(shape.pattern, bubble)) is not None:
            return {"shape": shape.name} | values
    return None
