"""What the buttons of the editor do to the values on the page."""

import re
from copy import deepcopy
from dataclasses import dataclass, field

import orjson

from composing.bubbles import BUBBLES
from composing.bubbles.other import JsonBubble
from composing.parts import Repeated, Values
from composing.quick import QUICK
from line.validation.limits import MOST_MESSAGES

_STEP = re.compile(r"([a-zA-Z_]+)(\d{0,3})")


BUBBLE = Repeated(JsonBubble, most=MOST_MESSAGES, kinds=BUBBLES)
_ROOT = {"b": BUBBLE, "quick": QUICK}


@dataclass
class Page:
    """The values of all bubbles, each with its `type`, and of the quick replies.

    `removed` is what was removed last: its address, and its values.
    """

    bubbles: list[Values]
    quick: list[Values]
    removed: dict = field(default_factory=dict)


@dataclass
class _Place:
    """Where an address leads: a list, and the place in it, if it names one."""

    items: list[Values]
    rule: Repeated
    index: int | None

    @property
    def is_taken(self) -> bool:
        return self.index is not None and self.index < len(self.items)

    @property
    def is_full(self) -> bool:
        return len(self.items) >= self.rule.most


def done(page: Page, act: str, address: str, argument: str) -> Page:
    """The page after an act: `add`, `remove`, `undo`, `up`, `down`, `copy`, or one that the part knows.

    What cannot be done, since another page was sent meanwhile, changes nothing.
    """
    if act == "undo":
        return _undone(page)
    if (place := _find(page, address)) is None:
        return page
    if act == "add":
        _add(place, argument)
    elif place.is_taken:
        _do(page, place, act, address, argument)
    return page


def removed(text: str) -> dict:
    """What a page remembers of what was removed last."""
    try:
        value = orjson.loads(text or "{}")
    except orjson.JSONDecodeError:
        return {}
    fits = (
        isinstance(value, dict) and isinstance(value.get("values"), dict) and isinstance(value.get("at"), str)
    )
    return value if fits else {}


def _find(page: Page, address: str) -> _Place | None:
    lists: Values = {"b": page.bubbles, "quick": page.quick}
    rules, place = _ROOT, None
    for step in address.split("-"):
        found = _STEP.fullmatch(step)
        if found is None or found[1] not in rules:
            return None
        rule, items = rules[found[1]], lists[found[1]]
        place = _Place(items, rule, int(found[2]) if found[2] else None)
        lists = items[place.index] if place.is_taken else {}
        rules = rule.part_of(lists).all_parts() if place.is_taken else {}
    return place


def _add(place: _Place, argument: str) -> None:
    if not place.is_full:
        place.items.append(place.rule.fresh(argument))


def _do(page: Page, place: _Place, act: str, address: str, argument: str) -> None:
    items, index = place.items, place.index or 0
    if act == "remove" and len(items) > place.rule.least:
        page.removed = {"at": address, "values": items.pop(index)}
    elif act == "up" and index:
        items[index - 1 : index + 1] = [items[index], items[index - 1]]
    elif act == "down" and index + 1 < len(items):
        items[index : index + 2] = [items[index + 1], items[index]]
    elif act == "copy" and not place.is_full:
        items.insert(index + 1, deepcopy(items[index]))
    elif own := place.rule.part_of(items[index]).acts.get(act):
        items[index] = items[index] | own(items[index], argument)


def _undone(page: Page) -> Page:
    """What was removed last stands where it stood."""
    at = page.removed.get("at", "")
    place = _find(page, at)
    if place is not None and place.index is not None and not place.is_full:
        place.items.insert(min(place.index, len(place.items)), page.removed["values"])
        page.removed = {}
    return page
