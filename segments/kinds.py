"""Kinds of values a leaf may hold: each reads one from JSON or says what is wrong, and has a JSON Schema."""

import math
import unicodedata
from dataclasses import MISSING, Field, dataclass, fields
from datetime import date
from typing import Any, Protocol

from django.utils.translation import gettext as _

Scalar = str | int | float | bool

LONGEST_TEXT = 200
MOST_DAYS = 36_500
LARGEST_NUMBER = 10**15  # beyond it a JSON number is no longer exact
LONGEST_LIST = 100
HIGHEST_ROW = 2**31 - 1
UNSTORABLE = {"Cc", "Cs"}  # control characters (PostgreSQL keeps no NUL) and lone surrogates


class Unfit(ValueError):
    """A value that does not fit; its text is for the user. `path` is the place inside of it, `[1].op`."""

    def __init__(self, problem: str, *, path: str = "") -> None:
        super().__init__(problem)
        self.path = path


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
        number = _whole(value)
        if number is None or not self.least <= number <= self.most:
            raise Unfit(
                _("must be a whole number from %(least)s to %(most)s")
                % {"least": self.least, "most": self.most}
            )
        return number

    def schema(self) -> dict:
        return {"type": "integer", "minimum": self.least, "maximum": self.most}


@dataclass(frozen=True)
class Number:
    """A number from `least` to `most`, whole or not."""

    least: float = -LARGEST_NUMBER
    most: float = LARGEST_NUMBER

    def read(self, value: object) -> int | float:
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            raise Unfit(_("must be a number"))
        if not self.least <= value <= self.most:
            raise Unfit(
                _("must be a number from %(least)s to %(most)s") % {"least": self.least, "most": self.most}
            )
        return value

    def schema(self) -> dict:
        return {"type": "number", "minimum": self.least, "maximum": self.most}


@dataclass(frozen=True)
class Day:
    """A date, as 2026-11-20."""

    def read(self, value: object) -> str:
        if not isinstance(value, str) or not _is_date(value):
            raise Unfit(_("must be a date like 1990-04-30"))
        return value

    def schema(self) -> dict:
        return {
            "type": "string",
            "format": "date",
            "maxLength": 10,
            "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$",
        }


@dataclass(frozen=True)
class Step:
    """One of a few whole numbers, in their order. The leaf's `options` say them in words."""

    steps: tuple[int, ...]

    def read(self, value: object) -> int:
        number = _whole(value)
        if number is None or number not in self.steps:
            raise Unfit(_("must be one of: %(options)s") % {"options": ", ".join(map(str, self.steps))})
        return number

    def schema(self) -> dict:
        return {"enum": list(self.steps)}


@dataclass(frozen=True)
class RowOr:
    """The number of a row, or one of a few words in its place, such as “last”.

    The leaf's `options` list both for the page.
    """

    words: tuple[str, ...]

    def read(self, value: object) -> int | str:
        if isinstance(value, str) and value in self.words:
            return value
        number = _whole(value)
        if number is None or not 1 <= number <= HIGHEST_ROW:
            raise Unfit(
                _("must be the number of a row, or one of: %(options)s") % {"options": ", ".join(self.words)}
            )
        return number

    def schema(self) -> dict:
        return {"anyOf": [Whole(1, HIGHEST_ROW).schema(), Choice(self.words).schema()]}


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
        controls = {"pattern": "[\\u0000-\\u001f\\u007f-\\u009f]"}
        return {"type": "string", "minLength": 1, "maxLength": self.most, "not": controls}


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
class Several:
    """A list of at least one of a few words, or numbers, each once."""

    options: tuple[str | int, ...]

    def read(self, value: object) -> list[str | int]:
        if not isinstance(value, list) or not value:
            raise Unfit(_("must be a list of at least one of: %(options)s") % {"options": self._words()})
        entries: list[str | int] = []
        for place, entry in enumerate(value):
            word = entry if isinstance(entry, str) else _whole(entry)
            if word is None or word not in self.options:
                raise Unfit(_("must be one of: %(options)s") % {"options": self._words()}, path=f"[{place}]")
            entries.append(word)
        if len(set(entries)) < len(entries):
            raise Unfit(_("must name each only once"))
        return entries

    def schema(self) -> dict:
        entries = {"enum": list(self.options)}
        return {"type": "array", "items": entries, "minItems": 1, "uniqueItems": True}

    def _words(self) -> str:
        return ", ".join(str(option) for option in self.options)


