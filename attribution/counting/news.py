"""Whom what has happened since is about: read from the journals of data versions.

The queue (`events.outbox`) only wakes us. Whose data have changed stands in the journal of each topic; where
it does not, since it may be anyone, everybody is counted anew.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db import connection

from attribution.counting import happenings
from attribution.models import Point, Reading
from events import outbox, registry, versions
from events.models import DataChange

KIND = "attribution"  # on the work board
ALWAYS = frozenset({"arrivals", "events:clicked", "links", "orders"})
AT_ONCE = 500  # entries of a journal
# Who is, or was, the same person as somebody among those who are given.
RELATED = """
WITH customers AS (
    SELECT unnest(%(customers)s::int[]) AS id
    UNION SELECT customer_id FROM linking_link WHERE friend_id = ANY(%(friends)s) AND unlinked_at IS NULL
    UNION SELECT customer_id FROM attribution_credit
          WHERE friend_id = ANY(%(friends)s) AND customer_id IS NOT NULL)
SELECT (SELECT array_agg(id) FROM customers),
       (SELECT array_agg(id) FROM (
            SELECT unnest(%(friends)s::int[]) AS id
            UNION SELECT friend_id FROM attribution_credit
                  WHERE customer_id IN (SELECT id FROM customers) AND friend_id IS NOT NULL) AS friends)"""


@dataclass
class People:
    """`is_anyone`: it may be about others too."""

    customers: set[int] = field(default_factory=set)
    friends: set[int] = field(default_factory=set)
    is_anyone: bool = False

    def __bool__(self) -> bool:
        return bool(self.customers or self.friends)


def listen() -> None:
    """Hear of everything that the points in use rest on; a topic that is new is read from now on."""
    topics = set(ALWAYS)
    for point in Point.objects.open().exclude(kind=Point.Kind.ORDER):
        topics.add(f"events:{registry.canonical(happenings.event_of(point))}")
    outbox.listen(KIND, {f"{outbox.CHANGED}{topic}" for topic in topics})
    Reading.objects.exclude(topic__in=topics).delete()
    new = topics - set(Reading.objects.values_list("topic", flat=True))
    present = versions.of(new)
    Reading.objects.bulk_create([Reading(topic=topic, version=present[topic]) for topic in sorted(new)])


def take() -> tuple[People, bool]:
    """Whom news is about that was not counted in yet, and whether there is more; read in the caller's
    transaction, which must keep others from reading at once.
    """
    has_more = True
    while has_more:  # they say nothing that the journals do not
        _heard, has_more = outbox.take(KIND, 1_000)
    found, is_more = People(), False
    for reading in Reading.objects.order_by("topic"):
        is_more |= _read(reading, found)
    return found, is_more


def related(people: People) -> tuple[list[int], list[int]]:
    """Customers and friends whose credits this may change: those, and who they are or were elsewhere."""
    with connection.cursor() as cursor:
        cursor.execute(RELATED, {"customers": list(people.customers), "friends": list(people.friends)})
        customers, friends = cursor.fetchone()
    return customers or [], friends or []


def _read(reading: Reading, found: People) -> bool:
    """Add whom the next entries of a journal are about; whether there are more."""
    present = versions.of([reading.topic])[reading.topic]
    if present == reading.version:
        return False
    until = min(present, reading.version + AT_ONCE)
    rows = DataChange.objects.filter(topic=reading.topic, version__gt=reading.version, version__lte=until)
    changes = list(rows.values_list("friends", "customers"))
    if len(changes) < until - reading.version:
        found.is_anyone, until = True, present
    else:
        _add(found, changes)
    Reading.objects.filter(pk=reading.pk).update(version=until)
    return until < present


def _add(found: People, changes: Iterable[tuple[list[int], list[int]]]) -> None:
    for friends, customers in changes:
        found.friends.update(friends)
        found.customers.update(customers)
