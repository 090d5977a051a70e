"""What else a friend was sent, from apps further right: they register here as they are loaded.

    sources.register(broadcasts_to)

A source gives what one friend was sent before a moment, newest first, at most as many as asked for.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Entry:
    """Messages that a friend was sent at a time, and what they belong to: `label` and where it leads."""

    at: datetime
    messages: list[dict]
    label: str
    url: str = ""


Source = Callable[[int, datetime, int], Iterable[Entry]]
_sources: list[Source] = []


def register(source: Source) -> Source:
    """Have `source(friend_id, before, limit)` asked whenever a talk is shown."""
    _sources.append(source)
    return source


def entries(friend_id: int, before: datetime, limit: int) -> list[Entry]:
    """Of all sources together; each has given its newest."""
    return [entry for source in _sources for entry in source(friend_id, before, limit)]
