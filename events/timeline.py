"""Writing on the timeline."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import orjson
from django.db import connection

from events import versions


@dataclass(frozen=True)
class NewEvent:
    """One thing that happened. `key`, if given, makes recording it twice harmless. `at` is aware."""

    type: str
    at: datetime
    friend_id: int | None = None
    customer_id: int | None = None
    properties: dict = field(default_factory=dict)
    key: str | None = None


def record(events: Iterable[NewEvent]) -> int:
    """Add events in the caller's transaction, in one statement; how many were new.

    Touches the topic `events:<type>` of every type that got a new row. Raises IntegrityError for an event
    with neither friend nor customer.
    """
    rows = list(events)
    if not rows:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(
            """WITH new AS (
                 INSERT INTO events_event (type, at, friend_id, customer_id, properties, key)
                 SELECT * FROM unnest(%s::text[], %s::timestamptz[], %s::int[], %s::int[], %s::jsonb[], %s::text[])
                 ON CONFLICT (key) DO NOTHING RETURNING type)
               SELECT type, count(*) FROM new GROUP BY type""",
            _columns(rows),
        )
        new = dict(cursor.fetchall())
    versions.touch(*(f"events:{type_}" for type_ in new))
    return sum(new.values())


def _columns(rows: Sequence[NewEvent]) -> list[list]:
    return [
        [row.type for row in rows],
        [row.at for row in rows],
        [row.friend_id for row in rows],
        [row.customer_id for row in rows],
        [orjson.dumps(row.properties).decode() for row in rows],
        [row.key for row in rows],
    ]
