"""What has happened, for those who act on it: a queue that is written in the statement that writes the news.

A kind of work (`accounts.board`) says what it wants to hear of; until it has taken it, nothing is lost, and
when the writer's transaction commits, the work is woken in the same transaction. Who listens to nothing
costs nothing. Topics are

- `events:<type>`: each new event of the type, once;
- `changed:<topic>`: that data of a topic (`events.versions`) have changed, with the friends it is about;
- whatever else is told by `tell`.

The work board's row is the last that a transaction locks (a deferred trigger does it), so that no two wait
for each other.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import orjson
from django.db import connection

from events.models import Event, OutboxEntry, OutboxTopic

EVENTS = "events:"
CHANGED = "changed:"
MOST_NAMED = 5_000

# Goes on from `told` (topic, friends), a row per topic of data that have changed.
QUEUE_CHANGES = f"""
heard AS (
    INSERT INTO events_outboxentry (kind, topic, numbers, rings)
    SELECT listening.kind, listening.topic,
           CASE WHEN cardinality(told.friends) <= {MOST_NAMED} THEN told.friends END,
           row_number() OVER (PARTITION BY listening.kind) = 1
    FROM told JOIN events_outboxtopic AS listening ON listening.topic = 'changed:' || told.topic)"""  # noqa: S608
TELL = """
INSERT INTO events_outboxentry (kind, topic, numbers, rings)
SELECT kind, topic, %s::int[], true FROM events_outboxtopic WHERE topic = %s
"""
CALLED = "called"
TAKE = """
WITH next AS MATERIALIZED (
    SELECT id FROM events_outboxentry WHERE kind = %s ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED),
taken AS (
    DELETE FROM events_outboxentry AS entry USING next WHERE entry.id = next.id
    RETURNING entry.id, topic, event_id, numbers)
SELECT taken.topic, taken.numbers, taken.event_id,
       event.id, event.type, event.at, event.friend_id, event.customer_id, event.properties
FROM taken LEFT JOIN events_event AS event ON event.id = taken.event_id
ORDER BY taken.id
"""


@dataclass(frozen=True, slots=True)
class Heard:
    """One piece of news. `event` goes with topics `events:…`; `numbers` None: it may be about anyone."""

    topic: str
    numbers: list[int] | None = None
    event: Event | None = None


def listen(kind: str, topics: set[str]) -> None:
    """Have this kind of work hear of these topics from now on, and of no others; what waits for it stays."""
    known = set(OutboxTopic.objects.filter(kind=kind).values_list("topic", flat=True))
    OutboxTopic.objects.filter(kind=kind, topic__in=known - topics).delete()
    new = [OutboxTopic(kind=kind, topic=topic) for topic in sorted(topics - known)]
    OutboxTopic.objects.bulk_create(new, ignore_conflicts=True)


def listens(kind: str, topics: set[str]) -> bool:
    """Whether this kind of work hears of all of them."""
    return OutboxTopic.objects.filter(kind=kind, topic__in=topics).count() == len(topics)


def tell(topic: str, numbers: Iterable[int]) -> None:
    """Queue news that is neither an event nor a change of a data version, for whoever listens to it."""
    with connection.cursor() as cursor:
        cursor.execute(TELL, [list(numbers), topic])


def call(kind: str) -> None:
    """Have this kind of work woken when the caller's transaction commits.

    As `board.call`, for a transaction that may still wait for other rows: the board's is locked last.
    """
    OutboxEntry.objects.create(kind=kind, topic=CALLED, rings=True)


def take(kind: str, limit: int) -> tuple[list[Heard], bool]:
    """The oldest news of a kind of work, taken off the queue in the caller's transaction; and whether there
    may be more. Two workers take different ones. An event that is gone meanwhile is no news any more.
    """
    with connection.cursor() as cursor:
        cursor.execute(TAKE, [kind, limit])
        rows = cursor.fetchall()
    return [_heard(row) for row in rows if row[2] == row[3]], len(rows) == limit


def is_waiting(kind: str) -> bool:
    """Whether there is news that this kind of work has not taken."""
    return OutboxEntry.objects.filter(kind=kind).exists()


def queue_events(new: str, schema: str = "") -> str:
    """A part of a WITH: of `new` (id, type), such as `changed WHERE is_new`, what somebody listens to.

    For whoever writes events; `schema` with its dot if it is not the one that is searched.
    """
    return f"""queued AS (
    INSERT INTO {schema}events_outboxentry (kind, topic, event_id, rings)
    SELECT kind, topic, news.id, row_number() OVER (PARTITION BY kind ORDER BY news.id) = 1
    FROM (SELECT id, type FROM {new}) AS news
    JOIN {schema}events_outboxtopic AS listening ON listening.topic = 'events:' || news.type)"""  # noqa: S608


def _heard(row: tuple) -> Heard:
    topic, numbers, _event_id, id_, type_, at, friend_id, customer_id, properties = row
    if id_ is None:
        return Heard(topic, numbers)
    about = {"friend_id": friend_id, "customer_id": customer_id, "properties": orjson.loads(properties)}
    return Heard(topic, event=Event(id=id_, type=type_, at=at, **about))
