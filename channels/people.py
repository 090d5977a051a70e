"""Who is meant by a name, for the event log. Apps further right, which know names, register here."""

from collections.abc import Callable

MOST = 100
Finder = Callable[[str], list[str]]
_finders: list[Finder] = []


def register(finder: Finder) -> Finder:
    """Have a function asked for the LINE user ids of people with a name; at most MOST are used."""
    _finders.append(finder)
    return finder


def find(text: str) -> list[str]:
    """LINE user ids for what somebody typed: a name, or an id itself."""
    return [text, *(user_id for finder in _finders for user_id in finder(text)[:MOST])]
