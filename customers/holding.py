"""What is locked before a customer is, by whoever holds a customer in order to change what points at it.

Linking locks a try to link and then its customer; a merge that took them the other way round would end in a
deadlock with the agreement of a friend.
"""

from collections.abc import Callable

Hold = Callable[[set[int]], None]
_first: list[Hold] = []


def register(hold: Hold) -> Hold:
    """`hold(customer_ids)` locks rows that point at these customers, until the transaction ends."""
    _first.append(hold)
    return hold


def before(customer_ids: set[int]) -> None:
    """To be called before these customers, and before all customers (`services.alone`), are locked."""
    for hold in _first:
        hold(customer_ids)
