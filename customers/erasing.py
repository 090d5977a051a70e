"""Emptying what is personal of a customer. Apps further right end and empty what is theirs."""

from collections.abc import Callable

from accounts.models import User
from customers.models import Customer

Eraser = Callable[[Customer, User | None], None]
_erasers: list[Eraser] = []


def register(eraser: Eraser) -> Eraser:
    """`eraser(customer, by)` runs in the transaction that erases, before the customer's own fields are emptied.

    It ends links, takes away what names the person, and may run again.
    """
    _erasers.append(eraser)
    return eraser
