"""Random histories: what may happen to a few friends, customers and tags, step by step."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

import time_machine
from hypothesis import strategies as st

from customers.models import Customer
from events import timeline, versions
from events.timeline import NewEvent
from friends.models import Friend, FriendTag, Tag
from linking.models import Link
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


def follow(world: World, who: int, days_ago: int) -> None:
    at = world.now - timedelta(days=days_ago, hours=who)
    Friend.objects.filter(pk=world.friend(who).pk).update(status="friend", followed_at=at)
    versions.touch("friends")


def block(world: World, who: int, _what: int) -> None:
    Friend.objects.filter(pk=world.friend(who).pk).update(status="blocked")
    versions.touch("friends")


def tag(world: World, who: int, what: int) -> None:
    tag = world.tags[what % TAGS]
    FriendTag.objects.get_or_create(friend=world.friend(who), tag=tag)
    versions.touch(f"tag:{tag.pk}")


def untag(world: World, who: int, what: int) -> None:
    tag = world.tags[what % TAGS]
    FriendTag.objects.filter(friend=world.friend(who), tag=tag).delete()
    versions.touch(f"tag:{tag.pk}")


def link(world: World, who: int, what: int) -> None:
    unlink(world, who, what)
    Link.objects.create(
        friend=world.friend(who), customer=world.customer(what), method="api", linked_at=world.now
    )


def unlink(world: World, who: int, what: int) -> None:
    Link.objects.active().filter(friend=world.friend(who)).update(unlinked_at=world.now)
    Link.objects.active().filter(customer=world.customer(what)).update(unlinked_at=world.now)
    versions.touch("links")


def know_rank(world: World, who: int, what: int) -> None:
    attributes = {"rank": ["gold", "silver", 1][what % 3], "points": what % 4}
    Customer.objects.filter(pk=world.customer(who).pk).update(attributes=attributes)
    versions.touch("customers")


def know_birthday(world: World, who: int, what: int) -> None:
    birthday = date(1988 + what, 1, 1)
    Customer.objects.filter(pk=world.customer(who).pk).update(birthday=birthday, attributes={})
    versions.touch("customers")


def do(world: World, who: int, what: int) -> None:
    """A friend, a customer, or both known to be the same at that time, did something, some days ago."""
    friend = world.friend(who).pk if what % 3 != 1 else None
    customer = world.customer(what).pk if what % 3 != 0 else None
    at = world.now - timedelta(days=(who + what) % 5, hours=who)
    kind, product = ("bought", "viewed")[what % 2], ("lotion", "cream")[who % 2]
    timeline.record(
        [NewEvent(kind, at=at, friend_id=friend, customer_id=customer, properties={"product": product})]
    )


def wait(world: World, who: int, what: int) -> None:
    world.clock.shift(timedelta(hours=who, minutes=what))


Step = tuple[Callable[[World, int, int], None], int, int]
STEPS = [follow, block, tag, untag, link, link, unlink, know_rank, know_rank, know_birthday, do, do, do, wait]


def history(seed: int, length: int) -> list[Step]:
    """Evenly random; steps drawn one by one would mostly be the first kind, done to the first friend."""
    chance = Random(seed)
    return [
        (chance.choice(STEPS), chance.randrange(PEOPLE), chance.randrange(PEOPLE)) for _step in range(length)
    ]


histories = st.builds(history, seed=st.integers(0, 2**32), length=st.integers(0, 40))
few_steps = st.builds(history, seed=st.integers(0, 2**32), length=st.integers(0, 8))
