"""What each destination is to know of some people's conversions, brought up to what is true.

All of a person is looked at at once, so it does not matter what was heard of first, nor how often it runs.
Under the lock of `turns` one worker does it at a time; those who send hold rows that wait only as long as
it takes to claim them.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid5

from django.db import connection
from django.db.models import Q
from django.utils import timezone

from accounts import current
from adplatforms.handing import steps
from adplatforms.models import Destination, Handover
from attribution.counting import happenings, news, statement
from attribution.counting.news import People
from attribution.models import Point
from attribution.tag.telling import ORDER_KEY
from events.models import Event
from shops.models import Order

# A conversion's ID follows from client, point and number: it is the same for each destination, and again
# after one was removed and made anew. An order of which the page tag told first keeps the ID of then.
SPACE = UUID("5b1a4a86-7f0e-5a1c-9a3d-3f6c2d7e9b10")
ROUNDS = 5  # of people to whom a conversion has moved
FOUND = """
WITH {people}, happened AS MATERIALIZED ({happened}), {counted}
SELECT did.source, did.friend_id, did.customer_id, did.at, did.amount, click.name, click.value, click.at
FROM counted AS did
LEFT JOIN LATERAL (
    SELECT given.key AS name, given.value, visit.at
    FROM routes_arrival AS arrival JOIN routes_visit AS visit ON visit.id = arrival.visit_id
    CROSS JOIN LATERAL jsonb_each_text(visit.click_ids) AS given
    WHERE arrival.friend_id = did.friend_id AND given.key = ANY(%s)
      AND visit.at BETWEEN did.at - %s AND did.at
    ORDER BY visit.at {order}, arrival.id {order}, array_position(%s::text[], given.key) LIMIT 1
) AS click ON true
"""
ORDERS = {Destination.Choice.LAST: "DESC", Destination.Choice.FIRST: "ASC"}
CHANGING = ["friend_id", "customer_id", "at", "amount", "click_name", "click_value", "clicked_at"]


@dataclass(frozen=True, slots=True)
class Found:
    """A conversion as it is now."""

    source: int
    friend_id: int | None
    customer_id: int | None
    at: datetime
    amount: Decimal
    click_name: str
    click_value: str
    clicked_at: datetime | None


def reckon(destination: Destination, customers: Collection[int], friends: Collection[int]) -> None:
    """Bring what this destination is to know of these people up to date, and lay out what it must be told.

    Of a friend who is a customer the customer is looked at: name both, as `news.related` does.
    """
    for point in destination.points.filter(archived_at=None).order_by("pk"):
        _reckon(destination, point, set(customers), set(friends))


def event_id(point: Point, source: int) -> UUID:
    return uuid5(SPACE, f"{current.tenant().pk}:{point.pk}:{source}")


def _reckon(destination: Destination, point: Point, customers: set[int], friends: set[int]) -> None:
    for _round in range(ROUNDS):
        found = {each.source: each for each in _found(destination, point, customers, friends)}
        rows = _held(destination, point, found, customers, friends)
        moved = _owners(point, [row.source for row in rows if row.source not in found])
        elsewhere = (moved[0] - customers, moved[1] - friends)
        if not any(elsewhere):
            break
        customers, friends = customers | elsewhere[0], friends | elsewhere[1]
    rows, renamed = _taken_over(destination, point, found, rows)
    now = timezone.now()
    changed = [row for row in rows if _bring_up(row, found.get(row.source)) or row in renamed]
    Handover.objects.bulk_update(changed, ["source", *CHANGING], batch_size=500)
    new = _new(destination, point, found, {row.source for row in rows}, now)
    steps.lay_out(destination, [*rows, *new], now)


def _found(
    destination: Destination, point: Point, customers: Collection[int], friends: Collection[int]
) -> list[Found]:
    happened = happenings.of(point)
    counted = statement.ONCE if point.counts == Point.Counts.ONCE else statement.EACH
    order = ORDERS[Destination.Choice(destination.click_choice)]
    sql = FOUND.format(people=statement.PEOPLE, happened=happened.sql, counted=counted, order=order)
    window = timedelta(days=destination.window_days)
    clicks = [destination.click_ids, window, destination.click_ids]
    params: list[Any] = [list(customers), list(friends), *happened.params, *clicks]
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        rows = cursor.fetchall()
    return [
        Found(source, friend, customer, at, amount, name or "", value or "", clicked_at)
        for source, friend, customer, at, amount, name, value, clicked_at in rows
    ]


def _held(
    destination: Destination,
    point: Point,
    sources: Collection[int],
    customers: Collection[int],
    friends: Collection[int],
) -> list[Handover]:
    rows = Handover.objects.select_for_update().filter(destination=destination, point=point)
    of_people = Q(customer_id__in=customers) | Q(friend_id__in=friends)
    return list(rows.filter(of_people | Q(source__in=list(sources))).order_by("pk"))


def _owners(point: Point, sources: list[int]) -> tuple[set[int], set[int]]:
    """Whose these conversions are at present, if they are somebody's. Orders of the page tag are events."""
    if not sources:
        return set(), set()
    people = People()
    ordered = {source for source in sources if point.kind == Point.Kind.ORDER and source > 0}
    orders = Order.objects.filter(pk__in=ordered, customer__isnull=False)
    people.customers.update(orders.values_list("customer_id", flat=True))
    told = Event.objects.filter(pk__in=[abs(source) for source in sources if source not in ordered])
    for friend, customer in told.values_list("friend_id", "customer_id"):
        people.friends.update([friend] if friend else [])
        people.customers.update([customer] if customer and not friend else [])
    if not people:
        return set(), set()
    customers, friends = news.related(people)
    return set(customers), set(friends)


