"""On which line of a JSON text something stands, so that whoever writes JSON by hand finds what is wrong."""

import json
import re
from json.decoder import scanstring  # type: ignore[attr-defined]  # its types leave it out

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

_SPACE = re.compile(r"[ \t\n\r]*")
_DECODER = json.JSONDecoder()
# What Python's parser says, and what people do about it.
_FAULTS = {
    "Expecting ',' delimiter": gettext_lazy("a comma is missing, or a bracket is not closed"),
    "Expecting ':' delimiter": gettext_lazy("a colon is missing after the name"),
    "Expecting property name enclosed in double quotes": gettext_lazy("a name in double quotes is missing"),
    "Illegal trailing comma before end of object": gettext_lazy(
        "there is a comma before the closing bracket"
    ),
    "Illegal trailing comma before end of array": gettext_lazy("there is a comma before the closing bracket"),
    "Expecting value": gettext_lazy("a value is missing, or is not written as JSON"),
    "Extra data": gettext_lazy("there is something after the end"),
    "Unterminated string starting at": gettext_lazy("a text has no closing quote"),
    "Invalid control character at": gettext_lazy("a text has a line break: write it as a backslash and an n"),
    "Invalid \\escape": gettext_lazy("a backslash in a text is written twice"),
}


def fault(error: json.JSONDecodeError) -> str:
    """Where the text stops being JSON, and why."""
    why = next((said for start, said in _FAULTS.items() if error.msg.startswith(start)), error.msg)
    return _("Line %(line)s, column %(column)s: %(why)s.") % {
        "line": error.lineno,
        "column": error.colno,
        "why": why,
    }


def lines_of(text: str) -> dict[str, int]:
    """The line on which each value begins, by its path such as `body.contents[0].text`; the whole is "".

    The text must be JSON.
    """
    places: dict[str, int] = {}
    _walk(text, 0, "", places)
    return {path: text.count("\n", 0, start) + 1 for path, start in places.items()}


def line_of(text: str, path: str) -> int:
    """The line of what has this path, or of the nearest around it that is there."""
    lines = lines_of(text)
    while path not in lines and path:
        path = path[: max(path.rfind("."), path.rfind("["), 0)]
    return lines[path]


def _walk(text: str, start: int, path: str, places: dict[str, int]) -> int:
    """Notes what begins at `start`; where it ends."""
    start = _skip(text, start)
    places[path] = start
    if text[start] == "{":
        return _walk_object(text, start + 1, path, places)
    if text[start] == "[":
        return _walk_list(text, start + 1, path, places)
    return _DECODER.raw_decode(text, start)[1]


def _walk_object(text: str, at: int, path: str, places: dict[str, int]) -> int:
    at = _skip(text, at)
    while text[at] != "}":
        name, at = scanstring(text, _skip(text, at) + 1)
        at = _skip(text, at) + 1  # the colon
        at = _skip(text, _walk(text, at, f"{path}.{name}" if path else name, places))
        at = _skip(text, at + 1) if text[at] == "," else at
    return at + 1


def _walk_list(text: str, at: int, path: str, places: dict[str, int]) -> int:
    at, index = _skip(text, at), 0
    while text[at] != "]":
        at = _skip(text, _walk(text, at, f"{path}[{index}]", places))
        at, index = _skip(text, at + 1) if text[at] == "," else at, index + 1
    return at + 1


def _skip(text: str, at: int) -> int:
    return _SPACE.match(text, at).end()  # type: ignore[union-attr]  # it matches nothing too
