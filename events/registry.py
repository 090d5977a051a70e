"""Event types and their words. An app registers its own at start; an unknown type is shown as it is."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True)
class EventType:
    """A kind of event: its name on the timeline and the properties it carries, with their words."""

    name: str
    label: "StrOrPromise"
    properties: "tuple[tuple[str, StrOrPromise], ...]" = ()


_types: dict[str, EventType] = {}


def register(*types: EventType) -> None:
    _types.update((type_.name, type_) for type_ in types)


def all_types() -> list[EventType]:
    """Registered types, by name."""
    return [_types[name] for name in sorted(_types)]


def label(name: str) -> str:
    return str(_types[name].label) if name in _types else name


def details(name: str, properties: dict) -> "list[tuple[StrOrPromise, object]]":
    """The properties of such an event with their words, for a timeline."""
    words = dict(_types[name].properties) if name in _types else {}
    return [(words.get(key, key), value) for key, value in properties.items()]


register(
    EventType("bought", _("Bought"), (("product", _("Product")), ("amount", _("Amount")))),
    EventType("viewed", _("Viewed a product"), (("product", _("Product")),)),
    EventType("carted", _("Put in the cart"), (("product", _("Product")),)),
)
