"""The end of a period: who is in which class is kept, and the next one is opened."""

from django.db import connection, transaction
from django.utils import timezone

from accounts import activity
from accounts.models import User
from events import versions
from touchpoints import judging, plans, starting
from touchpoints.errors import NextBegun, NotTheLastClosed
from touchpoints.leaves import topic
from touchpoints.models import Period, TouchClass
from touchpoints.plans import Frame

NAMED = """
SELECT EXISTS (SELECT FROM segments_segment, unnest(%s::int[]) AS of (id)
  WHERE jsonb_path_exists(tree, '$.** ? (@.type == "touchpoint" && @.class == $of)',
                          jsonb_build_object('of', of.id)))"""


@transaction.atomic
def close(period: Period, *, frame: Frame | None = None, by: User | None) -> Period:
    """Keep who is in each class, and open the next period with the same classes and plans: that one.

    Without `frame` it has the days that follow, as many. Closed already, or by another at the same time, it
    is left as it is. Raises BadDays, BadBasis, PlanRemoved, BrokenClass.
    """
    plan = plans.held(period.plan)
    period = Period.objects.get(pk=period.pk)
    period.plan = plan
    if not period.is_open:
        return plan.periods.get(number=period.number + 1)
    frame = frame or plans.following(period)
    frame.check(plan.campaign)
    _keep(period, by)
    opened = Period.objects.create(plan=plan, number=period.number + 1, **vars(frame))
    plans.carry_over(period, opened)
    activity.record("touchpoints.closed", plan, by=by, name=plan.name, period=period.number)
    return opened


@transaction.atomic
def reopen(period: Period, *, by: User | None) -> Period:
    """Undo the closing of the period before the open one, which goes. Nothing of that may have been begun.

    Raises NotTheLastClosed, NextBegun, PlanRemoved.
    """
    plan = plans.held(period.plan)
    period = Period.objects.get(pk=period.pk)
    after = plan.periods.filter(number=period.number + 1, closed_at=None).first()
    if period.is_open or after is None:
        raise NotTheLastClosed()
    if after.begun_at or _is_asked_for(after):
        raise NextBegun()
    after.delete()
    period.closed_at = period.closed_by_id = period.closed_sends = None
    period.save(update_fields=["closed_at", "closed_by_id", "closed_sends"])
    period.classes.update(end_members=None, end_count=None)
    versions.touch(*(topic(pk) for pk in period.classes.values_list("pk", flat=True)))
    activity.record("touchpoints.reopened", plan, by=by, name=plan.name, period=period.number)
    return period


def _keep(period: Period, by: User | None) -> None:
    judged = judging.judge(period, exact=True)
    starting.check_whole(judged)
    for each in judged.classes:
        each.end_members, each.end_count = starting.stored(judged, each)
    TouchClass.objects.bulk_update(judged.classes, ["end_members", "end_count"])
    period.closed_at, period.closed_by_id = timezone.now(), getattr(by, "pk", None)
    period.closed_sends = [each.pk for each in judged.sends]
    period.save(update_fields=["closed_at", "closed_by_id", "closed_sends"])
    versions.touch(*(topic(each.pk) for each in judged.classes))


def _is_asked_for(period: Period) -> bool:
    """Whether a segment names one of its classes."""
    numbers = list(period.classes.values_list("pk", flat=True))
    with connection.cursor() as cursor:
        cursor.execute(NAMED, [numbers])
        return cursor.fetchone()[0]
