"""Linked, unlinked, linked anew and merged by any way, in any order, some of it heard of late."""

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import pairwise

from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from customers import life
from customers import merging as customers_merging
from customers.models import Customer
from events import timeline
from events.timeline import NewEvent
from friends.models import Friend
from linking import bonds, conflicts, pairs, unlinking
from linking.bonds import Bond
from linking.models import Link, LinkConflict
from linking.pairs import Pair
from segments import services as segments
from tests.factories import make_customer, make_friend

PEOPLE, CUSTOMERS = ["aoi", "ren", "mei"], ["1", "2", "3"]
BOUGHT = {"all": [{"type": "events", "event": "bought", "count_at_least": 1}]}
person, customer = st.sampled_from(PEOPLE), st.sampled_from(CUSTOMERS)
step = st.one_of(
    st.tuples(st.just("agree"), person, customer, st.booleans()),
    st.tuples(st.sampled_from(["login", "liff"]), person, customer, st.just(False)),
    st.tuples(st.sampled_from(["list", "replace", "by hand", "decide"]), person, customer, st.just(False)),
    st.tuples(st.sampled_from(["wish", "staff ends"]), person, st.just(""), st.just(False)),
    st.tuples(st.just("merge"), st.just(""), customer, st.just(False)),
)


class World:
    """Friends and customers of one example, a clock, and what LINE has not told of yet."""

    def __init__(self) -> None:
        self.friends = {name: make_friend(name) for name in PEOPLE}
        self.customers = {number: make_customer(number).pk for number in CUSTOMERS}
        self.clock = timezone.now() - timedelta(days=1)
        self.late: list[Bond] = []
        self.wished: dict[int, datetime] = {}
        self.known: set[int] = set()

    def now(self) -> datetime:
        self.clock += timedelta(minutes=1)
        return self.clock

    def do(self, kind: str, name: str, number: str, is_late: bool) -> None:
        """One step. What has no meaning any more, since a customer was merged, does nothing."""
        steps: dict[str, Callable[[str, str, bool], None]] = {
            "agree": self.agree,
            "login": lambda name, number, _late: self.prove(Link.Method.LINE_LOGIN, name, number),
            "liff": lambda name, number, _late: self.prove(Link.Method.LIFF, name, number),
            "list": lambda name, number, _late: self.claim(Link.Method.IMPORT, name, number),
            "replace": lambda name, number, _late: self.claim(Link.Method.API, name, number, replace=True),
            "by hand": lambda name, number, _late: self.claim(Link.Method.STAFF, name, number, replace=True),
            "decide": self.decide,
            "wish": lambda name, _number, _late: self.wish(name),
            "staff ends": lambda name, _number, _late: self.staff_ends(name),
            "merge": lambda _name, number, _late: self.merge(number),
        }
        steps[kind](name, number, is_late)
        self.known |= set(Link.objects.values_list("pk", flat=True))

    def agree(self, name: str, number: str, is_late: bool) -> None:
        bond = Bond(self.friends[name].pk, self.customers[number], self.now(), Link.Method.ACCOUNT_LINK)
        self.late.append(bond)
        if not is_late:
            self.hear()

    def hear(self) -> None:
        """LINE tells of agreements, also of some that have been withdrawn since."""
        told, self.late = self.late, []
        present = set(Customer.objects.values_list("pk", flat=True))
        bonds.tie(
            [
                Bond(bond.friend_id, bond.customer_id, bond.at, bond.method, until=self.until(bond))
                for bond in told
                if bond.customer_id in present
            ]
        )

    def until(self, bond: Bond) -> datetime | None:
        wished = self.wished.get(bond.friend_id)
        return wished if wished and wished >= bond.at else None

    def prove(self, method: Link.Method, name: str, number: str) -> None:
        bonds.tie([Bond(self.friends[name].pk, self.customers[number], self.now(), method)])

    def claim(self, method: Link.Method, name: str, number: str, *, replace: bool = False) -> None:
        pair = Pair(number, friend=self.friends[name].pk, linked_at=self.now())
        pairs.link_pairs([pair], method=method, replace=replace)

    def decide(self, name: str, number: str, _late: bool) -> None:
        theirs = LinkConflict.objects.open().filter(friend=self.friends[name])
        conflicts.decide_many([each.pk for each in theirs], replace=number == "1", by=None)

    def wish(self, name: str) -> None:
        friend = self.friends[name].pk
        self.wished[friend] = self.now()
        unlinking.unlink_friends({friend: self.clock}, how=Link.Ended.BY_FRIEND)
        assert not Link.objects.active().filter(friend=friend, linked_at__lte=self.clock).exists()

    def staff_ends(self, name: str) -> None:
        unlinking.unlink_friends({self.friends[name].pk: self.now()}, how=Link.Ended.BY_STAFF)

    def merge(self, number: str) -> None:
        """Into the next customer; afterwards the number means that one."""
        others = sorted(set(self.customers.values()) - {self.customers[number]})
        if not others:
            return
        gone = Customer.objects.get(pk=self.customers[number])
        into = Customer.objects.get(pk=others[0])
        customers_merging.merge(into, gone, by=None)
        self.customers = {each: into.pk if pk == gone.pk else pk for each, pk in self.customers.items()}


def check_links(world: World) -> None:
    """Nobody has two at once, now or ever; nothing that was known is lost."""
    active = list(Link.objects.active())
    assert (
        len({link.friend_id for link in active}) == len({link.customer_id for link in active}) == len(active)
    )
    for friend in world.friends.values():
        links = list(Link.objects.filter(friend=friend).order_by("linked_at", "unlinked_at"))
        assert all(link.ended and link.linked_at <= link.unlinked_at for link in links if link.unlinked_at)
        assert all(first.unlinked_at <= then.linked_at for first, then in pairwise(links))
    assert world.known <= set(Link.objects.values_list("pk", flat=True))


def check_lives(world: World) -> None:
    """A customer's purchases belong to the friend of now alone; a friend's life to the customer of then."""
    active = {link.customer_id: link.friend_id for link in Link.objects.active()}
    for pk in set(world.customers.values()):
        timeline.record([NewEvent("bought", world.clock, customer_id=pk, key=f"bought {pk}")])
        stretches = life.stretches(Customer.objects.get(pk=pk))
        own = Link.objects.filter(customer=pk).values_list("friend_id", "linked_at", "unlinked_at")
        assert {(each.friend_id, each.since, each.until) for each in stretches} == set(own)
    buyers = set(segments.evaluate(BOUGHT, fresh=True))
    assert buyers == set(active.values())


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=st.lists(step, min_size=1, max_size=12))
def test_never_two_links_never_a_wrong_life_and_nothing_lost(tenant, history):
    with transaction.atomic():
        world = World()
        for each in history:
            world.do(*each)
            check_links(world)
        world.hear()
        check_links(world)
        check_lives(world)
        transaction.set_rollback(True)
    assert not Friend.objects.exists()
