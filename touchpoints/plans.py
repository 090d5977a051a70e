"""Commands on plans and their periods' settings."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import uuid4

from django.db import transaction
from django.utils import timezone

from accounts import activity
from accounts.models import User
from campaigns.errors import Archived
from campaigns.models import Campaign
from touchpoints.errors import BadBasis, BadDays, BadPlan, FarDays, PeriodBegun, PeriodClosed, PlanRemoved
from touchpoints.models import Period, Plan, TouchClass
from touchpoints.ready import READY, REST, Ready

EARLIEST = date(2010, 1, 1)
FAR = 2100  # years from which no period may end: each has a next one


@dataclass(frozen=True)
class Frame:
    """The days of a period, and by which sends friends are judged in it."""

    starts_on: date
    ends_on: date
    basis: str = Period.Basis.LAST
    basis_count: int = 3
    named: list[int] = field(default_factory=list)

    def check(self, campaign: Campaign | None) -> None:
        """Raises BadDays, FarDays, BadBasis."""
        if self.ends_on < self.starts_on:
            raise BadDays()
        if self.starts_on < EARLIEST or self.ends_on.year >= FAR:
            raise FarDays(first=EARLIEST.year, year=FAR)
        most = {Period.Basis.LAST: Period.MOST_SENDS, Period.Basis.DAYS: Period.MOST_DAYS}
        limit = most.get(Period.Basis(self.basis))
        is_bad = (
            (limit is not None and not 1 <= self.basis_count <= limit)
            or (self.basis == Period.Basis.NAMED and not 1 <= len(self.named) <= Period.MOST_SENDS)
            or (self.basis == Period.Basis.CAMPAIGN and campaign is None)
        )
        if is_bad:
            raise BadBasis(sends=Period.MOST_SENDS, days=Period.MOST_DAYS)


@transaction.atomic
def create(
    *, name: str, frame: Frame, campaign: Campaign | None = None, note: str = "", by: User | None
) -> Plan:
    """With its first period, and the ready-made classes.

    Raises BadPlan, BadDays, BadBasis; Archived, of the campaign.
    """
    frame.check(campaign)
    plan = Plan(name=_name(name), campaign=_open(campaign), note=note.strip(), created_by_id=_id(by))
    plan.save()
    period = Period.objects.create(plan=plan, number=1, **vars(frame))
    TouchClass.objects.bulk_create(
        [of_kind(period, each, position=place) for place, each in enumerate([*READY, REST])]
    )
    activity.record("touchpoints.created", plan, by=by, name=plan.name)
    return plan


@transaction.atomic
def change(
    plan: Plan,
    *,
    by: User | None,
    name: str | None = None,
    campaign: Campaign | None = None,
    has_campaign: bool = False,
    note: str | None = None,
    frame: Frame | None = None,
) -> Plan:
    """Change what is given of the plan and of its open period; the campaign if `has_campaign`.

    By which sends friends are judged stays once a message of the period is begun: raises PeriodBegun.
    Raises BadPlan, BadDays, BadBasis, PlanRemoved; Archived, of a campaign it did not have.
    """
    plan = held(plan)
    if has_campaign and campaign != plan.campaign:
        plan.campaign = _open(campaign)
    plan.name = plan.name if name is None else _name(name)
    plan.note = plan.note if note is None else note.strip()
    plan.save(update_fields=["name", "campaign", "note"])
    if frame is not None:
        _reframe(open_period(plan), frame)
    activity.record("touchpoints.changed", plan, by=by, name=plan.name)
    return plan


@transaction.atomic
def reframe(period: Period, frame: Frame, *, by: User | None) -> None:
    """Other days, judged by other sends; as `change`. Raises PeriodClosed besides."""
    _reframe(period, frame)
    activity.record("touchpoints.changed", period.plan, by=by, name=period.plan.name)


@transaction.atomic
def remove(plan: Plan, *, by: User | None) -> None:
    """Take it off the list. What was started goes on; everything is kept for when it is put back."""
    if Plan.objects.kept().filter(pk=plan.pk).update(removed_at=timezone.now()):
        activity.record("touchpoints.removed", plan, by=by, name=plan.name)


@transaction.atomic
def restore(plan: Plan, *, by: User | None) -> None:
    if Plan.objects.filter(pk=plan.pk, removed_at__isnull=False).update(removed_at=None):
        activity.record("touchpoints.restored", plan, by=by, name=plan.name)


@transaction.atomic
def copy(plan: Plan, *, name: str, campaign: Campaign | None, frame: Frame, by: User | None) -> Plan:
    """Another plan, for another campaign perhaps, with the classes of the newest period and what is planned.

    Nothing of it is started. Raises BadPlan, BadDays, BadBasis; Archived, of the campaign.
    """
    frame.check(campaign)
    made = Plan.objects.create(
        name=_name(name), campaign=_open(campaign), note=plan.note, created_by_id=_id(by)
    )
    newest = plan.periods.order_by("-number")[0]
    period = Period.objects.create(plan=made, number=1, **vars(frame))
    carry_over(newest, period)
    activity.record("touchpoints.copied", made, by=by, name=made.name, origin=plan.pk)
    return made


def carry_over(origin: Period, into: Period) -> None:
    """The same classes with what is planned for each; a planned day moves with the period's first day."""
    by = into.starts_on - origin.starts_on
    TouchClass.objects.bulk_create([_carried(each, into, by) for each in origin.ordered()])


