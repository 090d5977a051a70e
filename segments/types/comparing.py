"""What leaves about data have in common: the comparisons, and how they are asked for, checked and said."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from django.utils.translation import gettext as _

from friends.kinds import Typed
from friends.models import FriendField
from friends.prefectures import NAMES
from segments.kinds import Choice, Day, Kind, Listing, Number, Scalar, Several, Text, Unfit, YesNo

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

OPERATORS = ("equals", "in", "contains", "at_least", "at_most", "exists")
ORDERED = {"at_least": ">=", "at_most": "<="}

Type = FriendField.Type  # those of customers are some of these
CHOSEN = ("equals", "in", "exists")
MEASURED = ("equals", "at_least", "at_most", "exists")
DATED = {Type.DATE, Type.DATETIME}
# How a form asks for the value of a field of each type, and which comparisons it offers.
FORMS: dict[str, tuple[Kind, tuple[str, ...]]] = {
    Type.TEXT: (Text(), ("equals", "contains", "in", "exists")),
    Type.NUMBER: (Number(), (*MEASURED, "in")),
    Type.DATE: (Day(), MEASURED),
    Type.DATETIME: (Day(), MEASURED),
    Type.YES_NO: (YesNo(), ("equals", "exists")),
    Type.CHOICE: (Text(), CHOSEN),
    Type.CHOICES: (Text(), CHOSEN),
    Type.PREFECTURE: (Text(), CHOSEN),
}


class OfType(NamedTuple):
    """What is known of everybody, as a field of a type."""

    type: str
    choices: Sequence[str] = ()


def operators() -> "list[tuple[object, StrOrPromise]]":
    return [
        ("equals", _("is")),
        ("in", _("is one of")),
        ("contains", _("contains")),
        ("at_least", _("is at least")),
        ("at_most", _("is at most")),
        ("exists", _("is known")),
    ]


def dated_operators() -> "list[tuple[object, StrOrPromise]]":
    return [*operators(), ("at_least", _("is on or after")), ("at_most", _("is on or before"))]


def shape(
    field: "Typed | OfType | None", op: object, named: Callable[[str], str] = str
) -> dict[str, dict | None]:
    """How a form asks for the comparison with a field; None for one of any type. `named` names a choice."""
    asked: dict = {"is_required": True}
    if field is None:
        return {"value": None if op == "exists" else asked}
    kind, offered = FORMS[field.type]
    choices = NAMES if field.type == Type.PREFECTURE else field.choices
    if choices:
        asked["options"] = lambda: [(choice, named(choice)) for choice in choices]
    if op == "in":
        kind = Several(tuple(choices)) if choices else Listing(kind)
    labels = dated_operators if field.type in DATED else operators
    return {
        "op": {"kind": Choice(offered), "options": labels},
        "value": None if op == "exists" else asked | {"kind": kind},
    }


def check(op: str, value: Scalar | list[Scalar] | None) -> None:
    """Raise Unfit if this comparison is not made with such a value."""
    if (value is None) != (op == "exists"):
        raise Unfit(_("a value is needed, except for exists"))
    if isinstance(value, list) != (op == "in"):
        raise Unfit(_("a list of values goes with in, and only with it"))
    if op in ORDERED and isinstance(value, bool):
        raise Unfit(_("true and false have no order"))
    if op == "contains" and not isinstance(value, str):
        raise Unfit(_("only texts can be contained"))


def listed(value: Scalar | list[Scalar] | None) -> list[Scalar]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def words(field: str, op: str, values: list[Scalar], *, is_dated: bool = False) -> str:
    said = {"field": field, "value": ", ".join(map(_said, values))}
    if is_dated and op in ORDERED:
        later, earlier = _("%(field)s is %(value)s or later"), _("%(field)s is %(value)s or earlier")
        return (later if op == "at_least" else earlier) % said
    return {
        "equals": _("%(field)s is %(value)s"),
        "in": _("%(field)s is one of %(value)s"),
        "contains": _("%(field)s contains “%(value)s”"),
        "at_least": _("%(field)s is %(value)s or more"),
        "at_most": _("%(field)s is %(value)s or less"),
        "exists": _("%(field)s is known"),
    }[op] % said


def _said(value: Scalar) -> str:
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    return str(value)
