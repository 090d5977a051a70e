"""What is asked for, and what is shown for it."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import MISSING, Field, dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from django.utils.translation import gettext as _

from segments.kinds import Kind, Unfit, is_required

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    Texts = str | list["Texts"] | dict[str, "Texts"]
    Pairs = list[tuple[object, StrOrPromise]]

PLACE = re.compile(r"n(?:-\d{1,3})*")  # of a condition, at the beginning of the names of its fields
MOST_DIGITS = 18
T = TypeVar("T")
Problems = Mapping[str, str]


class Blank(Unfit):
    """A value that is needed and not given yet."""

    def __init__(self, *, path: str = "") -> None:
        super().__init__(_("is not filled in"), path=path)


class Options:
    """The options of values, and what else a form needs to know, each looked up once."""

    def __init__(self) -> None:
        self.known: dict[Callable, Any] = {}

    def of(self, look_up: Callable[[], "T"]) -> "T":
        if look_up not in self.known:
            self.known[look_up] = look_up()
        return self.known[look_up]


@dataclass(frozen=True)
class Asked:
    """A value as it is asked for: its kind, and what was said of it where it was declared."""

    kind: Kind
    label: "StrOrPromise" = ""
    unit: "StrOrPromise" = ""
    options: "Callable[[], Pairs] | None" = None
    is_required: bool = True
    default: object = None

    @classmethod
    def of(cls, declared: Field, other: Mapping | None = None) -> "Asked":
        """As a dataclass declares it; `other` is what differs at the moment, such as `is_required`."""
        told = {"is_required": is_required(declared), **declared.metadata, **(other or {})}
        default = None if declared.default is MISSING else declared.default
        return cls(told["kind"], told["label"], told["unit"], told["options"], told["is_required"], default)


@dataclass
class Shown:
    """A field, or a group of fields, as the template `segments/control.html` draws it."""

    template: str
    name: str
    label: "StrOrPromise"
    unit: "StrOrPromise" = ""
    text: str = ""
    choices: list[tuple[str, "StrOrPromise", bool]] = field(default_factory=list)
    parts: list["Shown"] = field(default_factory=list)
    limits: dict[str, object] = field(default_factory=dict)
    problem: str = ""
    is_required: bool = True
    is_extra: bool = False  # may be left out and is: shown on demand
    may_grow: bool = False
    may_shrink: bool = False
    has_focus: bool = False

    @property
    def main(self) -> list["Shown"]:
        return [part for part in self.parts if not part.is_extra]

    @property
    def extra(self) -> list["Shown"]:
        return [part for part in self.parts if part.is_extra]

    @property
    def first(self) -> "Shown":
        """The field in which one begins to type."""
        return self.main[0].first if self.main else self

    @property
    def tail(self) -> str:
        """The last part of its name."""
        return self.name.rpartition("-")[2]

    @property
    def act(self) -> str:
        """Its place and its name inside of the condition, as the acts of its buttons say them."""
        place = PLACE.match(self.name)
        return f"{place[0]}:{self.name[place.end() + 1 :]}" if place else ""

    def complaints(self) -> Iterator[tuple[str, str]]:
        """What is wrong with each field below it, by name of the field; "" where nothing is."""
        for part in self.parts:
            yield part.name, part.problem
            yield from part.complaints()


def whole(text: str) -> int | None:
    """The number that the digits of a field say; None for what is none, or too long for a number of ours."""
    return int(text) if text.isdecimal() and len(text) <= MOST_DIGITS else None


def join(path: str, step: str) -> str:
    return f"{path}.{step}" if path and step and not step.startswith("[") else path + step
