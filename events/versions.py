"""Data versions: a counter per topic, raised in the transaction that changes the data, and a journal of
whom each version was about. So what is remembered of a topic can be brought up to date by asking those alone.

The row of a topic is locked until commit: its versions appear in their order, each with its data.
"""

from collections.abc import Iterable

from django.db import connection

from events import outbox
from events.models import DataVersion

MOST_NAMED = outbox.MOST_NAMED  # people in one change; with more it may be about anyone
KEPT = 2_000  # versions of a topic whose people are known, at least
SWEPT_EVERY = 250

# Goes on from `told` (topic, friends, customers), a row per topic. Each topic clears its own old rows now
# and then, so that none grows without end and nothing has to look through all clients.
RAISE = f"""
raised AS (
    INSERT INTO events_dataversion AS known (topic, version) SELECT topic, 1 FROM told ORDER BY topic
    ON CONFLICT (topic) DO UPDATE SET version = known.version + 1 RETURNING topic, version),
swept AS (
    DELETE FROM events_datachange AS old USING raised
    WHERE raised.version % {SWEPT_EVERY} = 0
      AND old.topic = raised.topic AND old.version <= raised.version - {KEPT}),
noted AS (
    INSERT INTO events_datachange (topic, version, friends, customers)
    SELECT topic, version, friends, customers FROM raised JOIN told USING (topic)
    WHERE cardinality(friends) + cardinality(customers) <= {MOST_NAMED}),
{outbox.QUEUE_CHANGES}
""".replace("%", "%%")  # noqa: S608  (our own constants)
TOUCH = f"""
WITH told AS MATERIALIZED (
    SELECT topic, %s::int[] AS friends, %s::int[] AS customers FROM unnest(%s::text[]) AS topic),
{RAISE}
SELECT FROM raised"""  # noqa: S608  (our own constants)
# For a statement that has written `new` rows: how many, and, unless they are too many to name, whose.
WHO = f"SELECT count(*), CASE WHEN count(*) <= {MOST_NAMED} THEN array_agg(friend_id) END FROM new"  # noqa: S608


def touch(*topics: str, friends: Iterable[int] | None = None, customers: Iterable[int] | None = None) -> None:
    """Say that data of these topics has changed. Call it last in a transaction: it locks a row per topic.

    `friends` and `customers` are the numbers of those whom the change is about; with neither, it may be
    about anyone.
    """
    if not topics:
        return
    is_known = friends is not None or customers is not None
    people = [_array(friends or ()), _array(customers or ())] if is_known else [None, None]
    with connection.cursor() as cursor:
        cursor.execute(TOUCH, [*people, sorted(set(topics))])


def of(topics: Iterable[str]) -> dict[str, int]:
    """Present versions; a topic never touched is 0."""
    topics = list(topics)
    known = dict(DataVersion.objects.filter(topic__in=topics).values_list("topic", "version"))
    return {topic: known.get(topic, 0) for topic in topics}


def _array(numbers: Iterable[int]) -> str:
    """As PostgreSQL reads it: the driver takes many times as long for a list."""
    return f"{{{','.join(map(str, set(numbers)))}}}"
