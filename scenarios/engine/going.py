"""How people go from step to step: what is written of it, set-based."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from django.db import connection
from django.utils import timezone

from scenarios.engine import versions
from scenarios.engine.people import array
from scenarios.flow.base import NEXT
from scenarios.flow.program import END
from scenarios.models import Entry

State, Reason = Entry.State, Entry.Reason

# Nobody does a step twice: the row of a step done is unique.
DONE = """
INSERT INTO scenarios_passage (entry_id, scenario_id, version_id, step, via, what, at)
SELECT entry_id, scenario_id, version_id, step, via, what, at
FROM jsonb_to_recordset(%s::jsonb) AS given (
    entry_id bigint, scenario_id bigint, version_id bigint, step text, via text, what text, at timestamptz)
ON CONFLICT (entry_id, step) DO NOTHING"""
STAND = """
UPDATE scenarios_entry AS entry
SET step = given.step, state = given.state, due_at = given.due_at, waits_for = given.waits_for,
    problem = given.problem, arrived_at = given.arrived_at, ended_at = given.ended_at, reason = given.reason
FROM jsonb_to_recordset(%s::jsonb) AS given (
    id bigint, step text, state text, due_at timestamptz, waits_for text, problem text,
    arrived_at timestamptz, ended_at timestamptz, reason text)
WHERE entry.id = given.id"""
SETTLED = """
INSERT INTO scenarios_passage (entry_id, scenario_id, version_id, step, via, what, at)
SELECT id, scenario_id, version_id, %(step)s, %(via)s, %(what)s, %(at)s
FROM scenarios_entry WHERE id = ANY(%(entries)s)
ON CONFLICT (entry_id, step) DO NOTHING"""
BY_VERSION = """
SELECT version_id, array_agg(id ORDER BY id) FROM scenarios_entry WHERE id = ANY(%s) GROUP BY version_id"""
ON = """
UPDATE scenarios_entry AS entry
SET step = coalesce(nullif(%(next)s, ''), entry.step),
    state = CASE %(next)s WHEN '' THEN 'ended' ELSE 'waiting' END,
    due_at = CASE WHEN %(next)s <> '' THEN %(now)s::timestamptz END,
    ended_at = CASE %(next)s WHEN '' THEN %(now)s::timestamptz END,
    reason = CASE %(next)s WHEN '' THEN 'finished' ELSE '' END,
    arrived_at = %(at)s, waits_for = '', problem = ''
WHERE id = ANY(%(entries)s) AND state <> 'ended' AND step = %(step)s"""


@dataclass(frozen=True, slots=True)
class Passed:
    """One row of a step done."""

    entry_id: int
    scenario_id: int
    version_id: int
    step: str
    via: str
    what: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """Where somebody stands at the end of a turn."""

    id: int
    step: str
    state: Entry.State
    arrived_at: datetime
    due_at: datetime | None = None
    waits_for: str = ""
    problem: str = ""
    ended_at: datetime | None = None
    reason: str = ""


def write(passed: Sequence[Passed], standing: Sequence[Standing]) -> None:
    """Keep what a turn has come to, in its transaction."""
    with connection.cursor() as cursor:
        if passed:
            cursor.execute(DONE, [_json(passed)])
        if standing:
            cursor.execute(STAND, [_json(standing)])


def go_on(
    entries: Sequence[int], step: str, *, via: str = NEXT, what: str = "", at: datetime | None = None
) -> None:
    """Lead people on from a step whose end was awaited, `Stay`: in the caller's transaction, at once.

    `at` is when it ended, now unless given. Who has left meanwhile only gets the step written as done; who
    stands elsewhere is left alone. The next step is asked in the engine's next turn (`board.call`).
    """
    for version, theirs in by_version(entries).items():
        go_on_in(version, theirs, step, via=via, what=what, at=at)


def go_on_in(
    version: int,
    entries: list[int],
    step: str,
    *,
    via: str = NEXT,
    what: str = "",
    at: datetime | None = None,
) -> None:
    """The same of people who are all in this version."""
    now = timezone.now()
    following = versions.program(version).after.get((step, via), END)
    done: dict[str, Any] = {
        "entries": array(entries),
        "step": step,
        "via": via,
        "what": what,
        "at": at or now,
    }
    with connection.cursor() as cursor:
        cursor.execute(SETTLED, done)
        cursor.execute(ON, done | {"next": following, "now": now})


def wait_here(entries: Sequence[int], step: str, until: datetime) -> None:
    """Have the step asked again then, of those for whom it has not ended with what was awaited."""
    sending = Entry.objects.filter(pk__in=entries, step=step, state=State.SENDING)
    sending.update(state=State.WAITING, due_at=until)


def by_version(entries: Sequence[int]) -> dict[int, list[int]]:
    """Entries by the version that they are in."""
    with connection.cursor() as cursor:
        cursor.execute(BY_VERSION, [array(entries)])
        return dict(cursor.fetchall())


def _json(rows: Sequence[Passed] | Sequence[Standing]) -> str:
    return orjson.dumps(rows).decode()
