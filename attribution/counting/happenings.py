"""What counts as a conversion of a point, in SQL: of `people`, with the moment and what it is worth."""

from datetime import timedelta

from attribution.models import Point
from segments.leaves import Query
from segments.types import occurrences
from shops.models import Order

# Orders that are cancelled, wholly returned or tests do not count; what was given back is taken off.
ORDERED = """
SELECT bought.id::bigint AS source, people.friend_id, people.customer_id, bought.placed_at AS at,
       bought.total - bought.refunded AS amount
FROM people JOIN shops_order AS bought ON bought.customer_id = people.customer_id
WHERE NOT bought.is_test AND bought.status <> ALL(%s)"""
# An event is its friend's; one that names only a customer is of the friend who is that customer at present.
DID = """
SELECT event.id AS source, people.friend_id, people.customer_id, event.at, {amount} AS amount
FROM people JOIN events_event AS event ON {whose} WHERE {which}"""
OF_FRIEND = "event.friend_id = people.friend_id"
OF_CUSTOMER = "event.customer_id = people.customer_id AND event.friend_id IS NULL"
# Whatever a program has sent fits the column.
AMOUNT = """
least(greatest(coalesce(
    CASE WHEN jsonb_typeof(event.properties -> %s) = 'number' THEN (event.properties ->> %s)::numeric END,
    %s::numeric, 0), 0), 99999999999)"""


def of(point: Point) -> Query:
    """`source`, `friend_id`, `customer_id`, `at` and `amount` of each conversion of `people`."""
    if point.kind == Point.Kind.ORDER:
        return Query(ORDERED, [list(Order.UNCOUNTED)])
    condition = occurrences.which(event_of(point), filters(point))
    amount = amount_property(point)
    params = [amount, amount, point.value_yen, *condition.params]
    both = [DID.format(amount=AMOUNT, whose=whose, which=condition.sql) for whose in (OF_FRIEND, OF_CUSTOMER)]
    return Query(" UNION ALL ".join(both), params * 2)


def event_of(point: Point) -> str:
    """The type of event that it counts; "" for orders."""
    return {
        Point.Kind.ORDER: "",
        Point.Kind.EVENT: point.event,
        Point.Kind.COUPON: "redeemed",
    }[Point.Kind(point.kind)]


def filters(point: Point) -> list[dict]:
    """What must be true of the event besides."""
    if point.kind == Point.Kind.COUPON and point.coupon is not None:
        return [{"property": "coupon", "op": "equals", "value": point.coupon}]
    return point.where


def amount_property(point: Point) -> str:
    return "amount" if point.kind == Point.Kind.COUPON else point.amount_property


def days(point: Point) -> timedelta:
    return timedelta(days=point.window_days)


def hours(point: Point) -> timedelta:
    return timedelta(hours=point.view_hours)
