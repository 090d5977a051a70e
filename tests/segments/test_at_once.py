"""Writers and counters at once, on connections of their own."""

import random
import threading
from collections.abc import Callable

import pytest
from django.db import connection, transaction
from django.utils import timezone

from events import timeline, versions
from events.timeline import NewEvent
from friends import services as friends
from linking.models import Link
from segments import services
from segments.models import LeafCache
from segments.types.friends import Tagged
from tests.factories import make_customer, make_friend, make_tag
from tests.segments.test_cache import in_another_connection, start
from tests.segments.test_incremental import load, members, way

BOUGHT = {"type": "events", "event": "bought", "count_at_least": 2}
LINKED = {"type": "linked", "is": True}


def test_what_is_not_committed_is_found_when_it_is(own_tenant):
    aoi = make_friend("aoi")
    vip = make_tag("VIP")
    leaf = Tagged(tag=vip.pk)
    load(leaf)

    with transaction.atomic():
        friends.tag_friends([aoi.pk], vip)
        assert in_another_connection(own_tenant, lambda: members(load(leaf))) == set()

    loaded = in_another_connection(own_tenant, lambda: load(leaf))
    assert (members(loaded), way(loaded)) == ({aoi.pk}, (0, 1))


def test_what_is_rolled_back_is_not_at_hand(tenant):
    aoi, vip = make_friend("aoi"), make_tag("VIP")
    leaf = Tagged(tag=vip.pk)
    load(leaf)

    with transaction.atomic():
        friends.tag_friends([aoi.pk], vip)
        assert members(load(leaf)) == {aoi.pk}
        transaction.set_rollback(True)

    assert members(load(leaf)) == set()
    assert way(load(leaf)) == (0, 0)


def test_nobody_is_in_both_of_two_that_change_together(own_tenant):
    """While friends change from one tag to the other, what is frozen has each of them once."""
    left, right = make_tag("left"), make_tag("right")
    people = [make_friend(tags=[left]).pk for _person in range(30)]
    both = {"all": [{"type": "tag", "tag": left.pk}, {"type": "tag", "tag": right.pk}]}
    either = {"any": both["all"]}
    seen: list[tuple[int, int]] = []

    def watch() -> None:
        for _time in range(25):
            seen.append((services.freeze(both).count, services.freeze(either).count))

    watchers = [start(own_tenant, watch) for _watcher in range(2)]
    for person in people:
        with transaction.atomic():
            friends.untag_friends([person], left)
            friends.tag_friends([person], right)
    for watcher in watchers:
        watcher.join()

    assert set(seen) == {(0, 30)}
    assert len(seen) == 50


def test_a_writer_that_is_killed_leaves_no_trace(own_tenant):
    aoi, ren, vip = make_friend("aoi"), make_friend("ren"), make_tag("VIP")
    leaf = Tagged(tag=vip.pk)
    load(leaf)

    def write_and_die() -> None:
        connection.set_autocommit(False)
        friends.tag_friends([aoi.pk], vip)
        connection.connection.close()

    start(own_tenant, write_and_die).join()
    friends.tag_friends([ren.pk], vip)

    loaded = load(leaf)
    assert (members(loaded), way(loaded)) == ({ren.pk}, (0, 1))


def test_whatever_writers_and_counters_did_at_once_is_counted_at_the_end(own_tenant):
    write_and_count(own_tenant, writers=3, changes=25)


@pytest.mark.chaos
def test_whatever_many_did_at_once_for_long_is_counted_at_the_end(own_tenant):
    write_and_count(own_tenant, writers=6, changes=1_500)


def write_and_count(tenant, *, writers: int, changes: int) -> None:
    """Some of the changes are rolled back. Counters go on until the last writer has ended."""
    vip = make_tag("VIP")
    people = [make_friend().pk for _person in range(12)]
    customers = [make_customer(f"{place}").pk for place in range(12)]
    asked = [{"type": "tag", "tag": vip.pk}, BOUGHT, LINKED, {"not": BOUGHT}]
    tree = {"any": [{"all": asked}, *asked]}
    is_over = threading.Event()

    def write(seed: int) -> None:
        chance = random.Random(seed)
        for _change in range(changes):
            with transaction.atomic():
                chance.choice(CHANGES)(chance.choice(people), chance.choice(customers), vip)
                transaction.set_rollback(chance.random() < 0.2)

    def count() -> None:
        while not is_over.is_set():
            services.count(tree)
            services.freeze(tree)

    counting = [start(tenant, count) for _counter in range(2)]
    writing = [start(tenant, lambda seed=seed: write(seed)) for seed in range(writers)]
    for writer in writing:
        writer.join()
    is_over.set()
    for counter in counting:
        counter.join()

    remembered = {path: services.evaluate(raw) for path, raw in enumerate(asked)}
    LeafCache.objects.all().delete()
    assert {path: services.evaluate(raw) for path, raw in enumerate(asked)} == remembered
    assert versions.of([f"tag:{vip.pk}"])[f"tag:{vip.pk}"] > 0


def put_tag(friend: int, _customer: int, vip) -> None:
    friends.tag_friends([friend], vip)


def take_tag(friend: int, _customer: int, vip) -> None:
    friends.untag_friends([friend], vip)


def buy(friend: int, _customer: int, _vip) -> None:
    timeline.record([NewEvent("bought", at=timezone.now(), friend_id=friend)])


def buy_as_customer(_friend: int, customer: int, _vip) -> None:
    timeline.record([NewEvent("bought", at=timezone.now(), customer_id=customer)])


def link(friend: int, customer: int, _vip) -> None:
    """One at a time: two who link the same person otherwise wait for each other for ever."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('test'))")
    ended = Link.objects.active().filter(friend=friend) | Link.objects.active().filter(customer=customer)
    before = list(ended.values_list("friend_id", flat=True))
    ended.update(unlinked_at=timezone.now())
    Link.objects.create(friend_id=friend, customer_id=customer, method="api", linked_at=timezone.now())
    versions.touch("links", friends=[friend, *before])


CHANGES: list[Callable] = [put_tag, take_tag, buy, buy_as_customer, link]
