"""Segments that every client finds ready-made. An app registers its own at start; using one saves a copy."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from segments.tree import Json

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True)
class Ready:
    """A tree with a name; `key` stands in addresses."""

    key: str
    name: "StrOrPromise"
    tree: Json


_known: dict[str, Ready] = {}


def register(*ready: Ready) -> None:
    _known.update((each.key, each) for each in ready)


def all_ready() -> list[Ready]:
    return list(_known.values())


def of(key: str) -> Ready | None:
    return _known.get(key)


register(
    Ready("not-linked", _("Friends who are not linked"), {"all": [{"type": "linked", "is": False}]}),
    Ready("linked", _("Friends who are linked"), {"all": [{"type": "linked", "is": True}]}),
)
