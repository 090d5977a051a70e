"""Commands on trees of indicators: what stands where, towards which target, who is responsible."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from accounts import activity, current, people
from accounts.models import User
from campaigns.models import Campaign
from costs.spending import Eyes
from planning import publishing
from planning.errors import (
    AlreadyThere,
    BadName,
    BadNumber,
    BadThresholds,
    BelowItself,
    CostNotShown,
    Counted,
    NoSuchDay,
    NotAMember,
    NotThere,
    OtherTree,
    TooMany,
    UnknownFigure,
)
from planning.metrics import registry
from planning.models import Kpi, Reading, Target
from planning.proposals import Node
from planning.standing import kept_target
from planning.windows import FIRST, LAST

MOST = 60  # indicators in a tree
MOST_VALUE = Decimal(10) ** 13
LOCK = 7_312  # any number that nobody else locks by
SETTINGS = ("name", "unit", "adds", "grain", "direction", "green", "yellow", "responsible_id")


@transaction.atomic
def add(
    campaign: Campaign | None, *, by: User | None, parent: Kpi | None = None, metric: str = "", **given: Any
) -> Kpi:
    """An indicator at the end of its parent's, or of the roots. One that was taken out comes back as it was.

    Raises UnknownFigure, AlreadyThere, TooMany, BadName, BadThresholds, OtherTree, NotAMember.
    """
    _hold(campaign)
    known = registry.get(metric) if metric else None
    if metric and not (known and known.is_shown):
        raise UnknownFigure(code=metric)
    if Kpi.objects.of(campaign).count() >= MOST:
        raise TooMany(most=MOST)
    past = Kpi.objects.filter(campaign=campaign, metric=metric).exclude(removed_at=None) if metric else None
    kpi = (past.order_by("-removed_at").first() if past is not None else None) or Kpi(
        campaign=campaign, metric=metric
    )
    if known and not kpi.pk and not known.is_up:
        given.setdefault("direction", Kpi.Direction.DOWN)
    kpi.parent, kpi.removed_at = _parent(campaign, parent), None
    kpi.position = _end(campaign, kpi.parent)
    _set(kpi, given)
    try:
        with transaction.atomic():
            kpi.save()
    except IntegrityError as error:
        raise AlreadyThere(name=words(kpi)) from error
    publishing.call_for(kpi)
    activity.record("kpi.added", kpi, by=by, metric=metric, name=kpi.name, campaign=kpi.campaign_id)
    return kpi


@transaction.atomic
def change(kpi: Kpi, *, by: User | None, **changes: Any) -> Kpi:
    """Any of its settings. What is counted keeps name, unit and how it adds up.

    Raises BadName, BadThresholds, NotAMember, NotThere.
    """
    kpi = _present(kpi)
    _set(kpi, changes)
    kpi.save()
    publishing.call_for(kpi)
    activity.record("kpi.changed", kpi, by=by, fields=sorted(changes))
    return kpi


@transaction.atomic
def move(kpi: Kpi, *, by: User | None, parent: Kpi | None, position: int | None = None) -> Kpi:
    """Below another indicator or to the roots (None), at this place among them, from 0; else at the end.

    Raises BelowItself, OtherTree, NotThere.
    """
    _hold(kpi.campaign)
    kpi = _present(kpi)
    parent = _parent(kpi.campaign, parent)
    if parent and kpi.pk in _above(parent):
        raise BelowItself
    beside = [each for each in Kpi.objects.of(kpi.campaign) if each.parent == parent and each != kpi]
    place = len(beside) if position is None else max(0, min(position, len(beside)))
    kpi.parent = parent
    for number, each in enumerate([*beside[:place], kpi, *beside[place:]]):
        each.position = number
        each.save(update_fields=["position", "parent"])
    activity.record("kpi.moved", kpi, by=by, parent=parent.pk if parent else None, position=place)
    return kpi


@transaction.atomic
def remove(kpi: Kpi, *, by: User | None) -> Kpi:
    """Take it out; what stands below it moves up. Its targets and numbers are kept for when it comes back."""
    _hold(kpi.campaign)
    kpi = _present(kpi)
    kpi.children.filter(removed_at=None).update(parent=kpi.parent)
    kpi.removed_at = timezone.now()
    kpi.save(update_fields=["removed_at"])
    publishing.call_for(kpi)
    activity.record("kpi.removed", kpi, by=by, metric=kpi.metric, name=kpi.name)
    return kpi


@transaction.atomic
def restore(kpi: Kpi, *, by: User | None) -> Kpi:
    """Put it back where it stood, at the end. Raises AlreadyThere, TooMany."""
    _hold(kpi.campaign)
    kpi = Kpi.objects.select_for_update(of=("self",)).select_related("campaign", "parent").get(pk=kpi.pk)
    if kpi.removed_at is None:
        return kpi
    if Kpi.objects.of(kpi.campaign).count() >= MOST:
        raise TooMany(most=MOST)
    kpi.parent = kpi.parent if kpi.parent and kpi.parent.removed_at is None else None
    kpi.position, kpi.removed_at = _end(kpi.campaign, kpi.parent), None
    try:
        with transaction.atomic():
            kpi.save()
    except IntegrityError as error:
        raise AlreadyThere(name=words(kpi)) from error
    publishing.call_for(kpi)
    activity.record("kpi.restored", kpi, by=by)
    return kpi


@transaction.atomic
def plant(campaign: Campaign | None, nodes: Iterable[Node], *, by: User | None) -> list[Kpi]:
    """A whole tree at once, in its order; what is in the tree already stays where it is.

    Raises UnknownFigure, TooMany.
    """
    present = {kpi.metric: kpi for kpi in Kpi.objects.of(campaign) if kpi.metric}
    made: list[Kpi] = []

    def grow(each: Node, parent: Kpi | None) -> None:
        kpi = present.get(each.metric) if each.metric else None
        if kpi is None:
            kpi = add(campaign, parent=parent, metric=each.metric, by=by, **each.settings)
            made.append(kpi)
        for below in each.below:
            grow(below, kpi)

    for node in nodes:
        grow(node, None)
    return made


@transaction.atomic
def set_target(
    kpi: Kpi,
    month: date,
    value: Decimal | None,
    *,
    eyes: Eyes,
    by: User | None,
    basis: dict | None = None,
) -> Target | None:
    """What it is to come to in the month, as this reader sees amounts; None takes the target away.

    Raises BadNumber, NoSuchDay, CostNotShown, NotThere.
    """
    kpi = _present(kpi)
    if month.day != 1 or not FIRST <= month <= LAST:
        raise NoSuchDay
    publishing.call_for(kpi)
    if value is None:
        Target.objects.filter(kpi=kpi, month=month).delete()
        activity.record("kpi.target_set", kpi, by=by, month=f"{month:%Y-%m}", value=None)
        return None
    kept = kept_target(eyes, registry.get(kpi.metric), month, checked(value))
    if kept is None:
        raise CostNotShown
    facts = {"value": round(kept, 6), "basis": basis, "set_by_id": _id(by), "set_at": timezone.now()}
    target, _made = Target.objects.update_or_create(kpi=kpi, month=month, defaults=facts)
    activity.record("kpi.target_set", kpi, by=by, month=f"{month:%Y-%m}")
    return target


@transaction.atomic
def enter(kpi: Kpi, day: date, value: Decimal | None, *, by: User | None) -> Reading | None:
    """The number of an own indicator for a day, or for the month that begins on it; None takes it away.

    The same again changes nothing. Raises Counted, BadNumber, NoSuchDay, NotThere.
    """
    kpi = _present(kpi)
    if not kpi.is_own:
        raise Counted(name=words(kpi))
    if not FIRST <= day <= LAST or (kpi.grain == Kpi.Grain.MONTH and day.day != 1):
        raise NoSuchDay
    if value is None:
        Reading.objects.filter(kpi=kpi, day=day).delete()
        activity.record("kpi.number_entered", kpi, by=by, day=f"{day}", value=None)
        return None
    facts = {"value": checked(value), "entered_by_id": _id(by), "entered_at": timezone.now()}
    found, _made = Reading.objects.update_or_create(kpi=kpi, day=day, defaults=facts)
    activity.record("kpi.number_entered", kpi, by=by, day=f"{day}", value=str(found.value))
    return found


def words(kpi: Kpi) -> str:
    """What it is called."""
    metric = registry.get(kpi.metric)
    return kpi.name or str(metric.label if metric else kpi.metric)


def ordered(kpis: Sequence[Kpi]) -> list[tuple[Kpi, int]]:
    """Those of one tree as they stand in it, from the top, with how deep each is. None is lost."""
    below: dict[int | None, list[Kpi]] = {}
    known = {kpi.pk for kpi in kpis}
    for kpi in kpis:
        below.setdefault(kpi.parent_id if kpi.parent_id in known else None, []).append(kpi)

    def walk(parent: int | None, depth: int) -> Iterable[tuple[Kpi, int]]:
        for kpi in below.get(parent, []):
            yield kpi, depth
            yield from walk(kpi.pk, depth + 1)

    return list(walk(None, 0))


def checked(value: Decimal) -> Decimal:
    """Raises BadNumber for what is no number that can be kept."""
    if not value.is_finite() or abs(value) >= MOST_VALUE:
        raise BadNumber
    return round(value, 6)


def _set(kpi: Kpi, given: dict[str, Any]) -> None:
    for field in SETTINGS:
        if field in given:
            setattr(kpi, field, given[field])
    kpi.name = kpi.name.strip().replace("\0", "")
    if kpi.is_own and not 1 <= len(kpi.name) <= Kpi.NAME_LENGTH:
        raise BadName
    if not kpi.is_own:
        kpi.name = ""
    if not 1 <= kpi.yellow <= kpi.green <= 200:
        raise BadThresholds
    if given.get("responsible_id") is not None and not people.is_member(given["responsible_id"]):
        raise NotAMember


def _parent(campaign: Campaign | None, parent: Kpi | None) -> Kpi | None:
    if parent and (parent.campaign != campaign or parent.removed_at):
        raise OtherTree
    return parent


def _above(kpi: Kpi) -> set[int]:
    """Its own number and those of all that it stands below."""
    found: set[int] = set()
    node: Kpi | None = kpi
    while node and node.pk not in found:
        found.add(node.pk)
        node = node.parent
    return found


def _end(campaign: Campaign | None, parent: Kpi | None) -> int:
    beside = Kpi.objects.of(campaign).filter(parent=parent).order_by("-position")
    last = beside.values_list("position", flat=True).first()
    return 0 if last is None else last + 1


def _present(kpi: Kpi) -> Kpi:
    found = Kpi.objects.select_for_update(of=("self",)).select_related("campaign", "parent").get(pk=kpi.pk)
    if found.removed_at:
        raise NotThere
    return found


def _hold(campaign: Campaign | None) -> None:
    """One at a time changes a tree, until the transaction ends."""
    name = f"{current.schema()} {campaign.pk if campaign else ''}"
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [LOCK, name])


def _id(user: User | None) -> int | None:
    return getattr(user, "pk", None)
