"""Part of a webhook body: the events of some types, each of them character for character as LINE wrote it."""

import json
import re
from typing import Any

_SPACE = re.compile(r"[ \t\n\r]*")
_decoder = json.JSONDecoder()


def keep(body: bytes, types: set[str]) -> bytes | None:
    """A body with those of its events that are of these types.

    The body itself where that is all of them; None where it is none, or where the body cannot be read.
    """
    try:
        text = body.decode()
        destination, events = _parts(text)
    except (ValueError, RecursionError, IndexError, TypeError):
        return None
    kept = [written for event, written in events if isinstance(event, dict) and event.get("type") in types]
    if not kept:
        return None
    if len(kept) == len(events):
        return body
    return f'{{"destination":{destination},"events":[{",".join(kept)}]}}'.encode()


def _parts(text: str) -> tuple[str, list[tuple[Any, str]]]:
    """The destination as it is written, and each event with how it is written."""
    destination = "null"
    events: list[tuple[Any, str]] = []
    at = _after(text, 0, "{")
    while text[at] != "}":
        name, at = _decoder.raw_decode(text, at)
        at = _after(text, at, ":")
        start = at
        if name == "events" and text[at] == "[":
            events, at = _elements(text, at)
        else:
            _, at = _decoder.raw_decode(text, at)
        if name == "destination":
            destination = text[start:at]
        at = _skip_comma(text, at)
    return destination, events


def _elements(text: str, at: int) -> tuple[list[tuple[Any, str]], int]:
    """Of the array that begins here, and where it has ended."""
    found = []
    at = _after(text, at, "[")
    while text[at] != "]":
        start = at
        value, at = _decoder.raw_decode(text, at)
        found.append((value, text[start:at]))
        at = _skip_comma(text, at)
    return found, at + 1


def _after(text: str, at: int, sign: str) -> int:
    """The place of what follows a sign and the space around it."""
    at = _space(text, at)
    if text[at] != sign:
        raise ValueError(sign)
    return _space(text, at + 1)


def _skip_comma(text: str, at: int) -> int:
    at = _space(text, at)
    return _space(text, at + 1) if text[at] == "," else at


def _space(text: str, at: int) -> int:
    match = _SPACE.match(text, at)
    return match.end() if match else at
