"""Driving the engine by hand, as the worker's task does, with the clock turned forward."""

from datetime import timedelta

import time_machine
from django.db.models import F
from django.utils import timezone

from channels.models import Channel
from friends.models import Friend
from line.simulator.control import Simulator
from scenarios import services
from scenarios.engine import running
from scenarios.flow import reading
from scenarios.models import Entry, Scenario, Send

TEXT = {"type": "text", "text": "Your cart is waiting"}


def lead(*, after: timedelta | None = None, seconds: float = 5) -> bool:
    """One turn of the engine, so long from now; whether more is left to do."""
    if after is None:
        return running.lead_on(seconds)
    with time_machine.travel(timezone.now() + after, tick=True):
        return running.lead_on(seconds)


def make_scenario(*steps: dict, name: str = "Abandoned cart", **parts: object) -> Scenario:
    """One that runs. Steps without an id get one by their place: s1, s2, …"""
    scenario = services.create(name, flow=_flow(steps, parts), by=None)
    services.publish(scenario, revision=scenario.revision, by=None)
    return scenario


def rewrite(scenario: Scenario, *steps: dict, moves: bool = False, **parts: object) -> None:
    """Publish it with other steps."""
    services.write(scenario, _flow(steps, parts), revision=scenario.revision, by=None)
    services.publish(scenario, revision=scenario.revision, moves=moves, by=None)


def _flow(steps: tuple[dict, ...], parts: dict) -> dict:
    named = [{"id": f"s{place}"} | step for place, step in enumerate(steps, start=1)]
    return {"trigger": {"type": "api"}, "steps": named, "exits": [], **parts}


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


def texts(simulator: Simulator, channel: Channel, friend: Friend) -> list[str]:
    """What somebody's phone shows."""
    return simulator.texts(channel.channel_id, friend.line_user_id)
