"""Types of properties that events carry, and whether a value is of one."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from accounts.moments import read_moment

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

LONGEST_TEXT = 1_000
MOST_OF_A_LIST = 500


def _is_text(value: object) -> bool:
    return isinstance(value, str) and len(value) <= LONGEST_TEXT


def _is_number(value: object) -> bool:
    return type(value) in (int, float)


def _is_amount(value: object) -> bool:
    return type(value) in (int, float) and 0 <= value < 10**12  # type: ignore[operator]


def _is_whole(value: object) -> bool:
    return type(value) is int


def _is_moment(value: object) -> bool:
    try:
        read_moment(value)
    except ValueError:
        return False
    return True


def _is_yes_no(value: object) -> bool:
    return isinstance(value, bool)


def _is_list(value: object) -> bool:
    return isinstance(value, list) and len(value) <= MOST_OF_A_LIST and all(map(_is_text, value))


# By name: what it is called for people, whether a value is one, and what to send instead.
TYPES: "dict[str, tuple[StrOrPromise, Callable[[object], bool], StrOrPromise]]" = {
    "text": (_("Text"), _is_text, _("a text of at most 1000 characters")),
    "number": (_("Numeric value"), _is_number, _("a number")),
    "amount": (_("Amount"), _is_amount, _("an amount: a number of 0 or more")),
    "whole": (_("Whole number"), _is_whole, _("a whole number")),
    "moment": (
        _("Date and time"),
        _is_moment,
        _("a time with its offset, such as 2026-11-20T14:05:00+09:00"),
    ),
    "yes_no": (_("Yes or no"), _is_yes_no, _("true or false")),
    "list": (_("List of texts"), _is_list, _("a list of at most 500 texts")),
}


def fault(kinds: dict[str, str], properties: dict) -> str | None:
    """Why these properties do not fit, in words for the sender. Those that are not named may be anything."""
    for name, kind in kinds.items():
        value = properties.get(name)
        if value is not None and not TYPES[kind][1](value):
            return _("properties.%(name)s: must be %(what)s") % {"name": name, "what": TYPES[kind][2]}
    return None
