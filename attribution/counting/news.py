"""Whom what has happened since is about: read from the journals of data versions.

The queue (`events.outbox`) only wakes us. Whose data have changed stands in the journal of each topic; where
it does not, since it may be anyone, everybody is counted anew.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db import connection

from attribution.counting import happenings
from attribution.models import PageTag, Point, Reading
from attribution.tag.telling import ORDER_KEY
from events import outbox, registry, versions
from events.models import DataChange
from shops.storing import TOLD

KIND = "attribution"  # on the work board
ALWAYS = frozenset({"arrivals", "events:clicked", "events:converted", "links", "orders"})
AT_ONCE = 500  # entries of a journal
TOLD_AT_ONCE = 2_000  # people
# What others may listen to: of whom conversions were looked at, and may have changed.
COUNTED_CUSTOMERS, COUNTED_FRIENDS = "counted:customers", "counted:friends"
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

TELLERS = """
SELECT event.friend_id, event.customer_id
FROM shops_order AS told JOIN events_event AS event ON event.key = %s || told.number
WHERE told.id = ANY(%s)"""


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
    heard = {f"{outbox.CHANGED}{topic}" for topic in topics}
    outbox.listen(KIND, heard | ({TOLD} if PageTag.objects.exists() else set()))
    Reading.objects.exclude(topic__in=topics).delete()
    new = topics - set(Reading.objects.values_list("topic", flat=True))
    present = versions.of(new)
    Reading.objects.bulk_create([Reading(topic=topic, version=present[topic]) for topic in sorted(new)])


def take() -> tuple[People, bool]:
    """Whom news is about that was not counted in yet, and whether there is more; read in the caller's
    transaction, which must keep others from reading at once.
    """
    found, is_more, has_more = People(), False, True
    while has_more:
        heard, has_more = outbox.take(KIND, 1_000)
        orders = [number for news in heard if news.topic == TOLD for number in news.numbers or ()]
        _add_tellers(orders, found)
    for reading in Reading.objects.order_by("topic"):
        is_more |= _read(reading, found)
    return found, is_more


def tell(customers: list[int], friends: list[int]) -> None:
    """Tell whoever listens (`events.outbox`) that conversions of these people were looked at."""
    for topic, numbers in ((COUNTED_CUSTOMERS, customers), (COUNTED_FRIENDS, friends)):
        for start in range(0, len(numbers), TOLD_AT_ONCE):
            outbox.tell(topic, numbers[start : start + TOLD_AT_ONCE])


def related(people: People) -> tuple[list[int], list[int]]:
    """Customers and friends whose credits this may change: those, and who they are or were elsewhere."""
    with connection.cursor() as cursor:
        cursor.execute(RELATED, {"customers": list(people.customers), "friends": list(people.friends)})
        customers, friends = cursor.fetchone()
    return customers or [], friends or []


def _add_tellers(orders: list[int], found: People) -> None:
    """Whose orders these are by the page tag: what the shop says of one holds from now on.

    Journals name the order's customer alone. Other news of the queue says nothing that they do not.
    """
    if not orders:
        return
    with connection.cursor() as cursor:
        cursor.execute(TELLERS, [ORDER_KEY, orders])
        for friend, customer in cursor.fetchall():
            found.friends |= {friend} if friend else set()
            found.customers |= {customer} if customer else set()


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
