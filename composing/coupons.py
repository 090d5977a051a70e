"""LINE's coupons as messages name them. What coupons a client has, the app that fetches them tells.

Source: https://developers.line.biz/en/reference/messaging-api/#coupon-message
"""

import re
from collections.abc import Callable

from composing.parts import Values

_LETTERS = re.compile(r"[^A-Za-z0-9_]+")
MOST_TAG = 30


class _Coupons:
    """The coupons of the present client."""

    def __init__(self) -> None:
        self._choices: Callable[[str], list[tuple[str, str]]] = lambda _chosen: []

    def register(self, choices: Callable[[str], list[tuple[str, str]]]) -> None:
        """`choices` gives LINE's id and words for each that may be sent, and for the one that is chosen."""
        self._choices = choices

    def choices(self, chosen: str) -> list[tuple[str, str]]:
        return self._choices(chosen)


coupons = _Coupons()


def tag_of(name: str) -> str:
    """The path under which LINE's manager counts a coupon, from a name; empty if it has no Latin letter."""
    return _LETTERS.sub("_", name).strip("_")[:MOST_TAG]


def tagged(messages: list[dict], name: str) -> list[dict]:
    """The messages with each coupon counted under this name, unless it has a tag of its own."""
    tag = tag_of(name)
    return [
        message | {"deliveryTag": tag}
        if message.get("type") == "coupon" and tag and "deliveryTag" not in message
        else message
        for message in messages
    ]


def ids_of(messages: list[Values]) -> list[str]:
    """LINE's ids of the coupons in messages."""
    return [str(message.get("couponId", "")) for message in messages if message.get("type") == "coupon"]
