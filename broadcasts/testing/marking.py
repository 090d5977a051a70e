"""A message marked as a test: a word in front of it, and nothing in it that would count."""

import copy
from typing import Any

import orjson
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from broadcasts.errors import NoRoomForMark
from composing import content
from composing.errors import InvalidMessages

MOST = 5  # bubbles in one request
TAPPED = "test:"  # before the data of a tap: whoever listens for taps knows nothing of it
# Where a bubble without a place for words says what it is, and how many letters LINE allows there.
PLACES = ("text", "altText")


def marked(messages: list[dict], *, name: str, friend_id: int) -> list[dict]:
    """The messages as a tester gets them: the mark first, their own values in the texts, taps without effect.

    Links lead where they were written to, so that no click is counted. Raises NoRoomForMark if no bubble
    has room for the mark.
    """
    return _marked(content.filled(messages, friend_id), name)


def marked_bytes(frozen: bytes, *, name: str) -> bytes:
    """The same of messages that are one person's own already, as they go to LINE; again, the same bytes."""
    with translation.override(settings.LANGUAGE_CODE):
        return orjson.dumps(_marked(orjson.loads(frozen), name))


def _marked(messages: list[dict], name: str) -> list[dict]:
    said = _without_effect(messages)
    if len(said) < MOST:
        mark = _("[Test] %(name)s") % {"name": name}
        return [{"type": "text", "text": mark}, *said]
    return _with_word(said)


def _with_word(messages: list[dict]) -> list[dict]:
    """With five bubbles there is no room for one more: the first that has words and room for it says it."""
    for place, message in enumerate(messages):
        for key in PLACES:
            if (longer := _longer(message, key)) and _is_fine(longer):
                return [*messages[:place], longer, *messages[place + 1 :]]
    raise NoRoomForMark()


def _longer(message: dict, key: str) -> dict | None:
    if not isinstance(message.get(key), str):
        return None
    word = _("[Test]") + " "
    longer = copy.deepcopy(message) | {key: word + message[key]}
    for emoji in longer.get("emojis", []) if key == "text" else []:
        emoji["index"] += len(word.encode("utf-16-le")) // 2
    return longer


def _is_fine(message: dict) -> bool:
    try:
        content.check([message])
    except InvalidMessages:
        return False
    return True


def _without_effect(value: Any) -> Any:
    """A tap on a postback says the same, but is no tap on what was sent to friends."""
    if isinstance(value, list):
        return [_without_effect(inner) for inner in value]
    if not isinstance(value, dict):
        return value
    changed = {key: _without_effect(inner) for key, inner in value.items()}
    if changed.get("type") in {"postback", "datetimepicker"} and isinstance(changed.get("data"), str):
        changed["data"] = (TAPPED + changed["data"])[:300]
    return changed
