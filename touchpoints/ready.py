"""The ready-made classes: what each holds, how it looks, how good it is to be in it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from touchpoints.models import Kind, Level

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

BOUGHT_WITHIN_DAYS = 7  # after a click, as results of sends count orders
REACTED_WITHIN_DAYS = 7  # after a send


@dataclass(frozen=True)
class Ready:
    kind: Kind
    color: str
    level: Level
    hint: "StrOrPromise"


# In the order in which they are tried, unless somebody moves them.
READY = [
    Ready(
        Kind.STOPPED,
        "#57534e",
        Level.LOST,
        _("Want no broadcasts any more, or blocked the account since the period began"),
    ),
    Ready(
        Kind.NEW,
        "#0e7490",
        Level.NEUTRAL,
        _("Added the account since the period, or the oldest of these sends, and got none of them yet"),
    ),
    Ready(
        Kind.BOUGHT,
        "#15803d",
        Level.GOAL,
        _("Clicked in one of these sends and ordered within seven days"),
    ),
    Ready(
        Kind.CLICKED,
        "#65a30d",
        Level.ACTIVE,
        _("Clicked in one of these sends, as far as it is known who did"),
    ),
    Ready(
        Kind.OPENED,
        "#ca8a04",
        Level.INTERESTED,
        _("Got one, clicked in none, but tapped a button or wrote in the talk within seven days"),
    ),
    Ready(
        Kind.UNKNOWN,
        "#9333ea",
        Level.SILENT,
        _("Got only sends with the same links for all: nobody knows who clicked"),
    ),
    Ready(
        Kind.UNOPENED,
        "#dc2626",
        Level.SILENT,
        _("Got one and did nothing we know of; LINE does not tell who opened it"),
    ),
]
REST = Ready(Kind.REST, "#94a3b8", Level.NEUTRAL, _("In none of the classes above"))
BY_KIND = {each.kind: each for each in [*READY, REST]}
