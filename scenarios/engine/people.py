"""The people whom a turn of the engine is about, read many at a time."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import orjson
from django.db import connection

# Moments as numbers: the driver takes long to read others. A float8 keeps their microseconds.
COLUMNS = (
    "entry.id, entry.friend_id, entry.customer_id, entry.subject, entry.context,"
    " extract(epoch FROM entry.entered_at)::float8, extract(epoch FROM entry.arrived_at)::float8,"
    " entry.scenario_id, entry.version_id, entry.is_test, entry.priority, entry.waits_for"
)
READ = f"SELECT {COLUMNS} FROM scenarios_entry entry WHERE entry.id = ANY(%s)"  # noqa: S608  (our own)
WIDTH = COLUMNS.count(",") + 1


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody in a scenario. `arrived_at`: at the step where they stand; it may be long ago."""

    entry_id: int
    friend_id: int | None
    customer_id: int | None
    subject: str
    context: dict
    entered_at: datetime
    arrived_at: datetime
    scenario_id: int
    version_id: int
    is_test: bool
    priority: int
    waits_for: str = ""  # the event for which they wait at the step already


def read(entries: Sequence[int]) -> list[Person]:
    """Those of these entries that there are."""
    with connection.cursor() as cursor:
        cursor.execute(READ, [array(entries)])
        return [of_row(row) for row in cursor.fetchall()]


def of_row(row: Sequence[Any]) -> Person:
    """From what a query gives for COLUMNS, which it names first."""
    entry, friend, customer, subject, context, entered, arrived, *rest = row[:WIDTH]
    moments = datetime.fromtimestamp(entered, UTC), datetime.fromtimestamp(arrived, UTC)
    return Person(entry, friend, customer, subject, orjson.loads(context), *moments, *rest)


def array(values: Iterable[object]) -> str:
    """Numbers or moments as PostgreSQL reads them: the driver takes many times as long for a list."""
    return f"{{{','.join(map(str, values))}}}"


def arrived(person: Person, at: datetime) -> Person:
    """The same, come to another step."""
    if person.arrived_at == at and not person.waits_for:
        return person
    return replace(person, arrived_at=at, waits_for="")
