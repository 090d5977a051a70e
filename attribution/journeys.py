"""What touched a person before a conversion, and which touch gets it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from attribution import naming
from attribution.counting import statement
from attribution.models import Credit, Model, Point
from attribution.tag.telling import ORDER_KEY
from events.models import Event
from linking.models import Link
from shops.models import Order

SHOWN = timedelta(days=Point.MOST_DAYS)
MOST = 200  # touches on one page, the newest


@dataclass(frozen=True, slots=True)
class Touch:
    """`models` are those by which the conversion goes to it; `is_in_time` by the point's window."""

    owner: str
    part: str
    way: str
    at: datetime
    name: naming.Name
    step: str
    is_in_time: bool
    models: list[Model]

    @property
    def way_in_words(self) -> str:
        return str(Credit.Way(self.way).label)

    @property
    def kind_in_words(self) -> str:
        return str(Point.Touch(self.owner.partition(":")[0]).label)


@dataclass(frozen=True, slots=True)
class Journey:
    """The way to one order, the newest touch first."""

    order: Order
    friend_id: int | None
    touches: list[Touch]

    @property
    def is_credited(self) -> bool:
        return any(touch.models for touch in self.touches)


def of_order(order: Order, point: Point) -> Journey:
    """All touches in the 90 days before the order, in some five queries."""
    friend_id, customer_id = _who(order)
    rows = statement.touches_before(friend_id, customer_id, order.placed_at, SHOWN)[:MOST]
    chosen = Credit.objects.filter(point=point, source=order.pk)
    models: dict[tuple, list[Model]] = {}
    for credit in chosen.order_by("model"):
        key = (credit.owner, credit.part, credit.way, credit.touched_at)
        models.setdefault(key, []).append(Model(credit.model))
    names = naming.of(owner for owner, *_rest in rows)
    steps = {owner: naming.steps_of(owner) for owner in names if owner.startswith("scenario:")}
    begins = order.placed_at - timedelta(days=point.window_days)
    touches = [
        Touch(
            *(owner, part, way, at, names[owner]),
            step=steps.get(owner, {}).get(part, ""),
            is_in_time=at >= begins,
            models=models.pop((owner, part, way, at), []),
        )
        for owner, part, way, at in rows
    ]
    return Journey(order, friend_id, touches)


def _who(order: Order) -> tuple[int | None, int | None]:
    """Friend and customer whose order it is; where the shop does not know, whom the page tag told of."""
    customer_id = order.customer_id
    if customer_id is None:
        told = Event.objects.filter(key=f"{ORDER_KEY}{order.number}").first()
        if told is None or told.friend_id:
            return (told.friend_id if told else None), None
        customer_id = told.customer_id
    link = Link.objects.active().filter(customer=customer_id).first()
    return (link.friend_id if link else None), customer_id
