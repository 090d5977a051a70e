"""What friends bought since they came by a route, as far as they are linked."""

from datetime import datetime
from typing import Any

from django.db import connection

from routes.models import AdCost, Arrival
from routes.values import Value
from shops.models import Order

BROUGHT = """
SELECT arrival.route_id, count(DISTINCT arrival.friend_id), count(DISTINCT bought.customer_id),
       coalesce(sum(bought.total - bought.refunded), 0)
FROM routes_arrival arrival
JOIN linking_link link ON link.friend_id = arrival.friend_id AND link.unlinked_at IS NULL
LEFT JOIN shops_order bought ON bought.customer_id = link.customer_id AND bought.placed_at >= arrival.at
    AND NOT bought.is_test AND bought.status <> ALL(%(uncounted)s) AND bought.currency = %(currency)s
WHERE arrival.kind = %(new)s AND arrival.at >= %(start)s AND arrival.at < %(end)s
GROUP BY arrival.route_id
"""


def of_routes(start: datetime, end: datetime) -> dict[int, Value]:
    """By route, of those who became friends by it from `start` until before `end`.

    Counted are orders in yen that neither are cancelled nor were placed before the friend came.
    """
    given: dict[str, Any] = {"start": start, "end": end, "uncounted": list(Order.UNCOUNTED)}
    with connection.cursor() as cursor:
        cursor.execute(BROUGHT, given | {"new": Arrival.Kind.NEW, "currency": AdCost.CURRENCY})
        return {route: Value(linked, buyers, revenue) for route, linked, buyers, revenue in cursor}
