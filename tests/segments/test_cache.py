"""What is remembered of a leaf, and when it is asked anew."""

import threading
from datetime import datetime, timedelta

import time_machine
from django.db import connection, transaction
from django.utils import timezone
from django_tenants.utils import tenant_context

from events import timeline, versions
from events.timeline import NewEvent
from friends import services as friends
from segments import services
from segments.answers import cache
from segments.leaves import Moment
from segments.models import LeafCache
from segments.types.friends import Tagged
from tests.factories import make_customer, make_friend, make_link, make_tag

EVENING = datetime.fromisoformat("2026-06-15T23:59:59+09:00")
QUERIES_WHEN_KNOWN = 1
QUERIES_WHEN_ASKED = 4  # what is known, the leaves, forget the old, keep the new


def bought(friend, at: datetime | None = None) -> NewEvent:
    return NewEvent("bought", at=at or timezone.now(), friend_id=friend.pk)


def test_a_second_count_asks_no_leaf(tenant, django_assert_num_queries):
    vip = make_tag("VIP", friends=[make_friend()])
    raw = {"all": [{"type": "tag", "tag": vip.pk}, {"type": "linked", "is": False}]}

    with django_assert_num_queries(QUERIES_WHEN_ASKED):
        assert services.count(raw).total == 1
    with django_assert_num_queries(QUERIES_WHEN_KNOWN):
        assert services.count(raw).total == 1


def test_segments_share_their_leaves(tenant, django_assert_num_queries):
    vip = {"type": "tag", "tag": make_tag("VIP").pk}
    linked = {"type": "linked", "is": True}
    services.count({"all": [vip, linked]})

    with django_assert_num_queries(QUERIES_WHEN_KNOWN):
        services.count({"any": [{"not": linked}, {"all": [vip]}]})


def test_a_change_is_seen_by_the_leaves_it_concerns_and_by_no_other(tenant, django_assert_num_queries):
    aoi, ren = make_friend("aoi"), make_friend("ren")
    vip, other = make_tag("VIP", friends=[aoi]), make_tag("Other")
    assert services.count({"type": "tag", "tag": vip.pk}).total == 1
    assert services.count({"type": "tag", "tag": other.pk}).total == 0

    friends.tag_friends([ren.pk], vip)

    assert services.count({"type": "tag", "tag": vip.pk}).total == 2
    with django_assert_num_queries(QUERIES_WHEN_KNOWN):
        assert services.count({"type": "tag", "tag": other.pk}).total == 0


def test_an_event_is_seen_at_the_next_count(tenant):
    aoi = make_friend("aoi")
    raw = {"type": "events", "event": "bought", "count_at_least": 1}
    assert services.count(raw).total == 0

    timeline.record([bought(aoi)])

    assert services.count(raw).total == 1


def test_the_events_of_a_customer_count_as_soon_as_the_friend_is_linked(tenant):
    aoi, customer = make_friend("aoi"), make_customer("1")
    timeline.record([NewEvent("bought", at=timezone.now(), customer_id=customer.pk)])
    raw = {"type": "events", "event": "bought", "count_at_least": 1}
    assert services.count(raw).total == 0

    make_link(aoi, customer)
    versions.touch("links")

    assert services.count(raw).total == 1


def test_days_go_by_at_midnight_of_the_client(tenant, django_assert_num_queries):
    with time_machine.travel(EVENING, tick=False) as clock:
        aoi = make_friend("aoi", followed_at=EVENING - timedelta(days=29))
        timeline.record([bought(aoi, at=EVENING - timedelta(days=7))])
        long = {"type": "friend_for", "days_at_least": 30}
        lately = {"type": "events", "event": "bought", "count_at_least": 1, "within_days": 7}
        counted = services.count({"any": [long, lately]})
        assert counted.parts == {"": 1, "any[0]": 0, "any[1]": 1}

        clock.shift(timedelta(milliseconds=500))
        with django_assert_num_queries(QUERIES_WHEN_KNOWN):
            assert services.count({"any": [long, lately]}) == counted

        clock.shift(timedelta(milliseconds=500))
        assert services.count({"any": [long, lately]}).parts == {"": 1, "any[0]": 1, "any[1]": 0}


