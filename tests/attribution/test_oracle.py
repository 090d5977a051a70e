"""Credits against a plain recomputation in Python, over random histories with kills and repetitions."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any, NamedTuple

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from attribution import services
from attribution.counting import turns
from attribution.models import Credit, Point
from attribution.tag import commands
from customers import merging
from customers.models import Customer
from events import timeline
from events.models import Event
from events.timeline import NewEvent
from friends.models import Friend
from linking import bonds
from linking.models import Link
from routes.models import Arrival
from scenarios.models import Send
from shops.models import Order
from shops.orders import upsert_orders
from tests.attribution.factories import HOUR, NOON, arrive, click, tell_order
from tests.factories import make_customer, make_event_type, make_friend, make_route
from tests.scenarios.stories import make_entry, make_send, make_version

PEOPLE = 3


class World:
    """Who there is, and what was chosen for the history to happen to."""

    def __init__(self) -> None:
        make_event_type("tasted")
        self.friends = [make_friend() for _ in range(PEOPLE)]
        self.numbers = [make_customer(f"c{place}").number for place in range(PEOPLE)]
        self.routes = [make_route(f"Route {place}") for place in range(2)]
        made = services.create_point(
            kind="event", name="Tasting", code="tasting", event="tasted", amount_property="paid", by=None
        )
        self.points = [services.orders(), made]
        commands.set_up(origins=["https://shop.example"], by=None)
        self.version = make_version()

    def customer(self, who: int) -> Customer | None:
        return Customer.objects.filter(number=self.numbers[who]).first()


Step = Callable[[World, int, int, int], None]


def clicked(world: World, who: int, what: int, at: int) -> None:
    owner = f"broadcast:{what}" if what % 2 else f"scenario:{what}/step:a"
    click(world.friends[who], owner, moment(at))


def clicked_a_mail(world: World, who: int, what: int, at: int) -> None:
    customer = world.customer(who)
    if customer:
        click(None, f"scenario:{what}/step:m", moment(at), customer_id=customer.pk)


def came(world: World, who: int, what: int, at: int) -> None:
    arrive(world.friends[who], world.routes[what % 2], moment(at), kind="new" if what % 3 else "not_yet")


def ordered(world: World, who: int, what: int, at: int) -> None:
    row = {"number": f"o{what}", "placed_at": moment(at).isoformat(), "total": 100 + at}
    upsert_orders([row | {"customer": world.numbers[who]}])


def told_by_the_tag(world: World, who: int, what: int, at: int) -> None:
    customer = world.customer(who) if what % 3 == 0 else None
    friend = None if customer else world.friends[who]
    tell_order(f"o{what}", moment(at), friend=friend, customer_id=customer and customer.pk, amount=50 + at)


def ordered_by_a_guest(world: World, who: int, what: int, at: int) -> None:
    upsert_orders([{"number": f"o{what}", "placed_at": moment(at).isoformat(), "total": 200 + at}])


def tried(world: World, who: int, what: int, at: int) -> None:
    """Somebody tries a scenario out, or gets it, and clicks in it."""
    friend, ended = world.friends[who], {"state": "ended", "ended_at": moment(at), "reason": "finished"}
    make_send(make_entry(world.version, friend, is_test=bool(what % 2), **ended), accepted_at=moment(at))
    click(friend, f"scenario:{world.version.scenario_id}/step:say", moment(at + what))


def corrected(world: World, who: int, what: int, at: int) -> None:
    upsert_orders([{"number": f"o{what}", "total": 1_000 + at, "refunded": who}])


def cancelled(world: World, who: int, what: int, at: int) -> None:
    upsert_orders([{"number": f"o{what}", "status": ("cancelled", "paid", "returned")[who]}])


def tasted(world: World, who: int, what: int, at: int) -> None:
    customer = world.customer(who) if what % 2 else None
    friend = None if customer else world.friends[who].pk
    number = customer.pk if customer else None
    timeline.record([NewEvent("tasted", moment(at), friend, number, {"paid": at})])


def linked(world: World, who: int, what: int, at: int) -> None:
    customer = world.customer(what % PEOPLE)
    if customer:
        bonds.tie([bonds.Bond(world.friends[who].pk, customer.pk, moment(at), Link.Method.STAFF)])


def unlinked(world: World, who: int, what: int, at: int) -> None:
    bonds.untie({world.friends[who].pk: moment(999)}, Link.Ended.BY_FRIEND)


def merged(world: World, who: int, what: int, at: int) -> None:
    into, gone = world.customer(who), world.customer(what % PEOPLE)
    if into and gone and into != gone:
        merging.merge(into, gone)


def set_otherwise(world: World, who: int, what: int, at: int) -> None:
    changes: dict[str, Any] = {"window_days": 1 + at % 9, "counts": ("each", "once")[what % 2]}
    if who == 0:
        changes["touches"] = ["broadcast", "scenario"] if what % 2 else ["route"]
    services.change_point(world.points[what % 2], by=None, **changes)


def counted(world: World, who: int, what: int, at: int) -> None:
    turns.catch_up()


def killed_while_counting(world: World, who: int, what: int, at: int) -> None:
    with transaction.atomic():
        turns.count(60, keep=lambda: None)
        transaction.set_rollback(True)


STEPS: list[Step] = [
    *(clicked, clicked, clicked_a_mail, came, ordered, ordered, corrected, cancelled, tasted, linked),
    *(linked, unlinked, merged, set_otherwise, counted, killed_while_counting),
    *(told_by_the_tag, told_by_the_tag, ordered_by_a_guest, tried),
]
histories = st.lists(
    st.tuples(st.sampled_from(STEPS), st.integers(0, PEOPLE - 1), st.integers(1, 6), st.integers(0, 240)),
    max_size=40,
)


@pytest.fixture(autouse=True)
def _few_at_once(monkeypatch):
    monkeypatch.setattr(turns, "PORTION", 2)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=histories)
def test_what_is_counted_in_as_it_comes_is_what_python_and_a_whole_count_say(tenant, history):
    with transaction.atomic():
        world = World()
        for step, who, what, at in history:
            step(world, who, what, at)
        turns.catch_up()
        found = kept()

        turns.begin_anew()
        turns.catch_up()

        assert found == expected(world)
        assert kept() == found
        transaction.set_rollback(True)


def moment(hours: int):
    return NOON + timedelta(hours=hours)


def kept() -> set[tuple]:
    names = ("point", "source", "model", "owner", "part", "touched_at", "at", "amount")
    return set(Credit.objects.values_list(*names))


class Done(NamedTuple):
    source: int
    at: Any
    amount: Decimal


class Touch(NamedTuple):
    at: Any
    place: int
    number: int
    owner: str
    part: str


def expected(world: World) -> set[tuple]:
    """By plain loops over all rows."""
    found = set()
    for point in Point.objects.all():
        for friend, customer in people():
            done = sorted(conversions(point, friend, customer), key=lambda each: (each.at, each.source))
            for each in done[:1] if point.counts == "once" else done:
                touches = [
                    touch for touch in touches_of(point, friend, customer) if in_time(point, touch, each)
                ]
                for model, choose in (("last", max), ("first", min)):
                    if touches:
                        best = choose(touches)
                        row = (
                            point.pk,
                            each.source,
                            model,
                            best.owner,
                            best.part,
                            best.at,
                            each.at,
                            each.amount,
                        )
                        found.add(row)
    return found


def in_time(point: Point, touch: Touch, done: Done) -> bool:
    window = timedelta(days=point.window_days)
    return done.at - window <= touch.at <= done.at and touch.owner.split(":")[0] in point.touches


def people() -> Iterator[tuple[int | None, int | None]]:
    links = dict(Link.objects.filter(unlinked_at=None).values_list("customer_id", "friend_id"))
    for pk in Customer.objects.values_list("pk", flat=True):
        yield links.get(pk), pk
    for pk in Friend.objects.values_list("pk", flat=True):
        if pk not in links.values():
            yield pk, None


def conversions(point: Point, friend: int | None, customer: int | None) -> Iterator[Done]:
    if point.kind == "order":
        for order in Order.objects.all():
            if customer and order.customer_id == customer and order.status not in ("cancelled", "returned"):
                yield Done(order.pk, order.placed_at, order.total - order.refunded)
        yield from told_orders(friend, customer)
        return
    for event in Event.objects.filter(type="tasted"):
        if is_theirs(event, friend, customer):
            yield Done(event.pk, event.at, Decimal(event.properties["paid"]))


def told_orders(friend: int | None, customer: int | None) -> Iterator[Done]:
    """What the tag told of, unless the shop knows whose it is; what the shop says of it counts."""
    for event in Event.objects.filter(type="converted"):
        known = Order.objects.filter(number=event.properties["order"]).first()
        if not is_theirs(event, friend, customer) or (known and known.customer_id):
            continue
        if known is None:
            yield Done(-event.pk, event.at, Decimal(event.properties["amount"]))
        elif known.status not in ("cancelled", "returned"):
            yield Done(known.pk, known.placed_at, known.total - known.refunded)


def is_a_try(event: Event) -> bool:
    """Whether what they had got last of this step was one."""
    if event.properties["kind"] != "scenario":
        return False
    step, scenario = event.properties.get("step"), event.properties["scenario"]
    sends = Send.objects.filter(
        friend_id=event.friend_id, scenario_id=scenario, step=step, accepted_at__lte=event.at
    )
    last = sends.order_by("-accepted_at").first()
    return last is not None and last.is_test


def touches_of(point: Point, friend: int | None, customer: int | None) -> Iterator[Touch]:
    for event in Event.objects.filter(type="clicked"):
        if is_theirs(event, friend, customer) and not is_a_try(event):
            kind = event.properties["kind"]
            step = event.properties.get("step")
            owner, part = f"{kind}:{event.properties[kind]}", f"step:{step}" if step else ""
            yield Touch(event.at, 2, event.pk, owner, part)
    for arrival in Arrival.objects.exclude(kind="not_yet"):
        if arrival.friend_id == friend:
            yield Touch(arrival.at, 1, arrival.pk, f"route:{arrival.route_id}", "")


def is_theirs(event: Event, friend: int | None, customer: int | None) -> bool:
    if event.friend_id is not None:
        return event.friend_id == friend
    return event.customer_id == customer


def test_the_plain_recomputation_finds_something(tenant):
    world = World()
    linked(world, 0, 0, 0)
    clicked(world, 0, 1, 1)
    ordered(world, 0, 1, 2)
    turns.catch_up()

    assert kept() == expected(world)
    assert len(kept()) == 2
    assert next(iter(kept()))[5] == NOON + HOUR
