"""What budgets must know of apps further right, which register it as they are loaded.

Who sends knows what is still to come, and waits to hear that a budget has been loosened; campaigns know what
belongs to them. All are asked in the schema of the client.
"""

from collections.abc import Callable, Collection
from datetime import datetime

Owners = Collection[str] | None
_to_come: list[Callable[[datetime, Owners], int]] = []
_owners: list[Callable[[int], list[str]]] = []
_names: list[Callable[[int], str]] = []
_choices: list[Callable[[], list[tuple[int, str]]]] = []
_loosened: list[Callable[[int], None]] = []


def register_to_come(count: Callable[[datetime, Owners], int]) -> None:
    """`count(at, owners)`: messages that these owners, or all if None, still need in the month of `at`."""
    _to_come.append(count)


def register_campaigns(
    *,
    owners: Callable[[int], list[str]],
    name: Callable[[int], str],
    choices: Callable[[], list[tuple[int, str]]],
) -> None:
    """What belongs to the campaign of this number, as the ledger names owners; what it is called; and those
    that go on, with their names.
    """
    _owners.append(owners)
    _names.append(name)
    _choices.append(choices)


def register_loosened(tell: Callable[[int], None]) -> None:
    """`tell(tenant_id)`, in the transaction in which a budget lets more through, puts work on the board."""
    _loosened.append(tell)


def to_come(at: datetime, owners: Owners = None) -> int:
    return sum(count(at, owners) for count in _to_come)


def owners_of(campaign_id: int) -> list[str]:
    return [owner for owners in _owners for owner in owners(campaign_id)]


def name_of(campaign_id: int) -> str:
    """Empty if there is no such campaign any more."""
    return next((name(campaign_id) for name in _names), "")


def campaigns() -> list[tuple[int, str]]:
    """Those that go on, by number and name."""
    return [choice for choices in _choices for choice in choices()]


def loosened(tenant_id: int) -> None:
    for tell in _loosened:
        tell(tenant_id)
