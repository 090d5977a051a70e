"""LINE's limits on message objects, checked before LINE is asked.

Text, image and Flex messages entirely; the other types as far as their fields and lengths go. What only LINE
can know (whether a sticker may be sent, a picture be fetched) is left to it.
Source: https://developers.line.biz/en/reference/messaging-api/#message-objects
"""

from line.validation.coupons import validate_coupon
from line.validation.limits import MOST_MESSAGES
from line.validation.node import Node, Problem, unwritable
from line.validation.notices import not_taken, validate_templated_notice
from line.validation.objects import check_message
from line.validation.richmenus import validate_rich_menu

__all__ = [
    "Problem",
    "validate",
    "validate_coupon",
    "validate_notice",
    "validate_rich_menu",
    "validate_templated_notice",
]


def validate(messages: object) -> list[Problem]:
    """What LINE would refuse about the messages of one request; empty when it would take them.

    Each problem names its field, as `messages[0].text`.
    """
    if problems := unwritable(messages, "messages"):
        return problems
    root = Node({"messages": messages}, "", [])
    for node in root.items("messages", least=1, most=MOST_MESSAGES):
        check_message(node)
    return root.problems


def validate_notice(messages: object) -> list[Problem]:
    """Likewise of a notification message of the flexible type, which takes fewer kinds of messages."""
    return [*validate(messages), *not_taken(messages)]
