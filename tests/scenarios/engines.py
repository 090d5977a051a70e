"""Driving the engine by hand, as the worker's task does, with the clock turned forward."""

from datetime import timedelta

import time_machine
from django.db.models import F
from django.utils import timezone

from friends.models import Friend
from scenarios import services
from scenarios.engine import running
from scenarios.flow import reading
from scenarios.models import Entry, Scenario, Send
from scenarios.texts import freezing

TEXT = {"type": "text", "text": "Your cart is waiting"}


def lead(*, after: timedelta | None = None, seconds: float = 5) -> bool:
    """One turn of the engine, so long from now; whether more is left to do."""
    if after is None:
        return running.lead_on(seconds)
    with time_machine.travel(timezone.now() + after, tick=True):
        return running.lead_on(seconds)


def make_scenario(*steps: dict, name: str = "Abandoned cart", **parts: object) -> Scenario:
    """One that runs. Steps without an id get one by their place: s1, s2, …"""
    named = [{"id": f"s{place}"} | step for place, step in enumerate(steps, start=1)]
    scenario = services.create(name, flow={"steps": named, "exits": [], **parts}, by=None)
    run(scenario)
    return scenario


def run(scenario: Scenario) -> None:
    """Let the draft run as it is, whatever is missing in it."""
    version = scenario.versions.create(number=scenario.versions.count() + 1, flow=scenario.flow)
    freezing.freeze(version, reading.parse(version.flow))
    Scenario.objects.filter(pk=scenario.pk).update(version=version, status=Scenario.Status.RUNNING)
    scenario.refresh_from_db()


def make_entry(scenario: Scenario, friend: Friend | None = None, **fields: object) -> Entry:
    """Somebody who has just come in."""
    now = timezone.now()
    first = reading.parse(scenario.version.flow).steps[0].id
    given = {"step": first, "due_at": now, "arrived_at": now, "entered_at": now, "since": now}
    about = {"scenario": scenario, "version": scenario.version, "friend": friend}
    given |= {"key": f"test:{friend.pk if friend else fields.get('customer_id')}"}
    return Entry.objects.create(**about, **(given | fields))


def passages(entry: Entry) -> list[tuple[str, str, str]]:
    """Steps done: which, by which way, what came of it."""
    return list(entry.passages.order_by("pk").values_list("step", "via", "what"))


def skip_waiting() -> None:
    """As if the back-off of every waiting send and the lease of every claimed one had passed."""
    Send.objects.filter(due_at__isnull=False).update(due_at=F("due_at") - timedelta(hours=1))
