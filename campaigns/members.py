"""What things that belong to campaigns are called, and where they are; whoever makes them registers that.

A thing is known as the ledger knows it, `kind:number`.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Member:
    """`at` is when it was, or will be, sent; None: it has no time yet."""

    owner: str
    name: str
    address: str = ""
    state: str = ""
    at: datetime | None = None


Describe = Callable[[list[int]], Iterable[Member]]
_kinds: dict[str, Describe] = {}


def register(kind: str, describe: Describe) -> None:
    """`describe(numbers)` tells of those of this kind, such as `broadcast`, that exist."""
    _kinds[kind] = describe


def of(owners: Iterable[str]) -> dict[str, Member]:
    """What is known of them; what is gone, or of no kind that is known, is left out."""
    asked: dict[str, list[int]] = {}
    for owner in owners:
        kind, _colon, number = owner.partition(":")
        if kind in _kinds and number.isdecimal():
            asked.setdefault(kind, []).append(int(number))
    return {each.owner: each for kind, numbers in asked.items() for each in _kinds[kind](numbers)}
