"""Ways to name the person an event is about. Apps further right know people, and tell how to find them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Name:
    """A word for a person in requests: whom it names, and how to look it up.

    `find` takes many values at once and answers with the numbers of those that exist; `create`, where people
    can be known by no more than this, makes those that do not.
    """

    word: str
    kind: type
    column: Literal["friend_id", "customer_id"]
    find: Callable[[Iterable], dict[object, int]]
    create: Callable[[Iterable], dict[object, int]] | None = None


_names: dict[str, Name] = {}


def register(*names: Name) -> None:
    _names.update((name.word, name) for name in names)


def all_names() -> list[Name]:
    return list(_names.values())
