"""Turns of reckoning: whom news is about, then everybody for destinations that choose differently now.

Each portion is one transaction under a lock of the client, so that two workers take turns. A worker that is
killed leaves nothing half done: what it took off the queue is on it again.
"""

import time
from collections.abc import Callable

from django.db import connection, transaction
from django.db.models import F

from accounts import current
from adplatforms.handing import news, reckoning
from adplatforms.models import Destination
from customers.models import Customer
from friends.models import Friend

LOCK = 7_912  # any number that nobody else locks by
PORTION = 2_000  # people of whom all conversions are looked at at once


def reckon(seconds: float, *, keep: Callable[[], None]) -> bool:
    """Reckon for some seconds; whether there is more to do. `keep` is called after each portion."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if not (_hear() or _sweep()):
            return False
        keep()
    return True


def catch_up() -> None:
    """Reckon all there is, however long it takes."""
    while reckon(60, keep=lambda: None):
        pass


@transaction.atomic
def _hear() -> bool:
    """Take in what has happened since; whether there is more of it."""
    _alone()
    customers, friends, is_more = news.take()
    for destination in Destination.objects.order_by("pk") if customers or friends else ():
        for start in range(0, max(len(customers), len(friends)), PORTION):
            part = slice(start, start + PORTION)
            reckoning.reckon(destination, customers[part], friends[part])
    return is_more


@transaction.atomic
def _sweep() -> bool:
    """Look at the next people for a destination that chooses differently now; whether one was left to do."""
    _alone()
    destination = Destination.objects.behind().select_for_update(no_key=True).first()
    if destination is None:
        return False
    customers, friends, cursor = _next(destination.cursor)
    reckoning.reckon(destination, customers, friends)
    rows = Destination.objects.filter(pk=destination.pk)
    if cursor is None:
        rows.update(swept_version=F("version"), cursor=0)
    else:
        rows.update(cursor=cursor)
    return True


def _next(cursor: int) -> tuple[list[int], list[int], int | None]:
    """Customers, then friends, whose turn it is; and where to go on."""
    if cursor >= 0:
        customers = _ids(Customer, cursor)
        return customers, [], customers[-1] if len(customers) == PORTION else -1
    friends = _ids(Friend, -cursor - 1)
    return [], friends, -friends[-1] - 1 if len(friends) == PORTION else None


def _ids(model: type[Customer] | type[Friend], after: int) -> list[int]:
    rows = model.objects.filter(pk__gt=after).order_by("pk")
    return list(rows.values_list("pk", flat=True)[:PORTION])


def _alone() -> None:
    """Wait until nobody else reckons in this client, until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [LOCK, current.schema()])
