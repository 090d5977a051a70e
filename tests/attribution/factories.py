"""People who click, come by a route and buy, and what each conversion is credited to."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from attribution.counting import turns
from attribution.models import Credit, Point
from attribution.services import orders
from attribution.tag.telling import Told
from events import timeline, versions
from events.timeline import NewEvent
from friends.models import Friend
from routes.models import Arrival, Route
from tests.factories import make_arrival, make_customer, make_friend, make_link, make_order

NOON = datetime(2026, 11, 10, 3, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def make_buyer(number: str = "") -> tuple[Friend, str]:
    """A friend who is a customer, and the customer's number."""
    friend, customer = make_friend(), make_customer(number)
    make_link(friend, customer)
    return friend, customer.number


def click(who: Friend | None, owner: str, at: datetime = NOON, *, customer_id: int | None = None) -> None:
    """As the redirect records it: `click(aoi, "broadcast:7")`, `click(aoi, "scenario:3/step:a")`."""
    whole, _slash, part = owner.partition("/")
    kind, _colon, number = whole.partition(":")
    step = {"step": part.partition(":")[2]} if part else {}
    properties = {
        "kind": kind,
        kind: int(number),
        "name": kind.title(),
        "url": "https://shop.example/",
    } | step
    friend = who.pk if who else None
    timeline.record([NewEvent("clicked", at, friend, customer_id, properties)])


def arrive(who: Friend, route: Route, at: datetime = NOON, **fields: object) -> Arrival:
    made = make_arrival(who, route=route, at=at, **fields)
    versions.touch("arrivals", friends=[who.pk])
    return made


def tell_order(
    number: str,
    at: datetime = NOON + HOUR,
    *,
    friend: Friend | None = None,
    customer_id: int | None = None,
    amount: int = 3_000,
    **told: object,
) -> None:
    """As the page tag tells of an order."""
    reported = Told("", "convert", {"name": "purchase", "order": number, "amount": amount} | told, at)
    timeline.record([reported.event(friend.pk if friend else None, customer_id)])


def buy(customer: str, at: datetime = NOON + HOUR, total: int = 3_000, **told: object) -> str:
    """The number of an order."""
    return make_order(customer=customer, placed_at=at.isoformat(), total=total, **told).number


def credited(point: Point | None = None, model: str = "last") -> list[tuple[str, Decimal]]:
    """To what the point's conversions go, with their worth, in order of time, once all is counted."""
    turns.catch_up()
    found = Credit.objects.filter(point=point or orders(), model=model).order_by("at", "source")
    return [(f"{each.owner}/{each.part}".rstrip("/"), each.amount) for each in found]
