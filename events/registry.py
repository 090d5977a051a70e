"""Event types and their words. An app registers its own at start; an unknown type is shown as it is."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from events.models import Event

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

Details = "list[tuple[StrOrPromise, object]]"


@dataclass(frozen=True)
class EventType:
    """A kind of event: its name on the timeline and the properties it carries, with their words.

    `kinds` are the types of properties (`events/properties.py`): a program that sends another is refused.
    `says` has the words for the values of a property; a value is whatever was recorded. `aliases` are other
    names by which programs may send it; it is recorded by its own.
    """

    name: str
    label: "StrOrPromise"
    properties: "tuple[tuple[str, StrOrPromise], ...]" = ()
    says: dict[str, Callable[[object], object]] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    aliases: tuple[str, ...] = ()


Names = Callable[[Iterable[str]], dict[str, str]]
_types: dict[str, EventType] = {}
_aliases: dict[str, str] = {}
_names: dict[str, Names] = {}


def register(*types: EventType) -> None:
    for type_ in types:
        _types[type_.name] = type_
        _aliases.update(dict.fromkeys(type_.aliases, type_.name))


def register_names(property_: str, names: Names) -> None:
    """Have codes in this property of any event shown by name; `names` looks up many at once."""
    _names[property_] = names


def all_types() -> list[EventType]:
    """Registered types, by name."""
    return [_types[name] for name in sorted(_types)]


def get(name: str) -> EventType | None:
    """The registered type of this name or alias."""
    return _types.get(canonical(name))


def canonical(name: str) -> str:
    """The name under which events of this type are recorded."""
    return _aliases.get(name, name)


def label(name: str) -> str:
    return str(_types[name].label) if name in _types else name


def said(property_: str, value: object) -> object:
    """The value of a property in words, as the first type that has words for such says it."""
    says = next((type_.says[property_] for type_ in _types.values() if property_ in type_.says), None)
    return says(value) if says else value


def details(name: str, properties: dict) -> "list[tuple[StrOrPromise, object]]":
    """The properties of such an event that say something and their values in words, for a timeline."""
    type_ = _types.get(name, EventType(name, name))
    words = dict(type_.properties)
    names = [
        *(name for name in words if name in properties),
        *(name for name in properties if name not in words),
    ]
    return [
        (
            words.get(name, name),
            type_.says[name](properties[name]) if name in type_.says else properties[name],
        )
        for name in names
        if properties[name] not in ("", None)
    ]


def details_of(events: Iterable[Event]) -> "list[list[tuple[StrOrPromise, object]]]":
    """`details` of each event, codes replaced by names: one query for each property that has codes."""
    rows = list(events)
    known = {property_: names(_codes(rows, property_)) for property_, names in _names.items()}
    return [details(row.type, _named(row.properties, known)) for row in rows]


def _codes(events: list[Event], property_: str) -> set[str]:
    values = [event.properties.get(property_) for event in events]
    return {value for value in values if isinstance(value, str)}


def _named(properties: dict, known: dict[str, dict[str, str]]) -> dict:
    said = {
        name: known[name].get(value, value) if name in known and isinstance(value, str) else value
        for name, value in properties.items()
    }
    if any(said[name] == properties.get("name") for name in known if name in said):
        said.pop("name")  # says the same once more
    return said


def yen(amount: object) -> object:
    """¥4,800; what is no number stays as it is."""
    return f"¥{amount:,}" if isinstance(amount, int | float) else amount
