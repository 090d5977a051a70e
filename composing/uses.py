"""Who says something in messages: asked before what they show or lead to is taken away.

Apps whose things have messages register as they are loaded. What is looked for is a regular expression, as
PostgreSQL reads it, for the text of the messages as JSON.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import QuerySet
from django.db.models.functions import Cast

from accounts.addresses import client_page
from composing import taps

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True)
class Use:
    """Something with messages: what it is, its name, its page by URL name, its state.

    No `pk` where there is one such page for the client. `is_over`: it says so to nobody any more.
    """

    kind: "StrOrPromise"
    name: "StrOrPromise"
    page: str
    pk: int | None = None
    state: "StrOrPromise" = ""
    is_over: bool = False

    @property
    def address(self) -> str:
        return client_page(self.page, *([self.pk] if self.pk else []))


Finder = Callable[[str], list[Use]]
_finders: list[Finder] = []
_finders_of_past: list[Finder] = []


def register(finder: Finder) -> Finder:
    """Make known who has messages: asked with what they may say. To be used as a decorator."""
    _finders.append(finder)
    return finder


def register_past(finder: Finder) -> Finder:
    """Likewise of what was sent and is over, which is much: asked only where that matters, too."""
    _finders_of_past.append(finder)
    return finder


def saying(pattern: str) -> list[Use]:
    """Whatever says this in its messages to friends, now or to come, as far as it is not over."""
    return [use for finder in _finders for use in finder(pattern) if not use.is_over]


def ever_saying(pattern: str) -> list[Use]:
    """Whatever says this in its messages, or has said it."""
    return [use for finder in (*_finders, *_finders_of_past) for use in finder(pattern)]


def of_variable(name: str) -> str:
    """The pattern that finds a variable, `coupon.7`, however it is written."""
    return rf"\{{\{{[ \u3000]*{re.escape(name)}[ \u3000]*[|}}]"


def of_tap(code: str) -> str:
    """The pattern that finds buttons with this code."""
    return rf'"{taps.PREFIX}{re.escape(code)}"'


def of_address(address: str) -> str:
    """The pattern that finds an address that ends with a number, with its last slash or without."""
    return rf"{re.escape(address.rstrip('/'))}(?![0-9])"


def holding(rows: QuerySet, pattern: str, field: str = "messages") -> QuerySet:
    """The rows whose messages, kept as JSON in this field, say it."""
    return rows.alias(said=Cast(field, models.TextField())).filter(said__regex=pattern)
