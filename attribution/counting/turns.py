"""Turns of counting: what has happened since, then points whose settings have changed, some people at a time.

Each portion is one transaction under a lock of the client, so that two workers take turns. A worker that is
killed leaves nothing half done: what it read is read again.
"""

import time
from collections.abc import Callable

from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from accounts import current
from attribution.counting import news, statement
from attribution.models import Credit, Point
from customers.models import Customer
from friends.models import Friend

LOCK = 7_911  # any number that nobody else locks by
PORTION = 2_000  # people of whom all conversions are looked at in one statement
GONE = """
DELETE FROM attribution_credit AS credit
WHERE point_id = %s
  AND NOT EXISTS (SELECT FROM customers_customer AS customer WHERE customer.id = credit.customer_id)
  AND NOT EXISTS (SELECT FROM friends_friend AS friend WHERE friend.id = credit.friend_id)"""


def count(seconds: float, *, keep: Callable[[], None]) -> bool:
    """Count for some seconds; whether there is more to do. `keep` is called after each portion."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if not (_hear() or _count_on()):
            return False
        keep()
    return True


def catch_up() -> None:
    """Count all there is to count, however long it takes."""
    while count(60, keep=lambda: None):
        pass


@transaction.atomic
def _hear() -> bool:
    """Count in what has happened since; whether there is more of it."""
    _alone()
    people, is_more = news.take()
    if people.is_anyone:
        begin_anew()
    if people:
        customers, friends = news.related(people)
        for point in Point.objects.open():
            for start in range(0, max(len(customers), len(friends)), PORTION):
                part = slice(start, start + PORTION)
                statement.recount(point, customers=customers[part], friends=friends[part])
        news.tell(customers, friends)
    return is_more


@transaction.atomic
def _count_on() -> bool:
    """Count the next people of a point that counts differently now; whether one was left to do."""
    _alone()
    point = Point.objects.behind().select_for_update().first()
    if point is None:
        return False
    if point.counted_at is None and point.cursor == 0:
        news.listen()  # before the first look, so that nothing is between the two
    customers, friends, cursor = _next(point)
    statement.recount(point, customers=customers, friends=friends)
    news.tell(customers, friends)
    if cursor is None:
        _end(point)
    else:
        Point.objects.filter(pk=point.pk).update(cursor=cursor)
    return True


def begin_anew() -> None:
    """Have all points counted from the beginning; what is there stays until then."""
    Point.objects.open().update(counted_version=0, cursor=0)


def _next(point: Point) -> tuple[list[int], list[int], int | None]:
    """Customers, then friends, whose turn it is; and where to go on. Below 0 the cursor is of friends."""
    if point.cursor >= 0:
        customers = _ids(Customer, point.cursor)
        return customers, [], customers[-1] if len(customers) == PORTION else -1
    friends = _ids(Friend, -point.cursor - 1)
    return [], friends, -friends[-1] - 1 if len(friends) == PORTION else None


def _ids(model: type[Customer] | type[Friend], after: int) -> list[int]:
    rows = model.objects.filter(pk__gt=after).order_by("pk")
    return list(rows.values_list("pk", flat=True)[:PORTION])


def _end(point: Point) -> None:
    """All of it is counted: what is left of models that are not kept, and of people who are gone, goes."""
    Credit.objects.filter(point=point).exclude(model__in=point.kept_models).delete()
    with connection.cursor() as cursor:
        cursor.execute(GONE, [point.pk])
    rows = Point.objects.filter(pk=point.pk)
    rows.update(counted_version=F("version"), cursor=0, counted_at=timezone.now())


def _alone() -> None:
    """Wait until nobody else counts in this client, until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [LOCK, current.schema()])
