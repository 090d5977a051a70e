"""Kinds of values a leaf may hold: each reads one from JSON or says what is wrong, and has a JSON Schema."""

import math
import unicodedata
from dataclasses import dataclass
from typing import Protocol

from django.utils.translation import gettext as _

Scalar = str | int | float | bool

LONGEST_TEXT = 200
MOST_DAYS = 36_500
LARGEST_NUMBER = 10**15  # beyond it a JSON number is no longer exact
LONGEST_LIST = 100
UNSTORABLE = {"Cc", "Cs"}  # control characters (PostgreSQL keeps no NUL) and lone surrogates


class Unfit(ValueError):
    """A value that does not fit; its text is for the user."""


class Kind(Protocol):
    def read(self, value: object) -> object:
        """The value as the leaf keeps it. Raises Unfit."""

    def schema(self) -> dict: ...


@dataclass(frozen=True)
class Whole:
    """A whole number from `least` to `most`."""

    least: int
    most: int

    def read(self, value: object) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not self.least <= value <= self.most:
            raise Unfit(
                _("must be a whole number from %(least)s to %(most)s")
                % {"least": self.least, "most": self.most}
            )
        return value

    def schema(self) -> dict:
        return {"type": "integer", "minimum": self.least, "maximum": self.most}


@dataclass(frozen=True)
class YesNo:
    def read(self, value: object) -> bool:
        if not isinstance(value, bool):
            raise Unfit(_("must be true or false"))
        return value

    def schema(self) -> dict:
        return {"type": "boolean"}


@dataclass(frozen=True)
class Text:
    """A text of at least one character, without control characters."""

    most: int = LONGEST_TEXT

    def read(self, value: object) -> str:
        if not isinstance(value, str) or not 1 <= len(value) <= self.most:
            raise Unfit(_("must be a text of 1 to %(most)s characters") % {"most": self.most})
        if any(unicodedata.category(character) in UNSTORABLE for character in value):
            raise Unfit(_("must not contain control characters"))
        return value

    def schema(self) -> dict:
        return {"type": "string", "minLength": 1, "maxLength": self.most}


@dataclass(frozen=True)
class Choice:
    """One of a few words."""

    options: tuple[str, ...]

    def read(self, value: object) -> str:
        if not isinstance(value, str) or value not in self.options:
            raise Unfit(_("must be one of: %(options)s") % {"options": ", ".join(self.options)})
        return value

    def schema(self) -> dict:
        return {"enum": list(self.options)}


@dataclass(frozen=True)
class Single:
    """A text, a number, or true or false."""

    def read(self, value: object) -> Scalar:
        if isinstance(value, bool):
            return value
        if isinstance(value, int | float):
            return _number(value)
        return Text().read(value)

    def schema(self) -> dict:
        return {"anyOf": [Text().schema(), {"type": "number"}, {"type": "boolean"}]}


@dataclass(frozen=True)
class SingleOrList:
    """A single value or a list of them."""

    def read(self, value: object) -> Scalar | list[Scalar]:
        if not isinstance(value, list):
            return Single().read(value)
        if not 1 <= len(value) <= LONGEST_LIST:
            raise Unfit(_("must list 1 to %(most)s values") % {"most": LONGEST_LIST})
        return [Single().read(entry) for entry in value]

    def schema(self) -> dict:
        entries = {"type": "array", "items": Single().schema(), "minItems": 1, "maxItems": LONGEST_LIST}
        return {"anyOf": [Single().schema(), entries]}


@dataclass(frozen=True)
class Properties:
    """Names with a single value each."""

    def read(self, value: object) -> dict[str, Scalar]:
        if not isinstance(value, dict) or not 1 <= len(value) <= LONGEST_LIST:
            raise Unfit(_("must be an object with 1 to %(most)s names") % {"most": LONGEST_LIST})
        return {Text().read(name): Single().read(entry) for name, entry in value.items()}

    def schema(self) -> dict:
        return {"type": "object", "additionalProperties": Single().schema(), "minProperties": 1}


def _number(value: int | float) -> int | float:
    if abs(value) > LARGEST_NUMBER or not math.isfinite(value):
        raise Unfit(_("must be a number up to %(most)s") % {"most": LARGEST_NUMBER})
    return value
