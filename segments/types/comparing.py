"""What leaves about data have in common: the comparisons, and how they are checked and said."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from segments.kinds import Scalar, Unfit

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

OPERATORS = ("equals", "in", "contains", "at_least", "at_most", "exists")
ORDERED = {"at_least": ">=", "at_most": "<="}


def operators() -> "list[tuple[object, StrOrPromise]]":
    return [
        ("equals", _("is")),
        ("in", _("is one of")),
        ("contains", _("contains")),
        ("at_least", _("is at least")),
        ("at_most", _("is at most")),
        ("exists", _("is known")),
    ]


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


def words(field: str, op: str, values: list[Scalar]) -> str:
    said = {"field": field, "value": ", ".join(map(_said, values))}
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
