"""Pages of long lists, newest first. No page counts the rows, so the last is as fast as the first."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

SIZE = 50
MOST_DIGITS = 18  # of a key: those of a bigint


@dataclass(frozen=True)
class Page:
    """Some rows, and the key after which the next page begins; None at the end."""

    rows: list[Any]
    next: int | None


def key(text: str) -> int | None:
    """The key that an address names; None if it names none that a row can have."""
    return int(text) if text.isdecimal() and len(text) <= MOST_DIGITS else None


def words(text: str, longest: int = 100) -> str:
    """What an address asks for in words, without what no text in a database holds."""
    return text.replace("\0", "").strip()[:longest]


def page(rows: QuerySet, before: int | None, *, size: int = SIZE) -> Page:
    """The `size` rows with the highest keys below `before` (None: of all)."""
    if before is not None:
        rows = rows.filter(pk__lt=before)
    found = list(rows.order_by("-pk")[: size + 1])
    has_more = len(found) > size
    return Page(found[:size], found[size - 1].pk if has_more else None)
