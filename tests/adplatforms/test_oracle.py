"""What a receiver holds, against plain Python, over random orders, consents, clicks, corrections, kills."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adplatforms.consenting import consents
from adplatforms.handing import sending, turns
from adplatforms.handing.reckoning import event_id
from adplatforms.models import Delivery
from attribution.counting import turns as attribution
from attribution.services import orders
from customers.models import Customer
from friends.models import Friend
from shops.models import Order
from shops.orders import upsert_orders
from tests.adplatforms.factories import bodies, came_by_ad, hand_over, held, make_buyer, make_destination
from tests.relays.tools import Tool

PEOPLE = 2
START = datetime(2026, 11, 10, 3, tzinfo=timezone.get_default_timezone())
HOUR = timedelta(hours=1)
WINDOW, DELAY = 2, 5  # days, hours


@dataclass
class World:
    """Who there is; what Python says the receiver holds; and the clock."""

    tool: Tool
    clock: Any
    people: list[tuple[Friend, Customer]]
    clicks: list[tuple[int, datetime]] = field(default_factory=list)
    agreed: dict[int, bool] = field(default_factory=dict)
    holds: dict[str, float] = field(default_factory=dict)

    def now(self) -> datetime:
        return timezone.now()

    def expect(self) -> None:
        """As the receiver would be told now, by plain loops."""
        for order in Order.objects.all():
            event = str(event_id(orders(), order.pk))
            counts = order.status not in ("cancelled", "returned") and order.customer_id is not None
            amount = float(order.total - order.refunded)
            if event in self.holds:
                if counts:
                    self.holds[event] = amount
                else:
                    del self.holds[event]
            elif counts and self.may_tell(order):
                self.holds[event] = amount

    def may_tell(self, order: Order) -> bool:
        who = next(
            place for place, (_f, customer) in enumerate(self.people) if customer.pk == order.customer_id
        )
        has_click = any(
            person == who and order.placed_at - timedelta(days=WINDOW) <= at <= order.placed_at
            for person, at in self.clicks
        )
        # What was told once and taken back comes back at once; what is new waits.
        return has_click and self.agreed.get(who, False) and order.placed_at + DELAY * HOUR <= self.now()


Step = Callable[[World, int, int], None]


def ordered(world: World, who: int, what: int) -> None:
    told = {"number": f"o{what}", "placed_at": world.now().isoformat(), "total": 100 + what}
    if not Order.objects.filter(number=f"o{what}").exists():
        upsert_orders([told | {"customer": world.people[who][1].number}])


def corrected(world: World, who: int, what: int) -> None:
    if Order.objects.filter(number=f"o{what}").exists():
        upsert_orders([{"number": f"o{what}", "total": 500 + who, "refunded": what}])


def cancelled(world: World, who: int, what: int) -> None:
    if Order.objects.filter(number=f"o{what}").exists():
        upsert_orders([{"number": f"o{what}", "status": ("cancelled", "paid")[who]}])


def moved(world: World, who: int, what: int) -> None:
    if Order.objects.filter(number=f"o{what}").exists():
        upsert_orders([{"number": f"o{what}", "customer": world.people[who][1].number}])


def clicked(world: World, who: int, what: int) -> None:
    """Known by now, of some hours ago: perhaps of before an order that is there already."""
    at = world.now() - what * 3 * HOUR
    came_by_ad(world.people[who][0], at, gclid=f"g{what}")
    world.clicks.append((who, at))


def said(world: World, who: int, what: int) -> None:
    world.agreed[who] = what % 3 > 0
    consents.state(world.people[who][1], is_given=world.agreed[who], how="page", by=None)


def time_passed(world: World, who: int, what: int) -> None:
    world.clock.shift(what * HOUR)


def handed_over(world: World, who: int, what: int) -> None:
    hand_over()
    world.expect()
    hand_over()  # again, it changes nothing


def killed_while_reckoning(world: World, who: int, what: int) -> None:
    attribution.catch_up()
    with transaction.atomic():
        turns.reckon(60, keep=lambda: None)
        transaction.set_rollback(True)


def killed_between_send_and_store(world: World, who: int, what: int) -> None:
    """Everything that is due has arrived, and nobody has kept it. What follows comes after the lease."""
    attribution.catch_up()
    turns.catch_up()
    world.expect()
    seen = len(world.tool.got)
    claimed, _has_judged = sending.claim()
    run = sending.Run()
    run.begin(claimed)
    while len(world.tool.got) < seen + len(claimed):
        pass
    hand_over()
    world.clock.shift(sending.LEASE + timedelta(seconds=1))
    hand_over()
    world.expect()


STEPS: list[Step] = [
    *(ordered, ordered, clicked, clicked, said, said, corrected, cancelled, moved, time_passed),
    *(time_passed, handed_over, killed_while_reckoning, killed_between_send_and_store),
]
histories = st.lists(
    st.tuples(st.sampled_from(STEPS), st.integers(0, PEOPLE - 1), st.integers(1, 6)), max_size=25
)


@pytest.fixture(autouse=True)
def _few_at_once(monkeypatch):
    monkeypatch.setattr(turns, "PORTION", 1)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=histories)
def test_what_a_receiver_holds_is_what_python_says(receiver, time_machine, history):
    check(receiver, time_machine, history)


def test_the_plain_recomputation_holds_something(receiver, time_machine):
    history = [(said, 0, 1), (clicked, 0, 1), (ordered, 0, 2), (time_passed, 0, 6)]
    more = [(killed_between_send_and_store, 0, 1), (corrected, 0, 2), (handed_over, 0, 1)]

    found = check(receiver, time_machine, history + more)

    assert list(found.values()) == [498]


def check(receiver: Tool, clock: Any, history: list[tuple[Step, int, int]]) -> dict[str, Any]:
    receiver.got.clear()
    clock.move_to(START)
    with transaction.atomic():
        make_destination(receiver, window_days=WINDOW, delay_hours=DELAY, since=START - 3 * 24 * HOUR)
        people = [make_buyer(f"c{place}", agreed=None) for place in range(PEOPLE)]
        world = World(receiver, clock, people)
        for step, who, what in history:
            step(world, who, what)
        handed_over(world, 0, 0)

        assert held(receiver) == world.holds
        assert_each_told_once(receiver)
        transaction.set_rollback(True)
    return held(receiver)


def assert_each_told_once(receiver: Tool) -> None:
    """Repetitions say the same; nothing is skipped between two numbers; one ID for each conversion."""
    said_by_key: dict[str, Any] = {}
    for told in bodies(receiver):
        known = said_by_key.setdefault(told["id"], told)
        assert {**known, "user": 0} == {**told, "user": 0}
    for event in {told["event_id"] for told in said_by_key.values()}:
        numbers = [told["number"] for told in said_by_key.values() if told["event_id"] == event]
        assert numbers == list(range(1, len(numbers) + 1))
    assert not Delivery.objects.filter(state="failed").exists()
