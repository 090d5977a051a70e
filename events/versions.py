"""Data versions: a counter per topic, raised in the transaction that changes the data."""

from collections.abc import Iterable

from django.db import connection

from events.models import DataVersion


def touch(*topics: str, friends: Iterable[int] | None = None, customers: Iterable[int] | None = None) -> None:
    """Say that data of these topics has changed. Call it last in a transaction: it locks a row per topic.

    `friends` and `customers` are the numbers of those whom the change is about; with neither, it may be
    about anyone.
    """
    if not topics:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO events_dataversion AS known (topic, version)
               SELECT topic, 1 FROM unnest(%s::text[]) AS topic ORDER BY topic
               ON CONFLICT (topic) DO UPDATE SET version = known.version + 1""",
            [sorted(set(topics))],
        )


def of(topics: Iterable[str]) -> dict[str, int]:
    """Present versions; a topic never touched is 0."""
    topics = list(topics)
    known = dict(DataVersion.objects.filter(topic__in=topics).values_list("topic", "version"))
    return {topic: known.get(topic, 0) for topic in topics}