def test_a_change_that_is_rolled_back_leaves_nothing_behind(tenant):
    aoi = make_friend("aoi")
    vip = make_tag("VIP")
    raw = {"type": "tag", "tag": vip.pk}

    with transaction.atomic():
        friends.tag_friends([aoi.pk], vip)
        assert services.count(raw).total == 1
        transaction.set_rollback(True)

    assert services.count(raw).total == 0


def test_a_change_not_yet_committed_is_not_remembered_as_known(own_tenant):
    aoi = make_friend("aoi")
    vip = make_tag("VIP")
    raw = {"type": "tag", "tag": vip.pk}

    with transaction.atomic():
        friends.tag_friends([aoi.pk], vip)
        assert in_another_connection(own_tenant, lambda: services.count(raw).total) == 0
        assert services.count(raw).total == 1

    assert services.count(raw).total == 1
    assert in_another_connection(own_tenant, lambda: services.count(raw).total) == 1


def test_a_count_does_not_wait_for_a_transaction_that_has_just_stored_the_same_leaf(own_tenant):
    make_friend("aoi")
    raw = {"type": "linked", "is": False}

    with transaction.atomic():
        assert services.count(raw).total == 1
        assert in_another_connection(own_tenant, lambda: services.count(raw).total) == 1
        assert in_another_connection(own_tenant, LeafCache.objects.count) == 0

    assert LeafCache.objects.count() == 2


def test_an_answer_older_than_the_data_is_never_given(own_tenant):
    """While forty friends are tagged one by one, each count is of a moment between its begin and its end."""
    vip = make_tag("VIP")
    raw = {"type": "tag", "tag": vip.pk}
    people = [make_friend(f"friend {number}") for number in range(40)]
    seen: list[tuple[int, int, int]] = []

    def watch() -> None:
        for _time in range(30):
            before = versions.of([f"tag:{vip.pk}"])[f"tag:{vip.pk}"]
            total = services.count(raw).total
            seen.append((before, total, versions.of([f"tag:{vip.pk}"])[f"tag:{vip.pk}"]))

    watchers = [start(own_tenant, watch) for _watcher in range(2)]
    for person in people:
        friends.tag_friends([person.pk], vip)
    for watcher in watchers:
        watcher.join()

    assert len(seen) == 60
    assert all(before <= total <= after for before, total, after in seen)
    assert services.count(raw).total == 40


def test_answers_nobody_asked_for_in_a_week_are_forgotten(tenant):
    with time_machine.travel(EVENING, tick=False) as clock:
        services.count({"type": "linked", "is": True})
        clock.shift(timedelta(days=8))

        services.count({"type": "linked", "is": False})

        kept = set(LeafCache.objects.values_list("computed_at", flat=True))
        assert kept == {timezone.now()}


def test_a_leaf_of_one_client_is_not_known_in_another(tenant, other_tenant):
    make_friend("aoi")
    assert services.count({"all": []}).total == 1

    with tenant_context(other_tenant):
        assert not LeafCache.objects.exists()
        assert services.count({"all": []}).total == 0


def test_what_a_leaf_read_is_kept_with_it(tenant):
    vip = make_tag("VIP", friends=[make_friend()])
    versions.touch(f"tag:{vip.pk}")
    moment = Moment.present()
    leaf = Tagged(tag=vip.pk)

    loaded = cache.load([leaf], moment)

    assert loaded.versions == {f"tag:{vip.pk}": 1}
    assert LeafCache.objects.get(key=leaf.key(moment.zone)).versions == {f"tag:{vip.pk}": 1}


def start(tenant, work) -> threading.Thread:
    """Run in a thread of its own, with its own connection to the database."""

    def run() -> None:
        try:
            with tenant_context(tenant):
                work()
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def in_another_connection(tenant, work) -> object:
    """What it returns there; fails if it has to wait for us."""
    answers: list = []

    def answer() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '2s'")
        answers.append(work())

    start(tenant, answer).join()
    [returned] = answers
    return returned
