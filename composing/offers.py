"""Variables that the messages on a page may name besides those of every message, told by whose page it is."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from composing import variables

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    Offer = Callable[[str], dict[str, StrOrPromise]]

_offers: "dict[str, Offer]" = {}


def register(kind: str, offer: "Offer") -> None:
    """`offer` gives all variables for what a key names, by name; the usual ones if there is no such thing."""
    _offers[kind] = offer


def of(asked: str) -> "dict[str, StrOrPromise]":
    """For what a page says of itself, `scenario:7`; "" is a page like any other."""
    kind, _colon, key = asked.partition(":")
    return _offers[kind](key) if kind in _offers else variables.known()
