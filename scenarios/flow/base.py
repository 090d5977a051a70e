"""Parts of flows: triggers and steps, each type one class whose values are declared with `given`.

A step that parts people has `ways`, each with steps of its own; whoever has done those goes on behind the
step. A flow therefore has no jumps: nobody can come to a step twice.
"""

import inspect
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar, Generic, Self, TypeVar

from django.utils.translation import gettext as _

from scenarios.errors import InvalidFlow
from segments.kinds import Unfit, declared_names, read_declared, schema_declared

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

P = TypeVar("P", bound="Part")
NEXT = "next"  # the way out of a step that does not part people


@dataclass(frozen=True)
class Part:
    """A trigger or a step. A subclass is a frozen dataclass whose fields are declared with `given`."""

    type: ClassVar[str]
    label: "ClassVar[StrOrPromise]" = ""
    hint: "ClassVar[StrOrPromise]" = ""

    @classmethod
    def parse(cls, raw: dict, path: str = "") -> Self:
        """Raises InvalidFlow, naming the value that does not fit."""
        try:
            part = cls(**read_declared(cls, {name: raw[name] for name in raw if name != "type"}))
            part.check()
        except Unfit as problem:
            raise InvalidFlow(str(problem), path=joined(path, problem.path)) from problem
        return part

    @classmethod
    def schema(cls) -> dict:
        """The JSON Schema of this type."""
        said = schema_declared(cls)
        return {
            "title": str(cls.label or cls.type),
            "description": str(cls.hint or inspect.cleandoc(cls.__doc__ or "")),
            **said,
            "properties": {"type": {"const": cls.type}} | said["properties"],
            "required": ["type", *said["required"]],
        }

    def as_json(self) -> dict:
        values = {name: getattr(self, attribute) for attribute, name in declared_names(type(self)).items()}
        return {"type": self.type} | {name: value for name, value in values.items() if value is not None}

    def check(self) -> None:
        """Raise Unfit if the values, each right by itself, do not fit together."""

    def words(self) -> str:
        """What it is, for people, in the language that is active."""
        return str(self.label)


@dataclass(frozen=True)
class Way:
    """One way out of a step that parts people: its name in the flow, what it is called, and its steps."""

    key: str
    name: str
    steps: "tuple[Step, ...]" = ()


@dataclass(frozen=True)
class Step(Part):
    """One step. `id` is its name in the flow, the same in all versions in which it stands."""

    group: ClassVar[str] = ""
    icon: ClassVar[str] = ""

    @property
    def id(self) -> str:
        return self.__dict__["_id"]

    @property
    def ways(self) -> tuple[Way, ...]:
        """Where it parts people: the ways; else none, and the only way is `NEXT`."""
        return self.__dict__.get("_ways", ())

    def way_names(self) -> list[tuple[str, str]]:
        """Key and name of each way, of a step that parts people. Their steps stand in JSON under the key."""
        return []

    def with_place(self, id_: str, ways: tuple[Way, ...]) -> Self:
        placed = replace(self)
        placed.__dict__.update(_id=id_, _ways=ways)
        return placed

    def as_json(self) -> dict:
        said = {"id": self.id} | super().as_json()
        if self.ways:
            said["ways"] = {way.key: [step.as_json() for step in way.steps] for way in self.ways}
        return said


def walk(steps: tuple[Step, ...], path: str = "steps") -> Iterator[tuple[str, Step]]:
    """Every step with its path, in the order in which they stand."""
    for place, step in enumerate(steps):
        here = f"{path}[{place}]"
        yield here, step
        for way in step.ways:
            yield from walk(way.steps, f"{here}.ways.{way.key}")


def joined(path: str, name: str) -> str:
    return f"{path}.{name}" if path and name else path or name


class Registry(Generic[P]):
    """Types of one sort of parts, by name."""

    def __init__(self) -> None:
        self._types: dict[str, type[P]] = {}

    def register(self, part: type[P]) -> type[P]:
        """Make a type known; to be used as a decorator."""
        self._types[part.type] = part
        return part

    def all(self) -> list[type[P]]:
        """In the order in which they were registered."""
        return list(self._types.values())

    def get(self, name: object, path: str) -> type[P]:
        """Raises InvalidFlow."""
        if not isinstance(name, str) or name not in self._types:
            known = ", ".join(sorted(self._types))
            raise InvalidFlow(
                _("must be one of: %(options)s") % {"options": known}, path=joined(path, "type")
            )
        return self._types[name]
