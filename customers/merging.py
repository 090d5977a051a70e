"""Two records of one person become one. Apps further right move what is theirs."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from accounts.models import User
from customers.models import Customer

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True)
class Part:
    """What belongs to customers and moves with a merge, such as orders.

    `move(into, gone, by)` does it in the caller's transaction, which holds both rows; afterwards the row of
    `gone` is deleted, so nothing may point at it any more. `count` says how many a customer has, for the
    preview.
    """

    label: "StrOrPromise"
    move: Callable[[Customer, Customer, User | None], None]
    count: Callable[[Customer], int] | None = None


_parts: list[Part] = []


def register(part: Part) -> None:
    _parts.append(part)


def all_parts() -> list[Part]:
    return list(_parts)
