"""What an order is on its customer's timeline."""

from collections.abc import Iterator
from datetime import datetime

from events.timeline import NewEvent
from shops.models import Order
from shops.told import plain


def of(order: Order) -> list[NewEvent]:
    """All events of an order as it is now; none while it is nobody's, or a test.

    A cancelled order has no `order_placed` and nothing `bought`: whoever asks who bought asks the timeline,
    and need not know of cancellations. What was ordered then stands in `order_cancelled`.
    """
    if order.customer_id is None or order.is_test:
        return []
    return [*(_placed(order) if order.is_counted else _cancelled(order)), *_on_its_way(order)]


def _placed(order: Order) -> Iterator[NewEvent]:
    yield _event(order, "order_placed", order.placed_at, _summary(order))
    for place, line in enumerate(order.lines):
        properties = {
            "product": line.get("product") or line.get("name"),
            "name": line.get("name"),
            "category": line.get("category"),
            "quantity": line["quantity"],
            "amount": line["amount"],
            "order": order.number,
        }
        yield _event(order, "bought", order.placed_at, properties, part=str(place))
    if order.total != order.first_total:
        properties = {
            "order": order.number,
            "total": plain(order.total),
            "total_before": plain(order.first_total),
        }
        yield _event(order, "order_corrected", order.told_at("total"), properties)


def _cancelled(order: Order) -> Iterator[NewEvent]:
    at = order.cancelled_at or order.told_at("status")
    properties = _summary(order) | {"placed_at": order.placed_at.isoformat(), "status": order.status}
    yield _event(order, "order_cancelled", at, properties)


def _on_its_way(order: Order) -> Iterator[NewEvent]:
    tracking = {"order": order.number, "tracking_number": order.tracking_number}
    if order.shipped_at:
        yield _event(order, "order_shipped", order.shipped_at, tracking)
    if order.delivered_at:
        yield _event(order, "order_delivered", order.delivered_at, tracking)


def _summary(order: Order) -> dict:
    return {
        "order": order.number,
        "total": plain(order.total),
        "items": sum(line["quantity"] for line in order.lines),
        "products": [line.get("product") or line.get("name") for line in order.lines],
        "coupon": order.coupon_code,
        "shop": order.source,
    }


def _event(order: Order, type_: str, at: datetime, properties: dict, *, part: str = "") -> NewEvent:
    kept = {name: value for name, value in properties.items() if value not in (None, "")}
    key = f"order:{order.pk}:{type_}:{part}"
    return NewEvent(type_, at, customer_id=order.customer_id, properties=kept, key=key)
