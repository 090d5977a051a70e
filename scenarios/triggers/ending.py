"""What events do to those who are inside: they leave, have reached the goal, or go on."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from django.db import connection
from django.db.models import Q

from events import registry
from events.models import Event
from scenarios.engine import exits, leading, leaving, people
from scenarios.engine.acting import Turn
from scenarios.engine.people import Person
from scenarios.flow.reading import Flow
from scenarios.models import Entry, Version
from scenarios.triggers.apart import apart

# Those inside whom these events are about; and those who are out, as far as a goal may still be theirs.
CONCERNED = f"""
WITH who AS MATERIALIZED (
    SELECT unnest(%(friends)s::int[]) AS friend_id
    UNION SELECT link.friend_id FROM linking_link link
    WHERE link.customer_id = ANY(%(customers)s) AND link.unlinked_at IS NULL),
mine AS (
    SELECT entry.* FROM who JOIN scenarios_entry entry ON entry.friend_id = who.friend_id
    UNION ALL
    SELECT entry.* FROM scenarios_entry entry
    WHERE entry.friend_id IS NULL AND entry.customer_id = ANY(%(customers)s))
SELECT {people.COLUMNS} FROM mine AS entry
WHERE entry.state <> 'ended'
   OR entry.goal_at IS NULL AND entry.since > %(now)s - interval '366 days'"""  # noqa: S608  (our constant)


def by(events: Iterable[Event], now: datetime) -> None:
    """Let those leave whom these events take out, and wake those who wait for one, in the caller's
    transaction. What they did is asked of the tables, so that an event heard twice or late does no harm.
    """
    happened = list(events)
    types = {event.type for event in happened}
    groups: dict[int, list[Person]] = defaultdict(list)
    for person in _concerned(happened, now):
        groups[person.version_id].append(person)
    for version in Version.objects.filter(pk__in=groups).select_related("scenario").order_by("pk"):
        with apart(version.scenario_id):
            turn = leading.turn(version, now)
            if _ends(turn.flow) & types:
                _leave(groups[version.pk], turn)
    inside = [person.entry_id for group in groups.values() for person in group]
    waiting = Entry.objects.filter(pk__in=inside, state=Entry.State.WAITING, waits_for__in=_names(types))
    waiting.filter(Q(due_at=None) | Q(due_at__gt=now)).update(due_at=now)


def _concerned(events: list[Event], now: datetime) -> list[Person]:
    friends = {event.friend_id for event in events if event.friend_id}
    customers = {event.customer_id for event in events if event.customer_id}
    with connection.cursor() as cursor:
        cursor.execute(CONCERNED, {"friends": list(friends), "customers": list(customers), "now": now})
        return [people.of_row(row) for row in cursor.fetchall()]


def _leave(group: list[Person], turn: Turn) -> None:
    found: dict[Entry.Reason, list[int]] = defaultdict(list)
    for entry_id, reason in exits.leaving(group, turn).items():
        found[reason].append(entry_id)
    for reason, entry_ids in found.items():
        leaving.leave(Entry.objects.filter(pk__in=entry_ids), reason)


def _ends(flow: Flow) -> set[str]:
    """Types of events at which somebody leaves or has reached the goal."""
    found = {each.event for each in flow.exits if each.event} | ({flow.goal.event} if flow.goal else set())
    found |= {each.type for each in flow.exits if each.type in ("blocked", "unlinked")}
    return {registry.canonical(event) for event in found}


def _names(types: set[str]) -> set[str]:
    """All names that a step may have for these types."""
    known = [type_ for type_ in map(registry.get, types) if type_]
    return types | {alias for type_ in known for alias in type_.aliases}
