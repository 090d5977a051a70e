"""Commands on funnels, and what is asked of a kept one."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import activity, naming
from accounts.models import User
from insights import sides, ways
from insights.errors import FewSteps, FunnelNameTaken, ManyFunnels, NoPeriod, NoSuchSide, NoWindow, UnfitStep
from insights.models import Funnel
from insights.ways import Asked, Step
from segments.kinds import Record, Unfit, read_at
from segments.types import sequences

MOST = 200
EARLIEST, LATEST = date(2010, 1, 1), date(2100, 12, 31)


@transaction.atomic
def create(*, by: User | None, **facts: Any) -> Funnel:
    """Raises FewSteps, UnfitStep, NoWindow, NoPeriod, NoSuchSide, FunnelNameTaken, ManyFunnels."""
    if Funnel.objects.count() >= MOST:
        raise ManyFunnels(most=MOST)
    funnel = Funnel(**facts, created_by_id=by.pk if by else None)
    _save(funnel)
    activity.record("funnel.created", funnel, by=by, name=funnel.name)
    return funnel


@transaction.atomic
def change(funnel: Funnel, *, by: User | None, **facts: Any) -> Funnel:
    """Change what is given. Raises as `create` does."""
    funnel = Funnel.objects.select_for_update().get(pk=funnel.pk)
    for name, value in facts.items():
        setattr(funnel, name, value)
    _save(funnel)
    activity.record("funnel.changed", funnel, by=by, fields=sorted(facts))
    return funnel


@transaction.atomic
def delete(funnel: Funnel, *, by: User | None) -> None:
    activity.record("funnel.deleted", funnel, by=by, name=funnel.name)
    funnel.delete()


def asked(funnel: Funnel, *, side: str | None = None) -> Asked:
    """What it asks today; `side` None: broken down as it says itself."""
    first, last = days_of(funnel)
    steps = [Step(each["event"], each.get("where")) for each in funnel.steps]
    window = timedelta(days=funnel.window_days)
    return Asked(steps, first, last, window, funnel.segment, funnel.side if side is None else side)


def days_of(funnel: Funnel) -> tuple[date, date]:
    if funnel.first and funnel.last:
        return funnel.first, funnel.last
    today = timezone.localdate()
    return today - timedelta(days=funnel.period_days - 1), today


def read_steps(raw: Sequence[object]) -> list[dict]:
    """Steps as they are kept. Raises FewSteps and UnfitStep, which names the one that does not fit."""
    if not Funnel.FEWEST_STEPS <= len(raw) <= Funnel.MOST_STEPS:
        raise FewSteps(least=Funnel.FEWEST_STEPS, most=Funnel.MOST_STEPS)
    found = []
    for number, step in enumerate(raw, start=1):
        try:
            read: dict = read_at(Record(sequences.Step), step, "")
        except Unfit as problem:
            raise UnfitStep(step=number, problem=str(problem)) from problem
        found.append({name: value for name, value in read.items() if value is not None})
    return found


def _save(funnel: Funnel) -> None:
    funnel.name = funnel.name.strip()
    if not funnel.name:
        funnel.name = _("Funnel of %(steps)s") % {"steps": len(funnel.steps)}
    funnel.steps = read_steps(funnel.steps)
    if not 1 <= funnel.window_days <= Funnel.MOST_WINDOW:
        raise NoWindow(most=Funnel.MOST_WINDOW)
    _check_days(funnel)
    if funnel.side and sides.of(funnel.side) is None:
        raise NoSuchSide
    funnel.changed_at = timezone.now()
    naming.save(funnel, FunnelNameTaken)


def _check_days(funnel: Funnel) -> None:
    if (funnel.first is None) != (funnel.last is None):
        raise NoPeriod(most=Funnel.MOST_DAYS)
    length = funnel.period_days
    if funnel.first and funnel.last:
        length = (funnel.last - funnel.first).days + 1
        if funnel.first < EARLIEST or funnel.last > LATEST:
            raise NoPeriod(most=Funnel.MOST_DAYS)
    if not 1 <= length <= Funnel.MOST_DAYS:
        raise NoPeriod(most=Funnel.MOST_DAYS)


def words_of(funnel: Funnel) -> list[str]:
    return ways.words_of([Step(each["event"], each.get("where")) for each in funnel.steps])
