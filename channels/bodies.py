"""Who else wants the webhook's bodies as they came. Apps further right register here as they are loaded.

    @bodies.register
    def pass_on(arrived: list[Arrived]) -> None: ...

It is called in the tenant, inside the transaction that closes the bodies, once for each rightly signed body.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Arrived:
    """A webhook body in the inbox. `types` are those of its events; None if they cannot be read."""

    id: int
    received_at: datetime
    content: bytes
    types: frozenset[str] | None


Taker = Callable[[list[Arrived]], None]
_takers: list[Taker] = []


def register(taker: Taker) -> Taker:
    """Have a function called with the bodies that were processed. It must not fail: it holds up the inbox."""
    _takers.append(taker)
    return taker


def hand_on(arrived: list[Arrived]) -> None:
    """Call all who want them; with none there is nothing to call for."""
    if arrived:
        for take in _takers:
            take(arrived)
