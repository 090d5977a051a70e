"""A few friends, customers and tags, and the clock: what the steps of a random history find."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import time_machine

from customers.models import Customer
from friends.models import Friend, Tag
from tests.factories import make_customer, make_friend, make_tag

BEGIN = datetime.fromisoformat("2026-06-15T22:30:00+09:00")
PEOPLE, TAGS, CUSTOMERS = 6, 3, 4


@dataclass
class World:
    """What the steps of a history find: rows by place, so that steps can be drawn before rows are made."""

    friends: list[Friend]
    tags: list[Tag]
    customers: list[Customer]
    clock: time_machine.Traveller

    @property
    def now(self) -> datetime:
        return datetime.now(BEGIN.tzinfo)

    def friend(self, place: int) -> Friend:
        return self.friends[place % len(self.friends)]

    def customer(self, place: int) -> Customer:
        return self.customers[place % len(self.customers)]


def make_world(clock: time_machine.Traveller) -> World:
    return World(
        friends=[make_friend() for _person in range(PEOPLE)],
        tags=[make_tag() for _tag in range(TAGS)],
        customers=[make_customer(birthday=None) for _customer in range(CUSTOMERS)],
        clock=clock,
    )


Step = Callable[[World, int, int], None]


def wait(world: World, who: int, what: int) -> None:
    world.clock.shift(timedelta(hours=who, minutes=what))