def following(period: Period) -> Frame:
    """The days after a period, as many; after whole months, as many months."""
    first = period.ends_on + timedelta(days=1)
    months = _whole_months(period)
    last = (
        _month_later(first, months) - timedelta(days=1)
        if months
        else first + (period.ends_on - period.starts_on)
    )
    return Frame(first, last, period.basis, period.basis_count, list(period.named))


def open_period(plan: Plan) -> Period:
    """A plan always has one."""
    return plan.periods.select_related("plan__campaign").get(closed_at=None)


def held(plan: Plan) -> Plan:
    """The plan, which nobody else changes until the transaction ends. Raises PlanRemoved."""
    plan = Plan.objects.select_for_update(of=("self",)).select_related("campaign").get(pk=plan.pk)
    if plan.removed_at:
        raise PlanRemoved()
    return plan


def held_period(period: Period, *, unbegun: bool = False) -> Period:
    """The open period, likewise. Raises PlanRemoved, PeriodClosed; PeriodBegun if `unbegun`."""
    plan = held(period.plan)
    period = Period.objects.get(pk=period.pk)
    period.plan = plan
    if not period.is_open:
        raise PeriodClosed()
    if unbegun and period.begun_at:
        raise PeriodBegun()
    return period


def of_kind(period: Period, ready: Ready, *, position: int) -> TouchClass:
    return TouchClass(
        period=period,
        key=ready.kind.value,
        kind=ready.kind,
        color=ready.color,
        level=ready.level,
        position=position,
    )


def new_key() -> str:
    """Of a class of one's own."""
    return uuid4().hex[:12]


def _carried(each: TouchClass, into: Period, by: timedelta) -> TouchClass:
    kept = ("key", "kind", "name", "color", "level", "tree", "position", "purpose", "action", "text")
    more = ("template_id", "scenario_id", "days_after", "send_time")
    values = {name: getattr(each, name) for name in (*kept, *more)}
    return TouchClass(period=into, send_on=each.shifted(by), **values)


def _reframe(period: Period, frame: Frame) -> None:
    period = held_period(period)
    frame.check(period.plan.campaign)
    judged = ("basis", "basis_count", "named")
    if period.begun_at and any(getattr(frame, name) != getattr(period, name) for name in judged):
        raise PeriodBegun()
    for name, value in vars(frame).items():
        setattr(period, name, value)
    period.save(update_fields=list(vars(frame)))


def _whole_months(period: Period) -> int:
    """How many months it is; 0 if it is not from a first to a last of a month."""
    after = period.ends_on + timedelta(days=1)
    if period.starts_on.day != 1 or after.day != 1:
        return 0
    return (after.year - period.starts_on.year) * 12 + after.month - period.starts_on.month


def _month_later(first: date, months: int) -> date:
    number = first.year * 12 + first.month - 1 + months
    return date(number // 12, number % 12 + 1, 1)


def _name(name: str) -> str:
    name = name.strip()
    if not 0 < len(name) <= Plan.NAME_LENGTH:
        raise BadPlan(most=Plan.NAME_LENGTH)
    return name


def _open(campaign: Campaign | None) -> Campaign | None:
    if campaign and not Campaign.objects.open().filter(pk=campaign.pk).exists():
        raise Archived(name=campaign.name)
    return campaign


def _id(user: User | None) -> int | None:
    return getattr(user, "pk", None)
