"""Addresses in mails that know which mail they stood in: of the link to unsubscribe, and of tracked ones.

`<number>-<mark>`, or `<number>-<link>-<mark>`: the mark is a keyed hash of what stands before it, so whoever
has not got the mail can make none. Nothing is stored for it.
"""

import hmac
import re
from typing import NamedTuple

from django.conf import settings

from accounts import current, secrets

PURPOSE = "links in mails"  # by which the key is derived
SHAPE = re.compile(r"([1-9]\d{0,18})(?:-(\d{1,3}))?-([0-9a-f]{24})", re.ASCII)
UNSUBSCRIBE, LINK = "u", "l"


class Named(NamedTuple):
    """What a token says: a mail, and which of the links in its text, from 0."""

    mail: int
    link: int | None


def unsubscribing(mail: int) -> str:
    """Where this mail's receiver unsubscribes."""
    return _address(UNSUBSCRIBE, str(mail))


def tracked(mail: int, link: int) -> str:
    """What stands for a link of this mail."""
    return _address(LINK, f"{mail}-{link}")


def read(use: str, token: str) -> Named | None:
    """None if we did not make it for this use."""
    found = SHAPE.fullmatch(token)
    if not found or not hmac.compare_digest(found[3], _mark(use, token.rpartition("-")[0])):
        return None
    return Named(int(found[1]), int(found[2]) if found[2] else None)


def _address(use: str, about: str) -> str:
    prefix = f"{settings.BASE_URL}/{settings.TENANT_SUBFOLDER_PREFIX}/{current.tenant().slug}/mail/{use}/"
    return f"{prefix}{about}-{_mark(use, about)}/"


def _mark(use: str, about: str) -> str:
    key = secrets.derive(current.tenant().pk, PURPOSE)
    return hmac.digest(key, f"{use}:{about}".encode(), "sha256").hex()[:24]
