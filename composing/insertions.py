"""Where messages on the page can come from: kinds of sources, told by the apps that have them."""

from collections.abc import Callable

Source = Callable[[str], list[dict]]
_sources: dict[str, Source] = {}


def register(kind: str, source: Source) -> None:
    """`source` gives the messages of what a key names; none if the present client has no such thing."""
    _sources[kind] = source


def of(kind: str, key: str) -> list[dict]:
    """The messages to put in; none if nobody has them."""
    return _sources[kind](key) if kind in _sources else []
