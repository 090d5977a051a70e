"""Commands on conversion points. What counts differently is counted anew, in the background."""

from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts import activity, board
from accounts.models import User
from attribution.counting import news
from attribution.errors import (
    CodeTaken,
    ManyPoints,
    NoEvent,
    NoPages,
    NoPointName,
    NoTouch,
    OrdersAreThere,
    StaysOpen,
    UnfitPages,
    UnfitWhere,
)
from attribution.models import Point, PointVersion
from segments.kinds import Unfit
from segments.types.occurrences import Filters

MOST = 50  # that go on counting: each is asked of everybody who does something
# Another value of these counts differently.
COUNTED_BY = (
    "event",
    "where",
    "amount_property",
    "value_yen",
    "coupon",
    "pages",
    "told_as",
    "counts",
    "window_days",
    "model",
    "view_hours",
    "touches",
)


@transaction.atomic
def create_point(*, kind: str, name: str, code: str, by: User | None, **settings: Any) -> Point:
    """A new point; `settings` are fields of it. Everything since the beginning is counted.

    Raises OrdersAreThere, NoPointName, CodeTaken, NoEvent, UnfitWhere, NoTouch, ManyPoints.
    """
    if kind == Point.Kind.ORDER:
        raise OrdersAreThere
    _room()
    point = Point(
        kind=kind, name=name.strip(), code=code, **({"touches": list(Point.Touch.values)} | settings)
    )
    _check(point)
    try:
        with transaction.atomic():
            point.save(force_insert=True)
    except IntegrityError as error:
        raise CodeTaken(code=code) from error
    _remember(point, by)
    activity.record("conversion_point.created", point, by=by, name=str(point))
    return point


@transaction.atomic
def change_point(point: Point, *, by: User | None, **changes: Any) -> Point:
    """Another name, or other settings; code and kind stay. What counts differently is counted anew.

    Raises as create_point does.
    """
    point = Point.objects.select_for_update().get(pk=point.pk)
    before = _settings(point)
    changed = {name: value for name, value in changes.items() if getattr(point, name) != value}
    for name, value in changed.items():
        setattr(point, name, value)
    _check(point)
    if not changed:
        return point
    if _settings(point) != before:
        point.version += 1
        point.cursor = 0
    point.save(update_fields=[*changed, "version", "cursor"])
    if _settings(point) != before:
        _remember(point, by)
    activity.record("conversion_point.changed", point, by=by, fields=sorted(changed))
    return point


@transaction.atomic
def archive_point(point: Point, *, by: User | None) -> Point:
    """Count no more by it, and leave it out of all sums. Raises StaysOpen."""
    if point.kind == Point.Kind.ORDER:
        raise StaysOpen
    if Point.objects.open().filter(pk=point.pk).update(archived_at=timezone.now()):
        news.listen()
        activity.record("conversion_point.archived", point, by=by)
    point.refresh_from_db()
    return point


@transaction.atomic
def restore_point(point: Point, *, by: User | None) -> Point:
    """Count by it again, what happened meanwhile too. Raises ManyPoints."""
    _room()
    archived = Point.objects.filter(pk=point.pk, archived_at__isnull=False)
    if archived.update(archived_at=None, counted_version=0, cursor=0):
        activity.record("conversion_point.restored", point, by=by)
        _count()
    point.refresh_from_db()
    return point


def orders() -> Point:
    """The point that every client has: each order of its shop."""
    return Point.objects.get(kind=Point.Kind.ORDER)


def _room() -> None:
    if Point.objects.open().count() >= MOST:
        raise ManyPoints(most=MOST)


def _check(point: Point) -> None:
    if not point.name and point.kind != Point.Kind.ORDER:
        raise NoPointName
    if point.kind == Point.Kind.EVENT and not point.event:
        raise NoEvent
    point.pages, point.told_as = point.pages.strip(), point.told_as.strip()
    if set(point.pages) & set("?# ") or point.pages and "/" not in point.pages:
        raise UnfitPages
    if [point.pages, point.told_as].count("") != (1 if point.kind == Point.Kind.PAGE else 2):
        raise NoPages
    point.touches = [kind for kind in Point.Touch.values if kind in point.touches]
    if not point.touches:
        raise NoTouch
    if point.where:
        try:
            point.where = Filters().read(point.where)
        except Unfit as error:
            raise UnfitWhere(reason=str(error)) from error


def _settings(point: Point) -> dict[str, Any]:
    return {name: getattr(point, name) for name in COUNTED_BY}


def _remember(point: Point, by: User | None) -> None:
    """Keep how it counts from now on, and have it counted."""
    settings = _settings(point) | {"value_yen": None if point.value_yen is None else int(point.value_yen)}
    number = by.pk if by else None
    PointVersion.objects.create(point=point, number=point.version, settings=settings, changed_by_id=number)
    _count()


def _count() -> None:
    news.listen()
    board.call(news.KIND)
