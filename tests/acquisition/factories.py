"""People who join by a route, block, come back and buy."""

from datetime import UTC, datetime, timedelta

from events import timeline
from events.timeline import NewEvent
from friends.models import Friend
from routes.models import Arrival, Route
from tests.factories import make_arrival, make_customer, make_friend, make_link, make_order

NOW = datetime(2026, 11, 20, 3, tzinfo=UTC)  # noon in Japan
DAY = timedelta(days=1)


def happen(friend: Friend, type_: str, at: datetime) -> None:
    timeline.record([NewEvent(type_, at, friend.pk)])


def join(route: Route | None = None, *, days_ago: float = 100, **visit: object) -> Friend:
    """Somebody new, by a route or by none that is known; `visit` is what the opened link had with it."""
    at = NOW - days_ago * DAY
    friend = make_friend(followed_at=at)
    happen(friend, "followed", at)
    if route:
        arrival = make_arrival(friend, route=route, at=at + timedelta(seconds=5), followed_at=at)
        type(arrival.visit).objects.filter(pk=arrival.visit_id).update(at=at, **visit)
    return friend


def join_many(count: int, route: Route | None = None, *, days_ago: float = 100) -> list[Friend]:
    return [join(route, days_ago=days_ago) for _ in range(count)]


def buy(friend: Friend, *, days_ago: float, total: int = 3_000, **told: object) -> None:
    """An order of the customer to whom the friend is linked, who is made if there is none."""
    link = friend.links.filter(unlinked_at=None).select_related("customer").first()
    customer = link.customer if link else make_customer()
    if link is None:
        make_link(friend, customer, linked_at=NOW - days_ago * DAY)
    placed = (NOW - days_ago * DAY).isoformat()
    make_order(customer=customer.number, placed_at=placed, total=total, **({"currency": "JPY"} | told))


def arrived(friend: Friend) -> Arrival:
    return Arrival.objects.get(friend=friend)
