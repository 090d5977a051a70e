"""Commands on the classes of a period, and on what is planned for each."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import activity
from accounts.models import User
from friends.colors import PALETTE, is_color
from segments.tree import Json
from touchpoints import judging, plans
from touchpoints.errors import (
    AlreadyStarted,
    ClassThere,
    NoMessages,
    NotInLater,
    OnlyOwnConditions,
    OwnNeeds,
    RestStays,
    TooManyClasses,
)
from touchpoints.models import Kind, Level, Period, TouchClass
from touchpoints.ready import BY_KIND

PLANNED = ("purpose", "action", "text", "template", "scenario", "send_on", "days_after", "send_time")
UP, DOWN = "up", "down"
WAYS = [(UP, _("One place up")), (DOWN, _("One place down"))]


@transaction.atomic
def add_ready(period: Period, kind: str, *, by: User | None) -> TouchClass:
    """One that was taken out. Raises ClassThere, TooManyClasses, and as `plans.held_period`."""
    period = _room(period)
    ready = BY_KIND[Kind(kind)]
    if period.classes.filter(kind=kind).exists():
        raise ClassThere(name=str(Kind(kind).label))
    made = plans.of_kind(period, ready, position=_end(period))
    made.save()
    activity.record("touchpoints.class_added", period.plan, by=by, name=made.label)
    return made


@transaction.atomic
def add_own(
    period: Period,
    *,
    name: str,
    raw: Json,
    color: str = "",
    level: int = Level.NEUTRAL,
    by: User | None,
) -> TouchClass:
    """The first of the period, so that it has its people before the ready-made ones; it can be moved.

    Raises OwnNeeds, InvalidTree, JudgedByLine, TooManyClasses, and as `plans.held_period`.
    """
    period = _room(period)
    node = judging.check(raw)
    made = TouchClass(
        period=period,
        key=plans.new_key(),
        kind=Kind.OWN,
        name=_own_name(name),
        color=_color(color, period),
        level=level,
        tree=node.as_json(),
        position=_beginning(period),
    )
    made.save()
    activity.record("touchpoints.class_added", period.plan, by=by, name=made.label)
    return made


@transaction.atomic
def change(
    changed: TouchClass,
    *,
    by: User | None,
    name: str | None = None,
    color: str | None = None,
    level: int | None = None,
    raw: Json | None = None,
) -> TouchClass:
    """How it is called, looks and counts, and the conditions of an own one. The latter not once it is begun.

    Raises OwnNeeds, OnlyOwnConditions, InvalidTree, JudgedByLine, and as `plans.held_period`.
    """
    changed = held(changed, unbegun=raw is not None)
    if name is not None:
        changed.name = _own_name(name) if changed.is_own else name.strip()[: TouchClass.NAME_LENGTH]
    if color is not None and is_color(color):
        changed.color = color
    changed.level = changed.level if level is None else level
    if raw is not None:
        if not changed.is_own:
            raise OnlyOwnConditions()
        changed.tree = judging.check(raw).as_json()
    changed.save(update_fields=["name", "color", "level", "tree"])
    activity.record("touchpoints.class_changed", changed.period.plan, by=by, name=changed.label)
    return changed


@transaction.atomic
def move(moved: TouchClass, *, to: int, by: User | None) -> TouchClass:
    """To this place among the others, 0 being the first. Raises RestStays, and as `plans.held_period`."""
    moved = held(moved, unbegun=True)
    if moved.is_rest:
        raise RestStays()
    others = [each for each in moved.period.ordered() if not each.is_rest and each.pk != moved.pk]
    others.insert(max(0, min(to, len(others))), moved)
    for place, each in enumerate(others):
        each.position = place
    TouchClass.objects.bulk_update(others, ["position"])
    activity.record("touchpoints.class_moved", moved.period.plan, by=by, name=moved.label, to=moved.position)
    return moved


def step(moved: TouchClass, way: str, *, by: User | None) -> TouchClass:
    """One place up or down; raises as `move`."""
    places = [each.pk for each in moved.period.ordered()]
    return move(moved, to=places.index(moved.pk) + (-1 if way == UP else 1), by=by)


@transaction.atomic
def remove(gone: TouchClass, *, by: User | None) -> None:
    """Its people come into the classes after it. Raises RestStays, and as `plans.held_period`."""
    gone = held(gone, unbegun=True)
    if gone.is_rest:
        raise RestStays()
    activity.record("touchpoints.class_removed", gone.period.plan, by=by, name=gone.label)
    gone.delete()


@transaction.atomic
def plan(planned: TouchClass, *, by: User | None, **given: Any) -> TouchClass:
    """What they get and when: any of `PLANNED`. Raises AlreadyStarted, NoMessages, NotInLater, and as
    `plans.held_period`.
    """
    planned = held(planned)
    if planned.is_started:
        raise AlreadyStarted(name=planned.label)
    for field, value in given.items():
        setattr(planned, field, value)
    if planned.action and not planned.takes_messages:
        raise NoMessages(name=planned.label)
    if planned.send_on is not None and planned.days_after is not None:
        raise NotInLater()
    planned.save(update_fields=list(given))
    activity.record("touchpoints.planned", planned.period.plan, by=by, name=planned.label)
    return planned


def free_color(period: Period) -> str:
    """One that no class of the period has yet."""
    taken = {each.color for each in period.ordered()}
    return next((each for each in PALETTE if each not in taken), PALETTE[0])


def held(found: TouchClass, *, unbegun: bool = False) -> TouchClass:
    """The class in its open period, which nobody else changes meanwhile."""
    period = plans.held_period(found.period, unbegun=unbegun)
    found = TouchClass.objects.select_related("template", "scenario", "broadcast").get(pk=found.pk)
    found.period = period
    return found


def _room(period: Period) -> Period:
    period = plans.held_period(period, unbegun=True)
    if period.classes.count() >= TouchClass.MOST:
        raise TooManyClasses(most=TouchClass.MOST)
    return period


def _end(period: Period) -> int:
    return max((each.position for each in period.ordered() if not each.is_rest), default=-1) + 1


def _beginning(period: Period) -> int:
    return min((each.position for each in period.ordered()), default=0) - 1


def _own_name(name: str) -> str:
    name = name.strip()
    if not 0 < len(name) <= TouchClass.NAME_LENGTH:
        raise OwnNeeds()
    return name


def _color(color: str, period: Period) -> str:
    """As given, or one that no class of the period has yet."""
    return color if is_color(color) else free_color(period)
