"""The form of messages: bubbles on a page, read back into LINE message objects.

The fields of bubble 2 begin with `b2-`, those of the quick replies with `quick0-`; what repeats within them
is told in `composing/parts.py`. A button's value names an act, an address, and what the act needs:
`add:b:text`, `remove:b2`, `up:b2-columns1`, or `insert:template:7` for messages from elsewhere
(composing/insertions.py). Any other value only draws the page anew.
"""

from collections import ChainMap
from collections.abc import Mapping
from dataclasses import dataclass

import orjson

from composing import acts, insertions
from composing import quick as quick_replies
from composing.acts import Page
from composing.bubbles import BUBBLES
from composing.bubbles.base import BubbleForm
from composing.bubbles.other import JsonBubble
from composing.errors import InvalidMessages
from composing.parts import PartList
from composing.quick import QUICK


class Incomplete(Exception):
    """A bubble is not yet filled in; its form says what is missing."""


@dataclass
class Draft:
    """The bubbles on the page, the quick replies under the last, and what was removed and can come back."""

    bubbles: list[BubbleForm]
    quick: PartList
    removed: str = ""

    @property
    def row(self) -> PartList:
        return PartList("b", acts.BUBBLE, [*self.bubbles])

    def messages(self) -> list[dict]:
        """Raises Incomplete."""
        each = [form.is_valid() for form in (*self.bubbles, *self.quick.forms)]
        if not all(each):
            raise Incomplete
        return self._with_quick([bubble.whole() for bubble in self.bubbles])

    def shown(self) -> list[dict]:
        """What can be shown of the messages while they are being written."""
        for reply in self.quick.forms:
            reply.fill_in()
        return self._with_quick([bubble.sketch() for bubble in self.bubbles])

    def blame(self, error: InvalidMessages) -> list[str]:
        """Show each problem at the field or bubble that its path names; the others are returned."""
        others = []
        for problem in error.problems:
            index, _bracket, rest = problem["path"].removeprefix("messages[").partition("]")
            if index.isdecimal() and int(index) < len(self.bubbles):
                path = rest.removeprefix(".").split(".") if rest else []
                self.bubbles[int(index)].blame(path, problem["text"])
            else:
                others.append(problem["text"])
        return others

    def _with_quick(self, messages: list[dict]) -> list[dict]:
        """LINE shows the quick replies of the last message only."""
        items = [reply.value() for reply in self.quick.forms]
        if items and messages:
            messages[-1] = messages[-1] | {"quickReply": {"items": items}}
        return messages


def of_messages(messages: list[dict]) -> Draft:
    """The page of saved messages."""
    return _draft(_page(messages))


def of_form(data: Mapping[str, str]) -> Draft:
    """What was sent, after the act of the button that was pressed, if any."""
    counted = ChainMap({"b": data.get("bubbles", "")}, data)  # type: ignore[arg-type]  # it is only read
    bubbles = acts.BUBBLE.read(counted, "b")
    page = Page(bubbles, QUICK.read(data, "quick"), acts.removed(data.get("removed", "")))
    act, _colon, rest = data.get("do", "").partition(":")
    address, _colon, argument = rest.partition(":")
    if act == "insert":
        return _draft(_joined(page, _page(insertions.of(address, argument))))
    return _draft(acts.done(page, act, address, argument))


def _page(messages: list[dict]) -> Page:
    quick = quick_replies.items_of(messages[-1]) if messages else None
    bodies = [*messages]
    if quick is not None:
        bodies[-1] = {key: value for key, value in messages[-1].items() if key != "quickReply"}
    return Page([_said(body) for body in bodies], quick or [])


def _joined(page: Page, other: Page) -> Page:
    """The page with the other's bubbles below, as many as there is room for; they replace an empty one."""
    is_written = any(said for each in page.bubbles for name, said in each.items() if name != "type")
    kept = page.bubbles if is_written or not other.bubbles else []
    return Page([*kept, *other.bubbles][: acts.BUBBLE.most], page.quick or other.quick, page.removed)


def _said(message: dict) -> dict:
    """The values of the first kind of bubble that says exactly this."""
    sender = message.get("sender")
    body = {key: value for key, value in message.items() if key != "sender"}
    for form in BUBBLES.values():
        if form is not JsonBubble and form.can_show(body) and form.can_show_sender(sender):
            senders = {"sender": [sender]} if sender is not None else {}
            return form.values_of(body) | senders | {"type": form.type}
    return JsonBubble.values_of(message) | {"type": JsonBubble.type}


def _draft(page: Page) -> Draft:
    forms = [BUBBLES[values["type"]].of(values, f"b{index}") for index, values in enumerate(page.bubbles)]
    quick = [QUICK.part.of(values, f"quick{index}") for index, values in enumerate(page.quick)]
    removed = orjson.dumps(page.removed).decode() if page.removed else ""
    return Draft(forms, PartList("quick", QUICK, quick), removed)
