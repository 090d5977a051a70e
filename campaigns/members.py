"""What things that belong to campaigns are called, and where they are; whoever makes them registers that.

A thing is known as the ledger knows it, `kind:number`.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from accounts.paging import key

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True, slots=True)
class Member:
    """`at` is when it was, or will be, sent; None: it has no time yet."""

    owner: str
    name: str
    address: str = ""
    state: str = ""
    at: datetime | None = None


Describe = Callable[[list[int]], Iterable[Member]]
Find = Callable[[str, int], Iterable[int]]
_kinds: dict[str, Describe] = {}
_found: "dict[str, tuple[StrOrPromise, Find]]" = {}


def register(kind: str, describe: Describe) -> None:
    """`describe(numbers)` tells of those of this kind, such as `broadcast`, that exist."""
    _kinds[kind] = describe


def register_search(kind: str, label: "StrOrPromise", find: Find) -> None:
    """`find(words, most)` has the numbers of those with these words in their name, the newest first."""
    _found[kind] = (label, find)


def kinds() -> "list[tuple[str, StrOrPromise]]":
    """What can be searched, with what it is called."""
    return [(kind, label) for kind, (label, _find) in _found.items()]


def search(words: str, kind: str = "", *, most: int = 20) -> list[Member]:
    """Things with these words in their name, of one kind or of all, the newest of each kind first."""
    asked = [kind] if kind in _found else list(_found)
    owners = [f"{each}:{number}" for each in asked for number in _found[each][1](words, most)]
    known = of(owners)
    return [known[owner] for owner in owners if owner in known]


def of(owners: Iterable[str]) -> dict[str, Member]:
    """What is known of them; what is gone, or of no kind that is known, is left out."""
    asked: dict[str, list[int]] = {}
    for owner in owners:
        kind, _colon, number = owner.partition(":")
        if kind in _kinds and (row := key(number)) is not None:
            asked.setdefault(kind, []).append(row)
    return {each.owner: each for kind, numbers in asked.items() for each in _kinds[kind](numbers)}
