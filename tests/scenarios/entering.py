"""Scenarios that somebody comes into, and the turns in which they do."""

from datetime import datetime, timedelta

import time_machine
from django.utils import timezone

from events import timeline
from events.timeline import NewEvent
from scenarios import services
from scenarios.models import Entry, Scenario
from scenarios.triggers import hearing, listening

WAIT = {"id": "wait", "type": "wait", "days": 30}


def make_running(
    trigger: dict, *, name: str = "Scenario", steps: list[dict] | None = None, **parts: object
) -> Scenario:
    """A running scenario whose people wait for a month, whatever is doubtful in it."""
    flow = {"trigger": trigger, "steps": steps or [WAIT], "exits": [], **parts}
    scenario = services.create(name, flow=flow, by=None)
    version = scenario.versions.create(number=1, flow=scenario.flow)
    Scenario.objects.filter(pk=scenario.pk).update(version=version, status=Scenario.Status.RUNNING)
    listening.renew()
    scenario.refresh_from_db()
    return scenario


def hear(now: datetime | None = None) -> None:
    """See to all that has happened."""
    with time_machine.travel(now or timezone.now(), tick=False):
        while hearing.hear(timezone.now()):
            pass


def happen(
    type_: str = "carted", *, ago: timedelta = timedelta(0), key: str | None = None, **given: object
) -> None:
    """Something happens to `friend_id` or `customer_id`; other values are its properties."""
    who = {name: given.pop(name) for name in ("friend_id", "customer_id") if name in given}
    timeline.record([NewEvent(type_, timezone.now() - ago, properties=given, key=key, **who)])


def inside(scenario: Scenario) -> list[int | None]:
    """The friends who are in it, in the order in which they came."""
    entries = Entry.objects.inside().filter(scenario=scenario)
    return list(entries.order_by("pk").values_list("friend", flat=True))


def entered(scenario: Scenario) -> list[tuple]:
    """All who ever came in: friend, and what it is about."""
    entries = Entry.objects.filter(scenario=scenario)
    return list(entries.order_by("pk").values_list("friend", "subject"))
