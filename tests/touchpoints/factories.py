"""Touchpoint plans with what makes their classes."""

from datetime import date, timedelta

from django.utils import timezone

from touchpoints import plans
from touchpoints.models import Period, Plan, TouchClass
from touchpoints.plans import Frame


def make_frame(**given: object) -> Frame:
    """Of this month's thirty days, by the last three promotional sends."""
    first = given.pop("starts_on", timezone.localdate() - timedelta(days=7))
    assert isinstance(first, date)
    return Frame(**({"starts_on": first, "ends_on": first + timedelta(days=29)} | given))


def make_plan(name: str = "Autumn", *, campaign=None, **frame: object) -> Plan:
    return plans.create(name=name, campaign=campaign, frame=make_frame(**frame), by=None)


def period_of(plan: Plan) -> Period:
    return plans.open_period(plan)


def class_of(period: Period, key: str) -> TouchClass:
    """By its key, or the name of an own one."""
    found = [each for each in period.ordered() if key in (each.key, each.name)]
    found[0].period = period
    return found[0]
