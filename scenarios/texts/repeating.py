"""A card that stands once for each product of the cart.

A bubble of a Flex carousel says `"each": "products"` and, if it wants fewer than MOST, `"most": 3`. Its
`{{product.name|…}}` is the name of the product that the card is for. Who has no product gets one card, with
the fallbacks. In what is frozen all cards stand, each but the first between marks with its number; of a
person's own those beyond their products are left out.
"""

import re
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import orjson

from composing.variables import VARIABLE
from scenarios.texts.goods import MOST

EACH, LIMIT = "each", "most"
PRODUCTS = "products"
_CARD = re.compile(rb"\x1e(\d+)\x1e(.*?)\x1e\x1e", re.DOTALL)


def repeats(messages: list[dict]) -> bool:
    """Whether a card in them stands for each product."""
    return any(_is_repeated(bubble) for message in messages for bubble in _bubbles(message))


def laid_out(messages: list[dict]) -> list[dict]:
    """With as many cards as there can be; the second and later are marked by their number under EACH."""
    changed = deepcopy(messages)
    for message in changed:
        if any(_is_repeated(bubble) for bubble in _bubbles(message)):
            contents = message["contents"]
            contents["contents"] = [card for bubble in contents["contents"] for card in _cards(bubble)]
    return changed


def plain(messages: list[dict]) -> list[dict]:
    """What was laid out, without the marks."""
    changed = deepcopy(messages)
    for message in changed:
        for bubble in _bubbles(message):
            if isinstance(bubble, dict):
                bubble.pop(EACH, None)
    return changed


def frozen(messages: list[dict]) -> bytes:
    """What was laid out as bytes; cards that not everybody gets stand between marks that JSON cannot have."""
    changed = deepcopy(messages)
    cards: list[tuple[int, bytes]] = []
    for message in changed:
        contents = _bubbles(message)
        for place, bubble in enumerate(contents):
            if isinstance(bubble, dict) and (number := bubble.pop(EACH, None)):
                contents[place] = f"\x1e{len(cards)}"
                cards.append((number, orjson.dumps(bubble)))
    body = orjson.dumps(changed)
    for place, (number, card) in enumerate(cards):
        body = body.replace(b',"\\u001e%d"' % place, b"\x1e%d\x1e,%b\x1e\x1e" % (number, card))
    return body


def cut(body: bytes, count: int) -> bytes:
    """The body of somebody who has so many products."""
    if b"\x1e" not in body:
        return body
    return _CARD.sub(lambda card: card[2] if int(card[1]) <= count else b"", body)


def _cards(bubble: Any) -> Iterator[Any]:
    if not _is_repeated(bubble):
        yield bubble
        return
    most = bubble.get(LIMIT)
    own = {key: value for key, value in bubble.items() if key not in {EACH, LIMIT}}
    yield own
    for number in range(2, (min(most, MOST) if isinstance(most, int) else MOST) + 1):
        yield _numbered(own, number) | {EACH: number}


def _numbered(value: Any, number: int) -> Any:
    if isinstance(value, str):
        return VARIABLE.sub(lambda found: _of_card(found, number), value)
    if isinstance(value, list):
        return [_numbered(inner, number) for inner in value]
    if isinstance(value, dict):
        return {key: _numbered(inner, number) for key, inner in value.items()}
    return value


def _of_card(found: re.Match[str], number: int) -> str:
    first, _dot, rest = found[1].partition(".")
    if first != "product":
        return found[0]
    return f"{{{{product.{number}.{rest}|{found[2] or ''}}}}}"


def _is_repeated(bubble: Any) -> bool:
    return isinstance(bubble, dict) and bubble.get(EACH) == PRODUCTS


def _bubbles(message: Any) -> list:
    """The cards of a Flex carousel; none of anything else."""
    contents = message.get("contents") if isinstance(message, dict) else None
    if not isinstance(contents, dict) or contents.get("type") != "carousel":
        return []
    cards = contents.get("contents")
    return cards if isinstance(cards, list) else []
