"""LINE notification messages: the template type as a whole, and what the flexible type may not hold.

Source: https://developers.line.biz/en/reference/line-notification-messages/
"""

from line.validation.limits import ID, NOTICE_ADDRESS, NOTICE_EMPHASIZED, NOTICE_ITEM, Limit
from line.validation.node import Node, Problem, unwritable

MOST_ITEMS = 15
MOST_BUTTONS = 2
NOT_TAKEN = ("image", "video", "audio")


def validate_templated_notice(template_key: object, body: object) -> list[Problem]:
    """What LINE would refuse about a notice of the template type; empty when it would take it.

    Whether LINE knows the keys is left to it. Each problem names its field, as `body.items[0].content`.
    """
    if problems := unwritable(body, "body"):
        return problems
    root = Node({"templateKey": template_key, "body": body}, "", [])
    root.within("templateKey", ID, required=True)
    if content := root.child("body"):
        _check_items(content)
        _check_buttons(content)
    return root.problems


def not_taken(messages: object) -> list[Problem]:
    """The messages of kinds that a notice of the flexible type must not have."""
    listed = messages if isinstance(messages, list) else []
    return [
        Problem("not_in_notice", f"messages[{index}].type", message["type"])
        for index, message in enumerate(listed)
        if isinstance(message, dict) and message.get("type") in NOT_TAKEN
    ]


def _check_items(body: Node) -> None:
    """No item twice, the emphasized one among them."""
    seen: set[object] = set()
    if emphasized := body.child("emphasizedItem"):
        _check_item(emphasized, NOTICE_EMPHASIZED, seen)
    for item in body.items("items", least=0, most=MOST_ITEMS, required=False):
        _check_item(item, NOTICE_ITEM, seen)


def _check_item(node: Node, longest: Limit, seen: set[object]) -> None:
    node.within("itemKey", ID, required=True)
    node.within("content", longest, required=True)
    _once(node, "itemKey", seen)


def _check_buttons(body: Node) -> None:
    seen: set[object] = set()
    for button in body.items("buttons", least=0, most=MOST_BUTTONS, required=False):
        button.within("buttonKey", ID, required=True)
        button.url("url", ("https", "http"), most=NOTICE_ADDRESS.most, required=True)
        _once(button, "buttonKey", seen)


def _once(node: Node, key: str, seen: set[object]) -> None:
    value = node.get(key)
    if isinstance(value, str) and value:
        if value in seen:
            node.note("twice", value, key)
        seen.add(value)
