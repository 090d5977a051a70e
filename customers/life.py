"""Both lives of a customer: what they did at the shop, and in LINE while they were linked."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from customers.models import Customer


@dataclass(frozen=True)
class Stretch:
    """That a friend was this customer, from `since` until before `until` (None: is now)."""

    friend_id: int
    since: datetime
    until: datetime | None = None


Source = Callable[[Customer], Iterable[Stretch]]
_sources: list[Source] = []


def register(source: Source) -> Source:
    """`source(customer)` says which friends were this customer, and when: one query."""
    _sources.append(source)
    return source


def stretches(customer: Customer) -> list[Stretch]:
    return [stretch for source in _sources for stretch in source(customer)]
