"""The statements that keep orders: many at once, each kind in one."""

from collections import defaultdict
from collections.abc import Iterable

import orjson
from django.db import connection
from django.db.models import Q

from customers import numbers
from events import outbox, timeline, versions
from shops import happenings, totals
from shops.models import Order
from shops.told import Key

COLUMNS = {
    "customer_id": "int",
    "customer_number": "text",
    "status": "text",
    "placed_at": "timestamptz",
    "currency": "text",
    "total": "numeric",
    "refunded": "numeric",
    "discount": "numeric",
    "shipping": "numeric",
    "tax": "numeric",
    "lines": "jsonb",
    "coupon_code": "text",
    "tracking_number": "text",
    "is_test": "bool",
    "shipped_at": "timestamptz",
    "delivered_at": "timestamptz",
    "cancelled_at": "timestamptz",
    "first_total": "numeric",
    "first_told_at": "timestamptz",
    "shop_updated_at": "timestamptz",
    "stamps": "jsonb",
}
TOLD = "orders_told"  # the topic of the outbox that names every order of which something was told
COUPON_ORDERS = "coupon_orders"  # the topic of the outbox that names orders with a coupon code
TIMES_OF_NEWS = {"shop_updated_at", "stamps"}
NAMES = ", ".join(COLUMNS)
TYPED = ", ".join(f"{name} {type_}" for name, type_ in COLUMNS.items())
CREATE = f"""
INSERT INTO shops_order (source, number, {NAMES})
SELECT source, number, {NAMES} FROM jsonb_to_recordset(%s::jsonb) AS given (source text, number text, {TYPED})
ORDER BY source, number ON CONFLICT (source, number) DO NOTHING RETURNING source, number, id"""  # noqa: S608
CHANGE = f"""
UPDATE shops_order AS known
SET {", ".join(f"{name} = given.{name}" for name in COLUMNS)}, changed_at = now()
FROM jsonb_to_recordset(%s::jsonb) AS given (id int, {TYPED}) WHERE known.id = given.id"""  # noqa: S608
# Held until the end, so that no merge of customers takes one away from under its order.
HOLD = "SELECT id FROM customers_customer WHERE id = ANY(%s) ORDER BY id FOR KEY SHARE"


def hold_people(customer_numbers: set[str]) -> dict[str, int]:
    """Customers by number, held so that they stay until the transaction ends."""
    found = numbers.find(customer_numbers)
    with connection.cursor() as cursor:
        cursor.execute(HOLD, [sorted(set(found.values()))])
        there = {pk for (pk,) in cursor.fetchall()}
    # One that was merged away in between is found anew, as whom it has become.
    return found if there == set(found.values()) else hold_people(customer_numbers)


def lock_orders(keys: Iterable[Key]) -> dict[Key, Order]:
    """Those of these orders that are known; two workers at once take turns."""
    by_source: dict[str, list[str]] = defaultdict(list)
    for source, number in keys:
        by_source[source].append(number)
    if not by_source:
        return {}
    meant = Q()
    for source, found in by_source.items():
        meant |= Q(source=source, number__in=found)
    rows = Order.objects.filter(meant).order_by("source", "number").select_for_update(no_key=True)
    return {(order.source, order.number): order for order in rows}


def waiting_numbers(after: str, most: int) -> list[str]:
    """Customer numbers that orders wait for, in order."""
    rows = Order.objects.waiting().filter(customer_number__gt=after).order_by("customer_number")
    return list(rows.values_list("customer_number", flat=True).distinct()[:most])


def create(orders: dict[Key, Order]) -> dict[Key, Order]:
    """Store new orders; those that were new indeed, with their numbers."""
    if not orders:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(CREATE, [_json(orders.values())])
        made = {(source, number): pk for source, number, pk in cursor.fetchall()}
    for key, pk in made.items():
        orders[key].pk = pk
    return {key: orders[key] for key in made}


def store(created: list[Order], changed: list[Order], *, gone: set[str], customers: set[int | None]) -> None:
    """Keep what changed, and have timeline and totals follow.

    `gone` are the keys that changed orders had on the timeline, `customers` whose orders they were.
    """
    with connection.cursor() as cursor:
        cursor.execute(CHANGE, [_json(changed)])
    touched = [*created, *changed]
    timeline.correct([event for order in touched for event in happenings.of(order)], gone=gone)
    everybody = {*customers, *(order.customer_id for order in touched)}
    people = [pk for pk in everybody if pk is not None]
    totals.recount(people)
    if with_code := [order.pk for order in touched if order.coupon_code]:
        outbox.tell(COUPON_ORDERS, with_code)
    if touched:
        outbox.tell(TOLD, [order.pk for order in touched])
    versions.touch("orders", customers=people)


def row_of(order: Order) -> dict:
    return {name: getattr(order, name) for name in COLUMNS}


def says_other(order: Order, before: dict) -> bool:
    """Whether more than the time of the news has changed."""
    return any(getattr(order, name) != before[name] for name in COLUMNS if name not in TIMES_OF_NEWS)


def _json(orders: Iterable[Order]) -> str:
    rows = [
        {"id": order.pk, "source": order.source, "number": order.number} | row_of(order) for order in orders
    ]
    return orjson.dumps(rows, default=str).decode()
