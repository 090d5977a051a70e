"""The steps that part people: by lot, and by what is true of them."""

from collections.abc import Iterable
from uuid import UUID, uuid5

from django.db import connection

from scenarios.engine import acting
from scenarios.engine.acting import Go, Leave, Then, Turn
from scenarios.engine.people import Person
from scenarios.flow.steps import Branch, Split
from scenarios.models import Entry
from segments import services as segments
from segments.types import occurrences
from segments.types.occurrences import Filter

OTHERWISE = "otherwise"
LOTS = 1_000_000
FITTING = """
SELECT event.id FROM (SELECT id, context AS properties FROM scenarios_entry WHERE id = ANY(%s)) AS event
WHERE """


def split(step: Split, people: list[Person], turn: Turn) -> dict[int, Then]:
    """Each by their lot, which is the same however often they come in; the hold-out group leaves.

    So who was held out once stays so, and nobody compared with them has had the messages another time. Who
    only tries the scenario out is never held out.
    """
    key = turn.version.scenario.key
    return {person.entry_id: _drawn(step, person, key) for person in people}


def _drawn(step: Split, person: Person, key: UUID) -> Then:
    lot = uuid5(key, f"{step.id}/{_name(person)}").int % LOTS * 100 / LOTS
    held_out = 0 if person.is_test else step.holdout_percent
    if lot < held_out:
        return Leave(Entry.Reason.HELD_OUT)
    shared = sum(path["percent"] for path in step.paths) or 100
    place = (lot - held_out) / (100 - held_out) * shared  # among those who are not held out
    for path in step.paths:
        place -= path["percent"]
        if place < 0:
            return Go(path["key"])
    return Go(step.paths[-1]["key"])


def _name(person: Person) -> str:
    return f"friend:{person.friend_id}" if person.friend_id else f"customer:{person.customer_id}"


def branch(step: Branch, people: list[Person], turn: Turn) -> dict[int, Then]:
    """The first path whose condition they meet now, and of whose trigger all is true; else `otherwise`.

    Who is no friend meets no condition, only what is asked of the trigger.
    """
    found: dict[int, Then] = {}
    left = list(people)
    for path in step.paths:
        fitting = _fitting(path, left)
        found |= {number: Go(path["key"]) for number in fitting}
        left = [person for person in left if person.entry_id not in fitting]
    return found | {person.entry_id: Go(OTHERWISE) for person in left}


def _fitting(path: dict, people: list[Person]) -> set[int]:
    fitting = {person.entry_id for person in people}
    if path.get("context"):
        fitting = _of_context(path["context"], fitting)
    if path.get("when"):
        asked = [person for person in people if person.entry_id in fitting and person.friend_id]
        friends = segments.among(path["when"], {person.friend_id for person in asked if person.friend_id})
        fitting = {person.entry_id for person in asked if person.friend_id in friends}
    return fitting


def _of_context(filters: list[dict], entries: Iterable[int]) -> set[int]:
    """Compared as properties of events are everywhere."""
    condition = occurrences.both(*(Filter(**each).condition() for each in filters))
    with connection.cursor() as cursor:
        cursor.execute(FITTING + condition.sql, [sorted(entries), *condition.params])
        return {number for (number,) in cursor.fetchall()}


acting.register("split", split)  # type: ignore[arg-type]
acting.register("branch", branch)  # type: ignore[arg-type]
