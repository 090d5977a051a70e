"""With what a new segment begins: nothing, one that is ready-made, a list of friends, or a tree."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from accounts.paging import key
from segments import ready, tree
from segments.errors import InvalidTree
from segments.models import FriendList
from segments.tree import Json

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


def _everyone() -> Json:
    return {"all": []}


@dataclass(frozen=True)
class Beginning:
    name: "StrOrPromise" = ""
    tree: Json = field(default_factory=_everyone)


def of(asked: Mapping[str, str]) -> Beginning:
    """As an address says: `?ready=<key>`, `?list=<number>` or `?tree=<JSON>`; else nothing yet."""
    if found := ready.of(asked.get("ready", "")):
        return Beginning(found.name, found.conditions())
    if (number := key(asked.get("list", ""))) is not None:
        return _of_list(number)
    return _of_tree(asked.get("tree", ""))


def _of_list(number: int) -> Beginning:
    found = FriendList.objects.filter(pk=number).first() if number < 2**31 else None
    return Beginning(found.name, {"all": [{"type": "list", "list": found.pk}]}) if found else Beginning()


def _of_tree(text: str) -> Beginning:
    try:
        return Beginning("", tree.parse(json.loads(text)).as_json())
    except (ValueError, RecursionError, InvalidTree):
        return Beginning()
