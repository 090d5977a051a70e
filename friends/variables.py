"""What messages can call a friend's own: the display name, and the client's fields."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from composing.variables import DISPLAY_NAME, Source, Values
from friends import kinds, values
from friends.models import Friend, FriendField

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

FIELD = "field."


def _names() -> "dict[str, StrOrPromise]":
    fields = FriendField.objects.in_use()
    return {DISPLAY_NAME: _("Display name"), **{f"{FIELD}{each.key}": each.name for each in fields}}


def _values(friend_ids: list[int], wanted: set[str]) -> Values:
    found: Values = {}
    if DISPLAY_NAME in wanted:
        rows = Friend.objects.filter(pk__in=friend_ids).values_list("pk", "display_name")
        found = {number: {DISPLAY_NAME: name} for number, name in rows}
    keys = {name.removeprefix(FIELD) for name in wanted if name.startswith(FIELD)}
    for number, theirs in _fields(friend_ids, keys).items():
        found.setdefault(number, {}).update(theirs)
    return found


def _fields(friend_ids: list[int], keys: Iterable[str]) -> Values:
    """As a page says them: a date is 2026/11/21, several choices stand side by side."""
    fields = {field.pk: field for field in FriendField.objects.in_use().filter(key__in=keys)}
    found: Values = {}
    for number, answers in values.of_fields(friend_ids, fields).items():
        found[number] = {
            f"{FIELD}{fields[pk].key}": kinds.shown(given, fields[pk]) for pk, given in answers.items()
        }
    return found


SOURCE = Source(_names, _values)
