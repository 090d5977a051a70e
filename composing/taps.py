"""Postbacks that mean a tap action: `tap:<code>`, and once it is sent, of which message: `tap:<code>@b7.2`.

What a tap action does, the app `taps` knows; here is only how messages name it.
"""

import re
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass

PREFIX = "tap:"
CODE = r"[a-z0-9]{1,20}"
_DATA = re.compile(rf"{PREFIX}(?P<code>{CODE})(?:@b(?P<broadcast>\d{{1,15}})\.(?P<bubble>\d))?")


@dataclass(frozen=True)
class Tap:
    """Which action was tapped, and in which bubble of which broadcast, as far as the postback says."""

    code: str
    broadcast: int | None = None
    bubble: int | None = None


def read(data: object) -> Tap | None:
    """What a postback's data means; None if it is no tap of ours."""
    found = _DATA.fullmatch(data) if isinstance(data, str) else None
    if found is None:
        return None
    if found["broadcast"] is None:
        return Tap(found["code"])
    return Tap(found["code"], int(found["broadcast"]), int(found["bubble"]))


def codes(messages: object) -> set[str]:
    """The codes of all tap actions that messages name."""
    return {tap.code for postback in _postbacks(messages) if (tap := read(postback["data"]))}


def marked(message: dict, *, broadcast: int, bubble: int) -> dict:
    """The message with the place from which it is tapped. Postbacks of others stay as they are."""
    changed = deepcopy(message)
    for postback in _postbacks(changed):
        if (tap := read(postback["data"])) and tap.broadcast is None:
            postback["data"] = f"{PREFIX}{tap.code}@b{broadcast}.{bubble}"
    return changed


def _postbacks(value: object) -> Iterator[dict]:
    if isinstance(value, list):
        for inner in value:
            yield from _postbacks(inner)
    elif isinstance(value, dict):
        if value.get("type") == "postback" and isinstance(value.get("data"), str):
            yield value
        for inner in value.values():
            yield from _postbacks(inner)
