"""What counts as a conversion of a point, in SQL: of `people`, with the moment and what it is worth."""

import re
from datetime import timedelta
from urllib.parse import quote

from attribution.models import Point
from attribution.tag.telling import ORDER_KEY
from segments.leaves import Query
from segments.types import occurrences
from shops.models import Order, ShopSettings

# Orders that are cancelled, wholly returned or tests do not count; what was given back is taken off.
ORDERED = """
SELECT bought.id::bigint AS source, people.friend_id, people.customer_id, bought.placed_at AS at,
       bought.total - bought.refunded AS amount, bought.currency
FROM people JOIN shops_order AS bought ON bought.customer_id = people.customer_id
WHERE NOT bought.is_test AND bought.status <> ALL(%s)"""
# Orders of which the page tag told, unless the shop knows whose they are. Once the shop tells of one, what it
# says of it holds; the tag then only says who placed it.
TOLD = """
SELECT coalesce(known.id::bigint, -event.id) AS source, people.friend_id, people.customer_id,
       coalesce(known.placed_at, event.at) AS at, coalesce(known.total - known.refunded, {amount}) AS amount,
       coalesce(known.currency, substring(event.properties ->> 'currency' FROM '^[A-Z]{{3}}$'), %s)
       AS currency
FROM people JOIN events_event AS event ON {whose}
LEFT JOIN LATERAL (
    SELECT * FROM shops_order WHERE number = event.properties ->> 'order'
    ORDER BY customer_id IS NULL, id LIMIT 1) AS known ON true
WHERE event.type = 'converted' AND event.key = %s || (event.properties ->> 'order')
  AND known.customer_id IS NULL
  AND (known.id IS NULL OR NOT known.is_test AND known.status <> ALL(%s))"""
# An event is its friend's; one that names only a customer is of the friend who is that customer at present.
DID = """
SELECT event.id AS source, people.friend_id, people.customer_id, event.at, {amount} AS amount,
       CASE WHEN jsonb_typeof(event.properties -> %s) = 'number'
            THEN coalesce(substring(event.properties ->> 'currency' FROM '^[A-Z]{{3}}$'), %s) ELSE 'JPY' END
       AS currency
FROM people JOIN events_event AS event ON {whose} WHERE {which}"""
OF_FRIEND = "event.friend_id = people.friend_id"
OF_CUSTOMER = "event.customer_id = people.customer_id AND event.friend_id IS NULL"
# Whatever a program has sent fits the column.
AMOUNT = """
least(greatest(coalesce(
    CASE WHEN jsonb_typeof(event.properties -> %s) = 'number' THEN (event.properties ->> %s)::numeric END,
    %s::numeric, 0), 0), 99999999999)"""


def of(point: Point) -> Query:
    """`source`, `friend_id`, `customer_id`, `at`, `amount` and `currency` of each conversion of `people`."""
    currency = ShopSettings.present().currency
    if point.kind == Point.Kind.ORDER:
        return _orders(currency)
    condition = occurrences.both(*_conditions(point))
    amount = amount_property(point)
    params = [amount, amount, point.value_yen, amount, currency, *condition.params]
    both = [DID.format(amount=AMOUNT, whose=whose, which=condition.sql) for whose in (OF_FRIEND, OF_CUSTOMER)]
    return Query(" UNION ALL ".join(both), params * 2)


def event_of(point: Point) -> str:
    """The type of event that it counts; "" for orders."""
    return {
        Point.Kind.ORDER: "",
        Point.Kind.EVENT: point.event,
        Point.Kind.COUPON: "redeemed",
        Point.Kind.PAGE: "page_viewed" if point.pages else "converted",
    }[Point.Kind(point.kind)]


def _orders(currency: str) -> Query:
    uncounted = list(Order.UNCOUNTED)
    params = ["amount", "amount", None, currency, ORDER_KEY, uncounted]
    told = [TOLD.format(amount=AMOUNT, whose=whose) for whose in (OF_FRIEND, OF_CUSTOMER)]
    return Query(" UNION ALL ".join([ORDERED, *told]), [uncounted, *params, *params])


def _conditions(point: Point) -> list[Query]:
    """Which events count. Conversions with an order number are the orders' point's."""
    found = [occurrences.which(event_of(point), filters(point))]
    if point.kind != Point.Kind.PAGE:
        return found
    if point.pages:
        return [*found, _pages(point.pages)]
    named = Query("event.properties ->> 'name' = %s", [point.told_as])
    return [*found, named, Query("event.properties -> 'order' IS NULL", [])]


def _pages(pages: str) -> Query:
    """That the address is `shop.example/thanks*`, or `/thanks` of whatever host; * stands for anything."""
    given = quote(pages.partition("://")[2] or pages, safe="/*%:@!$&'()+,;=~")
    begin = "[^/]+" if given.startswith("/") else ""
    like = re.sub(r"([\\%_])", r"\\\1", given.rstrip("/")).replace("*", "%")
    return Query(
        "rtrim(substring(event.properties ->> 'url' FROM %s), '/') LIKE %s", [f"^https?://{begin}(.*)$", like]
    )


def filters(point: Point) -> list[dict]:
    """What must be true of the event besides."""
    if point.kind == Point.Kind.COUPON and point.coupon is not None:
        return [{"property": "coupon", "op": "equals", "value": point.coupon}]
    return point.where


def amount_property(point: Point) -> str:
    return "amount" if point.kind in (Point.Kind.COUPON, Point.Kind.PAGE) else point.amount_property


def days(point: Point) -> timedelta:
    return timedelta(days=point.window_days)


def hours(point: Point) -> timedelta:
    return timedelta(hours=point.view_hours)
