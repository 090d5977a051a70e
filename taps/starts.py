"""What a tap begins besides tap actions, such as a survey: its buttons have codes like theirs.

An app further right registers it, does what follows when such a button is tapped, and tells here of codes.
"""

from collections.abc import Callable

Names = Callable[[set[str]], dict[str, str]]
_known: list[Names] = []


def register(names: Names) -> None:
    """`names` gives the names of those things that have these codes and can be begun."""
    _known.append(names)


def known(codes: set[str]) -> dict[str, str]:
    """What these codes begin, by code; tap actions are left out."""
    return {code: name for names in _known for code, name in names(codes).items()} if codes else {}
