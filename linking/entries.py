"""Codes of entry points and invitations, as they come in addresses: kept with an attempt and its link.

What the codes are called, apps further right know: they register with `register_names` as they are loaded.
"""

import re
from collections.abc import Callable

from linking.models.link import ENTRY_LENGTH

CHAT = "chat"
NONE = "-"  # in an address, where none is known
CODE = re.compile(rf"[a-z0-9-]{{1,{ENTRY_LENGTH}}}")
Names = Callable[[], dict[str, str]]
_sources: list[Names] = []


def clean(text: str) -> str:
    """The code, or "" if it is none: somebody has changed the address, and the link is made all the same."""
    return text if CODE.fullmatch(text) and text != NONE else ""


def register_names(source: Names) -> None:
    _sources.append(source)


def names() -> dict[str, str]:
    """What people call the entry points of this client, by code."""
    return {code: name for source in _sources for code, name in source().items()}
