"""The form of messages: bubbles on a page, read back into LINE message objects.

The fields of bubble 2 begin with `b2-`. A button's value names an act and a bubble: `remove:2`.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from composing.bubbles import BUBBLES
from composing.bubbles.base import BubbleForm
from composing.bubbles.other import JsonBubble
from composing.errors import InvalidMessages

MOST = 5


class Incomplete(Exception):
    """A bubble is not yet filled in; its form says what is missing."""


@dataclass
class Draft:
    """The bubbles on the page."""

    bubbles: list[BubbleForm]

    @property
    def is_full(self) -> bool:
        return len(self.bubbles) >= MOST

    def messages(self) -> list[dict]:
        """Raises Incomplete."""
        if not all(bubble.is_valid() for bubble in self.bubbles):
            raise Incomplete
        return [bubble.message() for bubble in self.bubbles]

    def shown(self) -> list[dict]:
        """What can be shown of the messages while they are being written."""
        return [bubble.message() if bubble.is_valid() else {"type": "unfinished"} for bubble in self.bubbles]

    def blame(self, error: InvalidMessages) -> list[str]:
        """Show each problem at the bubble that its path names; the others are returned."""
        others = []
        for problem in error.problems:
            index, _bracket, rest = problem["path"].removeprefix("messages[").partition("]")
            if index.isdecimal() and int(index) < len(self.bubbles):
                place = f"{rest.removeprefix('.')}: " if rest else ""
                self.bubbles[int(index)].add_error(None, f"{place}{problem['text']}")
            else:
                others.append(problem["text"])
        return others


def of_messages(messages: list[dict]) -> Draft:
    """The page of saved messages."""
    return _draft([_said(message) for message in messages])


def of_form(data: Mapping[str, str]) -> Draft:
    """What was sent, after the act of the button that was pressed, if any: `add`, `remove`, `up`."""
    size = data.get("bubbles", "")
    rows = [_read(data, index) for index in range(min(int(size) if size.isdecimal() else 0, MOST))]
    act, _colon, value = data.get("do", "").partition(":")
    index = int(value) if value.isdecimal() and int(value) < len(rows) else None
    if act == "add" and len(rows) < MOST:
        form = BUBBLES.get(value, JsonBubble)
        rows.append((form.type, _texts(form.new)))
    elif act == "remove" and index is not None:
        del rows[index]
    elif act == "up" and index:
        rows[index - 1], rows[index] = rows[index], rows[index - 1]
    return _draft(rows)


def _said(message: dict) -> tuple[str, dict]:
    form = BUBBLES.get(message.get("type", ""), JsonBubble)
    form = form if form.can_show(message) else JsonBubble
    return form.type, _texts(form.values_of(message))


def _read(data: Mapping[str, str], index: int) -> tuple[str, dict]:
    form = BUBBLES.get(data.get(f"b{index}-type", ""), JsonBubble)
    return form.type, {name: data.get(f"b{index}-{name}", "") for name in form.base_fields}


def _texts(values: dict) -> dict:
    """Values as a browser would send them."""
    return {
        name: value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, indent=2)
        for name, value in values.items()
    }


def _draft(rows: list[tuple[str, dict]]) -> Draft:
    forms = []
    for index, (type_, values) in enumerate(rows):
        data = {f"b{index}-{name}": value for name, value in values.items()}
        forms.append(BUBBLES[type_](data, prefix=f"b{index}"))
    return Draft(forms)
