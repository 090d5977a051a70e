"""A place in the JSON being checked: it knows its path, and notes what is wrong there."""

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import orjson

from line.validation.characters import utf16_length
from line.validation.limits import MEDIA_ADDRESS, Limit


def _(text: str) -> str:
    """Marks a text for translation. Whoever shows it translates it: `line` knows no language."""
    return text


HUGE = 2**63
MESSAGES = {
    "required": _("Must be filled in."),
    "too_long": _("Must be at most %(limit)s characters long."),
    "too_few": _("Must have at least %(limit)s entries."),
    "too_many": _("Must have at most %(limit)s entries."),
    "too_large": _("Must be at most %(limit)s bytes as JSON."),
    "out_of_range": _("Must be between %(limit)s."),
    "not_one_of": _("Must be one of: %(limit)s."),
    "not_text": _("Must be a text."),
    "not_number": _("Must be a number."),
    "not_whole": _("Must be a whole number."),
    "not_flag": _("Must be true or false."),
    "not_list": _("Must be a list."),
    "not_object": _("Must be an object with fields."),
    "bad_url": _("Must be a complete address beginning with %(limit)s."),
    "bad_form": _("Has a form that LINE does not accept."),
    "unequal": _("Must be the same in all columns or bubbles."),
    "forbidden_word": _("Must not contain the word %(limit)s."),
    "twice": _("Must not be there twice: %(limit)s."),
    "not_in_notice": _("Must not be in a notification message: %(limit)s."),
}


@dataclass(frozen=True)
class Problem:
    """Something LINE would refuse.

    `message` is English and a template: show `_(problem.message) % {"limit": problem.limit}`.
    """

    code: str
    path: str
    limit: int | str | None = None

    @property
    def message(self) -> str:
        return MESSAGES[self.code]

    def __str__(self) -> str:
        return f"{self.path}: {self.message % {'limit': self.limit}}"


def unwritable(value: object, path: str = "") -> list[Problem]:
    """A problem with what cannot be sent as JSON at all, and is not to be looked into.

    That is half of a surrogate pair, which a browser can produce, nesting beyond 250 levels, and numbers of
    more than 64 bits: 1e308 is read, but once PostgreSQL has kept it, it comes back with all its digits.
    """
    try:
        orjson.dumps(value)
    except orjson.JSONEncodeError:
        return [Problem("bad_form", path)]
    too_large = any(abs(number) >= HUGE for number in _numbers(value))
    return [Problem("bad_form", path)] if too_large else []


def _numbers(value: object) -> Iterator[float]:
    if isinstance(value, int | float):
        yield value
    elif isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _numbers(inner)


class Node:
    """One JSON value with its path. Checks are made on its fields and noted in the shared `problems`."""

    def __init__(self, value: Any, path: str, problems: list[Problem]):
        self.value = value
        self.path = path
        self.problems = problems

    def get(self, key: str) -> Any:
        return self.value.get(key)

    def note(self, code: str, limit: int | str | None = None, key: str = "") -> None:
        self.problems.append(Problem(code, self._path(key), limit))

    def text(self, key: str, *, most: int, required: bool = False, graphemes: bool = False) -> None:
        """A string of at most so many characters; an empty one counts as missing where it is required."""
        self.within(key, Limit(most, graphemes), required=required)

    def within(self, key: str, limit: Limit, *, required: bool = False) -> None:
        """A string within a limit; an empty one counts as missing where it is required."""
        value = self._of_kind(key, str, "not_text", required)
        if value is None:
            return
        if required and not value:
            self.note("required", key=key)
        if not limit.holds(value):
            self.note("too_long", limit.most, key)

    def number(self, key: str, *, least: float, most: float, required: bool = False) -> None:
        self._within(least, most, key, self._of_kind(key, (int, float), "not_number", required))

    def whole(self, key: str, *, least: int, most: int, required: bool = False) -> None:
        """A number without a fraction."""
        self._within(least, most, key, self._of_kind(key, int, "not_whole", required))

    def flag(self, key: str) -> None:
        """True or false."""
        if self.get(key) is not None and not isinstance(self.get(key), bool):
            self.note("not_flag", key=key)

    def one_of(self, key: str, choices: Collection[str], *, required: bool = False) -> None:
        value = self._of_kind(key, str, "not_text", required)
        if value is not None and value not in choices:
            self.note("not_one_of", ", ".join(choices), key)

    def form(self, key: str, pattern: re.Pattern, *, required: bool = False) -> None:
        """A string that matches entirely."""
        value = self._of_kind(key, str, "not_text", required)
        if value is not None and not pattern.fullmatch(value):
            self.note("bad_form", key=key)

    def media_url(self, key: str, *, required: bool = False) -> None:
        """An https address of at most 2,000 characters.

        http to this machine passes too, for the simulator's sake; LINE refuses it.
        """
        self.url(key, ("https",), most=MEDIA_ADDRESS.most, required=required)

    def url(self, key: str, schemes: Collection[str], *, most: int, required: bool = False) -> None:
        value = self._of_kind(key, str, "not_text", required)
        if value is None:
            return
        if utf16_length(value) > most:
            self.note("too_long", most, key)
        if not is_address(value, schemes):
            self.note("bad_url", ", ".join(f"{scheme}:" for scheme in schemes), key)

    def child(self, key: str, *, required: bool = False) -> "Node | None":
        """An object; None, and a problem if it was required, when it is not there."""
        value = self._of_kind(key, dict, "not_object", required)
        return None if value is None else Node(value, self._path(key), self.problems)

    def items(self, key: str, *, least: int, most: int, required: bool = True) -> Iterable["Node"]:
        """The objects of a list whose length is checked."""
        values = self._of_kind(key, list, "not_list", required)
        if values is None:
            return []
        if len(values) < least:
            self.note("too_few", least, key)
        if len(values) > most:
            self.note("too_many", most, key)
        nodes = [
            Node(value, f"{self._path(key)}[{index}]", self.problems) for index, value in enumerate(values)
        ]
        for node in nodes:
            if not isinstance(node.value, dict):
                node.note("not_object")
        return [node for node in nodes if isinstance(node.value, dict)]

    def _within(self, least: float, most: float, key: str, value: float | None) -> None:
        if value is not None and not least <= value <= most:
            self.note("out_of_range", f"{least:,} – {most:,}", key)

    def _of_kind(self, key: str, kind: type | tuple, otherwise: str, required: bool) -> Any:
        """The field's value, or None with a problem noted if it is missing or of another kind."""
        value = self.get(key)
        if value is None:
            if required:
                self.note("required", key=key)
            return None
        if not isinstance(value, kind) or isinstance(value, bool):
            self.note(otherwise, key=key)
            return None
        return value

    def _path(self, key: str) -> str:
        if not key:
            return self.path
        return f"{self.path}.{key}" if self.path else key


def is_address(value: str, schemes: Collection[str]) -> bool:
    """Percent-encoded, with one of the schemes and something behind it."""
    if not value.isascii() or not value.isprintable() or " " in value:
        return False
    try:
        parts = urlsplit(value)
        is_here = parts.scheme == "http" and parts.hostname in ("127.0.0.1", "localhost")
    except ValueError:
        return False
    if parts.scheme not in schemes and not is_here:
        return False
    return bool(parts.netloc if parts.scheme in ("http", "https") else parts.netloc or parts.path)
