"""Codes of entry points and invitations, as they come in addresses: kept with an attempt and its link."""

import re

from linking.models.link import ENTRY_LENGTH

CHAT = "chat"
NONE = "-"  # in an address, where none is known
CODE = re.compile(rf"[a-z0-9-]{{1,{ENTRY_LENGTH}}}")


def clean(text: str) -> str:
    """The code, or "" if it is none: somebody has changed the address, and the link is made all the same."""
    return text if CODE.fullmatch(text) and text != NONE else ""
