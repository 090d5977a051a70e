"""How far a point is counted by its present settings, and what those were before."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Max

from accounts.models import User
from attribution.models import Model, Point, PointVersion
from customers.models import Customer
from friends.models import Friend

LABELS = {field.name: field.verbose_name for field in Point._meta.concrete_fields}
MADE = [Point.Kind.EVENT, Point.Kind.PAGE, Point.Kind.COUPON]  # the kinds of which more can be made


def of(point: Point) -> int | None:
    """Per cent of all people; None: all are counted."""
    if not point.is_counting:
        return None
    customers, friends = (_last(model) for model in (Customer, Friend))
    done = point.cursor if point.cursor >= 0 else customers - point.cursor - 1
    return min(99, 100 * done // max(1, customers + friends))


def all_of_them() -> int | None:
    """Of the point that is least far; None: all are counted."""
    found = [percent for point in Point.objects.behind() if (percent := of(point)) is not None]
    return min(found, default=None)


@dataclass(frozen=True, slots=True)
class Past:
    """How a point counted from a moment on. `changed` says what became otherwise; empty of the first."""

    version: PointVersion
    by: str
    changed: list[tuple[str, object]]


def history(point: Point) -> list[Past]:
    """The newest settings first."""
    rows = list(PointVersion.objects.filter(point=point).order_by("number"))
    users = User.objects.in_bulk({row.changed_by_id for row in rows if row.changed_by_id})
    found, before = [], None
    for row in rows:
        user = users.get(row.changed_by_id) if row.changed_by_id else None
        found.append(Past(row, str(user) if user else "", _changed(before, row.settings)))
        before = row.settings
    return found[::-1]


def _changed(before: dict[str, Any] | None, now: dict[str, Any]) -> list[tuple[str, object]]:
    if before is None:
        return []
    return [
        (str(LABELS[name]), _said(name, value))
        for name, value in now.items()
        if name in before and before[name] != value
    ]


def _said(name: str, value: Any) -> object:
    if name == "model":
        return Model(value).label
    if name == "counts":
        return Point.Counts(value).label
    if name == "touches":
        return ", ".join(str(Point.Touch(each).label) for each in value)
    return "–" if value in (None, "", []) else value


def _last(model: type[Customer] | type[Friend]) -> int:
    return model.objects.aggregate(last=Max("pk"))["last"] or 0