@dataclass(frozen=True)
class Record:
    """An object whose values are declared as a leaf's are: by the fields of a dataclass, with `given`.

    It is kept as the plain object, and goes back into JSON as it came. If the dataclass has a `check`, that
    raises Unfit where the values, each right by itself, do not fit together.
    """

    of: type

    def read(self, value: object) -> dict:
        if not isinstance(value, dict):
            raise Unfit(_("must be an object"))
        values = read_declared(self.of, value)
        if check := getattr(self.of(**values), "check", None):
            check()
        names = declared_names(self.of)
        return {names[attribute]: each for attribute, each in values.items() if each is not None}

    def schema(self) -> dict:
        return schema_declared(self.of)


@dataclass(frozen=True)
class Rows:
    """A list of values of one kind, `least` to `most` of them."""

    of: "Kind"
    least: int = 1
    most: int = 20

    def read(self, value: object) -> list:
        if not isinstance(value, list) or not self.least <= len(value) <= self.most:
            raise Unfit(
                _("must be a list of %(least)s to %(most)s entries")
                % {"least": self.least, "most": self.most}
            )
        return [read_at(self.of, entry, f"[{place}]") for place, entry in enumerate(value)]

    def schema(self) -> dict:
        return {
            "type": "array",
            "items": self.of.schema(),
            "minItems": self.least,
            "maxItems": self.most,
        }


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
        return {"anyOf": [Text().schema(), Number().schema(), {"type": "boolean"}]}


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
class Listing(SingleOrList):
    """A list of values of one kind."""

    of: "Kind"

    def read(self, value: object) -> list:
        if not isinstance(value, list) or not 1 <= len(value) <= LONGEST_LIST:
            raise Unfit(_("must list 1 to %(most)s values") % {"most": LONGEST_LIST})
        return [read_at(self.of, entry, f"[{place}]") for place, entry in enumerate(value)]

    def schema(self) -> dict:
        return {"type": "array", "items": self.of.schema(), "minItems": 1, "maxItems": LONGEST_LIST}


@dataclass(frozen=True)
class Properties:
    """Names with a single value each."""

    def read(self, value: object) -> dict[str, Scalar]:
        if not isinstance(value, dict) or not 1 <= len(value) <= LONGEST_LIST:
            raise Unfit(_("must be an object with 1 to %(most)s names") % {"most": LONGEST_LIST})
        return {Text().read(name): Single().read(entry) for name, entry in value.items()}

    def schema(self) -> dict:
        return {
            "type": "object",
            "propertyNames": Text().schema(),
            "additionalProperties": Single().schema(),
            "minProperties": 1,
            "maxProperties": LONGEST_LIST,
        }


def _number(value: int | float) -> int | float:
    if abs(value) > LARGEST_NUMBER or not math.isfinite(value):
        raise Unfit(_("must be a number up to %(most)s") % {"most": LARGEST_NUMBER})
    return value


def _whole(value: object) -> int | None:
    """In JSON 3.0 is a whole number too."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _is_date(text: str) -> bool:
    try:
        return str(date.fromisoformat(text)) == text
    except ValueError:
        return False


def declared_names(of: type) -> dict[str, str]:
    """Attribute → name in JSON, of a dataclass whose fields are declared with `given`."""
    return {declared.name: declared.metadata["name"] or declared.name for declared in fields(of)}


def read_declared(of: type, raw: dict) -> dict[str, Any]:
    """The values of such a dataclass by attribute; those left out have their default. Raises Unfit."""
    names = declared_names(of)
    for name in raw:
        if name not in names.values():
            raise Unfit(_("is not known here"), path=str(name))
    values = {}
    for declared in fields(of):
        name = names[declared.name]
        if name in raw:
            values[declared.name] = read_at(declared.metadata["kind"], raw[name], name)
        elif is_required(declared):
            raise Unfit(_("is missing"), path=name)
    return values


def schema_declared(of: type) -> dict:
    """The JSON Schema of such a dataclass, with the titles and units of its values."""
    names = declared_names(of)
    return {
        "type": "object",
        "properties": {names[declared.name]: _schema_of(declared) for declared in fields(of)},
        "required": [names[declared.name] for declared in fields(of) if is_required(declared)],
        "additionalProperties": False,
    }


def is_required(declared: Field) -> bool:
    return declared.default is MISSING


def read_at(kind: "Kind", value: object, path: str) -> Any:
    """Read a value that stands at `path`; an Unfit says so."""
    try:
        return kind.read(value)
    except Unfit as problem:
        inside = problem.path
        joint = "." if path and inside and not inside.startswith("[") else ""
        raise Unfit(str(problem), path=f"{path}{joint}{inside}") from problem


def _schema_of(declared: Field) -> dict:
    said = declared.metadata["kind"].schema()
    if declared.metadata["label"]:
        said = {"title": str(declared.metadata["label"])} | said
    if declared.metadata["unit"]:
        said |= {"description": _("In: %(unit)s") % {"unit": declared.metadata["unit"]}}
    return said
