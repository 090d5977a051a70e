"""Event types and their words. An app registers its own at start; an unknown type is shown as it is."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True)
class EventType:
    """A kind of event: its name on the timeline and the properties it carries, with their words.

    `says` has the words for the values of a property; a value is whatever was recorded.
    """

    name: str
    label: "StrOrPromise"
    properties: "tuple[tuple[str, StrOrPromise], ...]" = ()
    says: dict[str, Callable[[object], object]] = field(default_factory=dict)


_types: dict[str, EventType] = {}


def register(*types: EventType) -> None:
    _types.update((type_.name, type_) for type_ in types)


def all_types() -> list[EventType]:
    """Registered types, by name."""
    return [_types[name] for name in sorted(_types)]


def label(name: str) -> str:
    return str(_types[name].label) if name in _types else name


def details(name: str, properties: dict) -> "list[tuple[StrOrPromise, object]]":
    """The properties of such an event and their values in words, for a timeline."""
    type_ = _types.get(name, EventType(name, name))
    words = dict(type_.properties)
    return [
        (words.get(key, key), type_.says[key](value) if key in type_.says else value)
        for key, value in properties.items()
    ]


def yen(amount: object) -> object:
    """¥4,800; what is no number stays as it is."""
    return f"¥{amount:,}" if isinstance(amount, int | float) else amount


register(
    EventType("bought", _("Bought"), (("product", _("Product")), ("amount", _("Amount"))), {"amount": yen}),
    EventType("viewed", _("Viewed a product"), (("product", _("Product")),)),
    EventType("carted", _("Put in the cart"), (("product", _("Product")),)),
)
