"""Touchpoint plans with what makes their classes."""

from datetime import date, timedelta

from django.utils import timezone

from scenarios.models import Scenario
from tests.factories import make_tag
from touchpoints import classes, closing, plans, starting
from touchpoints.models import Admission, Period, Plan, TouchClass
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


def make_touchpoint_rows() -> dict[str, object]:
    """A plan whose own class has a message planned, one that is begun, one with a closed period."""
    plan = make_plan("Winter")
    tag = {"all": [{"type": "tag", "tag": make_tag("Regulars").pk}]}
    own = classes.add_own(period_of(plan), name="Regulars", raw=tag, by=None)
    classes.plan(own, action="message", text="Hello", by=None)
    begun = period_of(make_plan("Spring"))
    starting.start(classes.plan(class_of(begun, "rest"), action="message", text="Hello", by=None), by=None)
    closed = period_of(make_plan("Summer"))
    scenario = Scenario.objects.create(name="Hello", flow={})
    waiting = class_of(closed, "rest")
    Admission.objects.create(of=waiting, due_at=timezone.now())
    TouchClass.objects.filter(pk=waiting.pk).update(action="scenario", scenario=scenario)
    closing.close(closed, by=None)
    return {
        "touch_plan": plan.pk,
        "touch_period": period_of(plan).pk,
        "touch_class": own.pk,
        "begun_plan": begun.plan_id,
        "begun_period": begun.pk,
        "closed_plan": closed.plan_id,
        "closed_period": closed.pk,
    }