def _taken_over(
    destination: Destination, point: Point, found: dict[int, Found], rows: list[Handover]
) -> tuple[list[Handover], list[Handover]]:
    """All rows, and those among them that the page tag told of first: the shop knows them as orders by now.

    They keep the ID by which they may have been told, whoever's the order is.
    """
    known = {row.source: row for row in rows}
    orders = Order.objects.filter(pk__in=[source for source in found if source > 0 and source not in known])
    new = dict(orders.values_list("number", "pk")) if point.kind == Point.Kind.ORDER else {}
    told = Event.objects.filter(key__in=[f"{ORDER_KEY}{number}" for number in new])
    keys = dict(told.values_list("pk", "key")) if new else {}
    elsewhere = Handover.objects.select_for_update().filter(
        destination=destination, point=point, source__in=[-pk for pk in keys if -pk not in known]
    )
    more = list(elsewhere.order_by("pk")) if keys else []
    renamed = [*(known[-pk] for pk in keys if -pk in known), *more]
    for row in renamed:
        row.source = new[(keys[-row.source] or "").removeprefix(ORDER_KEY)]
    return [*rows, *more], renamed


def _bring_up(row: Handover, found: Found | None) -> bool:
    """Have the row say what is true; whether it said otherwise. What was told by a click keeps its click."""
    before = [getattr(row, name) for name in CHANGING]
    if found is None:
        row.amount = None
    else:
        row.amount, row.at = found.amount, found.at
        row.friend_id, row.customer_id = found.friend_id, found.customer_id
        if row.told is None:
            row.click_name, row.click_value = found.click_name, found.click_value
            row.clicked_at = found.clicked_at
    return [getattr(row, name) for name in CHANGING] != before


def _new(
    destination: Destination, point: Point, found: dict[int, Found], known: set[int], now: datetime
) -> list[Handover]:
    rows = [
        Handover(
            destination=destination,
            point=point,
            source=each.source,
            event_id=event_id(point, each.source),
            **{name: getattr(each, name) for name in CHANGING},
        )
        for each in found.values()
        if each.source not in known and each.at >= destination.since
    ]
    return Handover.objects.bulk_create(rows)
