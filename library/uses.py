"""Which messages show a file, so that nobody takes it away from under them.

An address in a message holds the file's code, which is in no other text.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import QuerySet
from django.db.models.functions import Cast

from accounts.addresses import client_page
from library.models import MediaFile

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True)
class Use:
    """Something whose messages show a file: what it is, its name, its page by URL name, its state.

    No `pk` where there is one such page for the client.
    """

    kind: "StrOrPromise"
    name: "StrOrPromise"
    page: str
    pk: int | None = None
    state: "StrOrPromise" = ""

    @property
    def address(self) -> str:
        return client_page(self.page, *([self.pk] if self.pk else []))


Finder = Callable[[str], list[Use]]
_finders: list[Finder] = []


def register_use(finder: Finder) -> Finder:
    """Make known who shows files: asked with a file's code. To be used as a decorator."""
    _finders.append(finder)
    return finder


def of(file: MediaFile) -> list[Use]:
    return [use for finder in _finders for use in finder(file.code)]


def holding(rows: QuerySet, code: str, field: str = "messages") -> QuerySet:
    """The rows whose messages, kept as JSON in this field, show the file."""
    return rows.alias(said=Cast(field, models.TextField())).filter(said__contains=f"/media/{code}")
