"""What scenarios want to hear of, and what their triggers remember."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import connection
from django.utils import timezone

from accounts import board, current
from events import outbox, registry
from scenarios.engine import versions
from scenarios.engine.enrolling import TAKING
from scenarios.flow.reading import Flow
from scenarios.flow.steps import Await
from scenarios.models import Candidate, Scenario, Supply, Version, Watch
from scenarios.triggers import kinds, watching
from scenarios.triggers.apart import apart
from scenarios.triggers.kinds import Clocked, Gathered, Trigger
from scenarios.work import KIND

# Two who publish at once: the second hears of what the first has published.
ALONE = "SELECT pg_advisory_xact_lock(hashtext('scenarios.listen:' || current_schema()))"


def renew() -> None:
    """Listen to what the scenarios need that run or are paused, from now on, in the caller's transaction.

    To be called whenever one is published, paused, resumed or ended. A trigger that is the same as before
    goes on with what it remembers; another one begins with this moment.
    """
    with connection.cursor() as cursor:
        cursor.execute(ALONE)
    now = timezone.now()
    taking = list(Scenario.objects.filter(status__in=TAKING).select_related("version").order_by("pk"))
    for model in (Watch, Candidate, Supply):
        model._default_manager.exclude(scenario__in=taking).delete()
    known = Watch.objects.in_bulk([scenario.pk for scenario in taking])
    for scenario in taking:
        raw = scenario.version.flow.get("trigger") if scenario.version else None
        if raw and (scenario.pk not in known or known[scenario.pk].trigger != raw):
            _begin(scenario, raw, now)
    outbox.listen(KIND, _topics(Version.objects.filter(scenario__in=taking)))


def watches() -> list[tuple[Watch, Trigger]]:
    """Those of the scenarios that take people, with their triggers."""
    rows = Watch.objects.filter(scenario__status__in=TAKING).select_related("scenario").order_by("pk")
    found: list[tuple[Watch, Trigger]] = []
    for watch in rows:
        with apart(watch.pk):
            found.append((watch, kinds.read(watch.trigger)))
    return found


def look_soon() -> None:
    """Have the segments that are watched looked at: one of them says something else now."""
    watched = Watch.objects.filter(trigger__type="segment")
    if watched.update(due_at=timezone.now()):
        board.call(KIND)


def _begin(scenario: Scenario, raw: dict, now: datetime) -> None:
    trigger = kinds.read(raw)
    Supply.objects.filter(scenario=scenario).delete()
    fresh = {"trigger": raw, "since": now, "members": None, "asked": "", "done_at": now}
    watch, _is_new = Watch.objects.update_or_create(scenario=scenario, defaults=fresh | {"due_at": None})
    if isinstance(trigger, Gathered):
        watching.look(watch, trigger, now)
    elif isinstance(trigger, Clocked):
        watch.due_at = trigger.next_at(now, ZoneInfo(current.tenant().time_zone))
        watch.save(update_fields=["due_at"])


def _topics(published: Iterable[Version]) -> set[str]:
    """Of the triggers of those that let people in, and of all in which somebody may be inside still."""
    found: set[str] = set()
    for watch, trigger in watches():
        with apart(watch.pk):
            found |= _topics_of(trigger)
    for version in published:
        with apart(version.scenario_id):
            ending = _ending(versions.of(version).flow)
            found |= {f"{outbox.EVENTS}{registry.canonical(event)}" for event in ending}
    return found


def _topics_of(trigger: Trigger) -> set[str]:
    return watching.topics(trigger) if isinstance(trigger, Gathered) else trigger.topics()


def _ending(flow: Flow) -> Iterator[str]:
    """Types of events at which somebody leaves, has reached the goal, or goes on."""
    yield from (each.event for each in flow.exits if each.event)
    if flow.goal:
        yield flow.goal.event
    yield from ("blocked",) if any(each.type == "blocked" for each in flow.exits) else ()
    yield from ("unlinked",) if any(each.type == "unlinked" for each in flow.exits) else ()
    yield from (step.event for _path, step in flow.walk() if isinstance(step, Await))
