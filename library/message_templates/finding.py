"""Templates as lists show them: found by words and folder, each with its phone."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict

from accounts.paging import Page, key, page, words
from composing import phone
from composing.phone import Shown

SIZE = 12  # each is drawn as a phone


@dataclass(frozen=True)
class Found:
    """A page of templates, what was asked for, and the folders there are."""

    page: Page
    rows: list[tuple[Any, Shown]]
    words: str
    folder: str
    folders: list[str]

    @property
    def is_narrowed(self) -> bool:
        return bool(self.words or self.folder)


def find(templates: QuerySet[Any], asked: QueryDict) -> Found:
    """By `q`, `folder` and `before`; newest first."""
    sought, folder = words(asked.get("q", "")), words(asked.get("folder", ""))
    rows = templates.matching(sought) if sought else templates  # type: ignore[attr-defined]
    rows = rows.filter(folder=folder) if folder else rows
    found = page(rows, key(asked.get("before", "")), size=SIZE)
    shown = [(each, phone.shown(each.messages)) for each in found.rows]
    return Found(found, shown, sought, folder, folders_of(templates))


def folders_of(templates: QuerySet[Any]) -> list[str]:
    named = templates.exclude(folder="").order_by("folder")
    return list(named.values_list("folder", flat=True).distinct())
