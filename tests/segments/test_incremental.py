"""What is remembered of a leaf is brought up to date by asking those who have changed since."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.utils import timezone
from django_tenants.utils import tenant_context
from pyroaring import FrozenBitMap

from events import timeline, versions
from events.models import DataChange
from events.timeline import NewEvent
from friends import services as friends
from friends.models import FriendTag
from segments import services
from segments.answers import cache, drawing, memory
from segments.answers.cache import Loaded
from segments.leaves import Leaf, Moment, Query
from segments.models import LeafCache, Segment
from segments.types.customers import Linked
from segments.types.friends import Tagged
from tests.factories import make_customer, make_friend, make_link, make_tag

BEGIN = datetime.fromisoformat("2026-06-15T12:00:00+09:00")
A_WHILE = timedelta(days=3)


def load(leaf: Leaf, *, exact: bool = False) -> Loaded:
    return cache.load([leaf], Moment.present(), exact=exact)


def members(loaded: Loaded) -> set[int]:
    [bitmap] = loaded.bitmaps.values()
    return set(bitmap)


def way(loaded: Loaded) -> tuple[int, int]:
    """How many leaves were asked of everyone, how many of those who had changed."""
    return len(loaded.anew), len(loaded.updated)


def did(kind: str, *, friend=None, customer=None, at: datetime | None = None) -> NewEvent:
    numbers = {"friend_id": friend and friend.pk, "customer_id": customer and customer.pk}
    return NewEvent(kind, at=at or timezone.now(), **numbers)


@dataclass(frozen=True)
class ViewedAWhileAgo(Leaf):
    """Friends whose last view is three days ago or more, to the microsecond."""

    type = "viewed_a_while_ago"
    HAVING = "SELECT friend_id FROM events_event WHERE type = 'viewed' GROUP BY friend_id HAVING max(at)"

    def query(self, moment: Moment) -> Query:
        return Query(f"{self.HAVING} <= %s", [moment.now - A_WHILE])

    def topics(self) -> set[str]:
        return {"events:viewed"}

    def next_change(self, moment: Moment) -> Query:
        return Query(
            "SELECT min(at) + %s FROM events_event WHERE type = 'viewed' AND at > %s",
            [A_WHILE, moment.now - A_WHILE],
        )


class WithThoseCrossed(ViewedAWhileAgo):
    type = "viewed_a_while_ago_and_crossed"

    def crossed(self, before: Moment, after: Moment) -> Query:
        return Query(
            "SELECT friend_id FROM events_event WHERE type = 'viewed' AND at > %s AND at <= %s",
            [before.now - A_WHILE, after.now - A_WHILE],
        )


class TestWhoIsAsked:
    def test_the_friends_named_are_asked_and_nobody_else(self, tenant, django_assert_num_queries):
        aoi, ren = make_friend("aoi"), make_friend("ren")
        tag = make_tag("VIP", friends=[aoi])
        vip = Tagged(tag=tag.pk)
        assert way(load(vip)) == (1, 0)

        friends.tag_friends([ren.pk], tag)

        with django_assert_num_queries(3) as queries:  # what is known, the few, keep
            loaded = load(vip)
        assert way(loaded) == (0, 1)
        assert members(loaded) == {aoi.pk, ren.pk}
        assert "ANY(ARRAY(SELECT friend_id FROM changed_0))" in queries.captured_queries[1]["sql"]

    def test_who_has_left_is_taken_off(self, tenant):
        aoi, ren = make_friend("aoi"), make_friend("ren")
        vip = Tagged(tag=make_tag("VIP", friends=[aoi, ren]).pk)
        load(vip)

        friends.untag_friends([ren.pk], vip_tag(vip))

        loaded = load(vip)
        assert way(loaded) == (0, 1)
        assert members(loaded) == {aoi.pk}

    def test_changes_add_up(self, tenant):
        people = [make_friend() for _person in range(4)]
        vip = Tagged(tag=make_tag("VIP").pk)
        load(vip)

        for person in people:
            friends.tag_friends([person.pk], vip_tag(vip))
        friends.untag_friends([people[1].pk], vip_tag(vip))

        loaded = load(vip)
        assert way(loaded) == (0, 1)
        assert members(loaded) == {people[0].pk, people[2].pk, people[3].pk}

    def test_leaves_of_other_data_are_left_alone(self, tenant):
        vip, other = make_tag("VIP"), make_tag("Other")
        load(Tagged(tag=other.pk))

        friends.tag_friends([make_friend().pk], vip)

        assert way(load(Tagged(tag=other.pk))) == (0, 0)

    def test_an_event_of_a_customer_is_one_of_the_friend_at_present(self, tenant):
        raw = {"type": "events", "event": "bought", "count_at_least": 1}
        aoi, ren, customer = make_friend("aoi"), make_friend("ren"), make_customer("1")
        link = make_link(aoi, customer)
        assert set(services.evaluate(raw)) == set()

        timeline.record([did("bought", customer=customer)])
        assert set(services.evaluate(raw)) == {aoi.pk}

        link.unlinked_at = timezone.now()
        link.save()
        make_link(ren, customer)
        versions.touch("links", friends=[aoi.pk, ren.pk])
        assert set(services.evaluate(raw)) == {ren.pk}

    def test_a_corrected_event_leaves_who_had_it_before(self, tenant):
        raw = {"type": "events", "event": "bought", "count_at_least": 1}
        aoi, ren = make_friend("aoi"), make_friend("ren")
        at = timezone.now()
        timeline.correct([NewEvent("bought", at=at, friend_id=aoi.pk, key="order:1")])
        assert set(services.evaluate(raw)) == {aoi.pk}

        timeline.correct([NewEvent("bought", at=at, friend_id=ren.pk, key="order:1")])

        assert set(services.evaluate(raw)) == {ren.pk}

    def test_an_event_that_is_taken_off_is_forgotten(self, tenant):
        raw = {"type": "events", "event": "bought", "count_at_least": 1}
        aoi = make_friend("aoi")
        timeline.correct([NewEvent("bought", at=timezone.now(), friend_id=aoi.pk, key="order:1")])
        assert set(services.evaluate(raw)) == {aoi.pk}

        timeline.correct([], gone=["order:1"])

        assert set(services.evaluate(raw)) == set()

    def test_somebody_new_is_known_at_once(self, tenant):
        make_friend("aoi")
        unknown = {"type": "friendship", "is": "unknown"}
        assert services.count({"not": unknown}).parts == {"": 1, "not": 0}

        friends.know(["U" + "7" * 32])

        assert services.count({"not": unknown}).parts == {"": 1, "not": 1}


@pytest.fixture
def vip(tenant) -> Tagged:
    """One who is remembered already."""
    leaf = Tagged(tag=make_tag("VIP", friends=[make_friend()]).pk)
    load(leaf)
    return leaf


class TestWhenEveryoneIsAsked:
    def test_after_a_change_that_may_be_about_anyone(self, vip):
        versions.touch(f"tag:{vip.tag}", friends=[1])
        versions.touch(f"tag:{vip.tag}")

        assert way(load(vip)) == (1, 0)

    def test_after_the_leaf_has_come_to_read_other_data(self, vip):
        key = vip.key(Moment.present().zone)
        LeafCache.objects.filter(key=key).update(versions={"formerly": 0})

        assert way(load(vip)) == (1, 0)

    def test_after_a_change_of_too_many_to_name(self, vip):
        versions.touch(f"tag:{vip.tag}", friends=range(versions.MOST_NAMED + 1))

        assert way(load(vip)) == (1, 0)

    def test_after_changes_that_are_too_many_together(self, vip):
        for first in range(0, 25_000, 5_000):
            versions.touch(f"tag:{vip.tag}", friends=range(first, first + 5_000))

        assert way(load(vip)) == (1, 0)

    def test_when_the_journal_goes_back_less_far(self, vip):
        versions.touch(f"tag:{vip.tag}", friends=[1])
        versions.touch(f"tag:{vip.tag}", friends=[2])
        DataChange.objects.filter(version=1).delete()

        assert way(load(vip)) == (1, 0)

    def test_and_all_are_of_one_snapshot_again_where_that_is_wanted(self, vip):
        other = Tagged(tag=make_tag("Other").pk)
        load(other)
        versions.touch(f"tag:{vip.tag}")

        loaded = cache.load([vip, other], Moment.present(), exact=True)

        assert loaded.anew == {vip.key(Moment.present().zone)}
        assert loaded.versions == {f"tag:{vip.tag}": 1, f"tag:{other.tag}": 0}


class TestAWriteOfWhichNobodyWasTold:
    """Before sending, friends drawn at random are asked again; with few friends, all."""

    def test_somebody_who_has_come_is_found(self, vip, caplog):
        before = members(load(vip))
        ren = make_friend("ren")
        FriendTag.objects.create(friend=ren, tag_id=vip.tag)

        found = load(vip, exact=True)

        assert members(found) == before | {ren.pk}
        assert vip.key(Moment.present().zone) in caplog.text

    def test_somebody_who_has_left_is_found(self, vip, caplog):
        FriendTag.objects.all().delete()

        assert members(load(vip, exact=True)) == set()
        assert "remembered wrongly" in caplog.text

    def test_what_was_wrong_is_not_remembered_any_more(self, vip):
        FriendTag.objects.all().delete()
        assert members(load(vip)) != set()

        load(vip, exact=True)

        assert members(load(vip)) == set()

    def test_all_are_asked_anew(self, vip):
        other = Tagged(tag=make_tag("Other").pk)
        load(other)
        FriendTag.objects.all().delete()

        assert way(cache.load([vip, other], Moment.present(), exact=True)) == (2, 0)

    def test_what_is_right_is_kept_in_silence(self, vip, caplog):
        friends.tag_friends([make_friend("aoi").pk], vip_tag(vip))

        assert way(load(vip, exact=True)) == (0, 1)
        assert not caplog.records

    def test_of_many_friends_some_are_drawn_of_the_members_and_some_of_all(self, tenant, monkeypatch):
        few = drawing.DRAWN.replace("LIMIT 501", "LIMIT 11").replace("500", "10")
        monkeypatch.setattr(drawing, "DRAWN", few)
        monkeypatch.setattr(drawing, "MOST_DRAWN", 4)
        everyone = {make_friend(str(number)).pk for number in range(30)}
        vip = {min(everyone)}

        query = drawing.drawn([FrozenBitMap(everyone), FrozenBitMap(vip)])
        with connection.cursor() as cursor:
            cursor.execute(f"WITH {query.sql} SELECT friend_id FROM drawn", query.params)
            drawn = {friend for (friend,) in cursor.fetchall()}

        [told] = query.params
        assert vip <= set(told)
        assert vip < drawn <= everyone
        assert len(drawn) > len(told)


class TestTheJournal:
    def test_it_names_each_once_and_keeps_both_kinds_apart(self, tenant):
        versions.touch("a", "b", friends=[3, 3, 5], customers=[7])

        kept = {row.topic: (sorted(row.friends), row.customers) for row in DataChange.objects.all()}
        assert kept == {"a": ([3, 5], [7]), "b": ([3, 5], [7])}

    def test_each_topic_clears_what_is_old(self, tenant):
        for _time in range(versions.KEPT + 2 * versions.SWEPT_EVERY):
            versions.touch("busy", friends=[1])

        kept = DataChange.objects.filter(topic="busy")
        assert kept.count() == versions.KEPT
        assert kept.earliest("version").version == 2 * versions.SWEPT_EVERY + 1

    def test_recording_events_takes_one_statement(self, tenant, django_assert_num_queries):
        aoi = make_friend("aoi")

        with django_assert_num_queries(1):
            timeline.record([did("bought", friend=aoi), did("viewed", friend=aoi)])

        assert versions.of(["events:bought", "events:viewed"]) == {"events:bought": 1, "events:viewed": 1}

    def test_a_thousand_saved_segments_cost_a_writer_nothing(self, tenant, django_assert_num_queries):
        vip, aoi = make_tag("VIP"), make_friend("aoi")
        trees = [{"all": [{"type": "tag", "tag": vip.pk}, {"not": {"all": []}}]}] * 1000
        Segment.objects.bulk_create(Segment(name=f"{place}", tree=raw) for place, raw in enumerate(trees))
        services.count(trees[0])

        with django_assert_num_queries(1):
            timeline.record([did("bought", friend=aoi)])
        with django_assert_num_queries(2):
            versions.touch(f"tag:{vip.pk}", friends=[aoi.pk])
            versions.touch("links", friends=[aoi.pk])


class TestTime:
    @pytest.fixture(params=[ViewedAWhileAgo, WithThoseCrossed])
    def leaf(self, request) -> Leaf:
        return request.param()

    @pytest.fixture
    def clock(self):
        with time_machine.travel(BEGIN, tick=False) as clock:
            yield clock

    def test_a_leaf_flips_at_its_moment_and_not_a_microsecond_before(self, tenant, clock, leaf):
        aoi, ren = make_friend("aoi"), make_friend("ren")
        timeline.record([did("viewed", friend=aoi), did("viewed", friend=ren, at=BEGIN + A_WHILE / 2)])
        assert members(load(leaf)) == set()

        clock.move_to(BEGIN + A_WHILE - timedelta(microseconds=1))
        early = load(leaf)
        assert (members(early), way(early)) == (set(), (0, 0))

        clock.move_to(BEGIN + A_WHILE)
        assert members(load(leaf)) == {aoi.pk}
        assert way(load(leaf)) == (0, 0)

    def test_only_those_whom_time_has_moved_are_asked(self, tenant, clock):
        aoi, leaf = make_friend("aoi"), WithThoseCrossed()
        timeline.record([did("viewed", friend=aoi)])
        load(leaf)

        clock.shift(A_WHILE)

        loaded = load(leaf)
        assert (members(loaded), way(loaded)) == ({aoi.pk}, (0, 1))

    def test_a_change_gives_the_leaf_another_moment(self, tenant, clock, leaf):
        aoi, ren = make_friend("aoi"), make_friend("ren")
        timeline.record([did("viewed", friend=aoi)])
        load(leaf)

        timeline.record([did("viewed", friend=ren, at=BEGIN - timedelta(days=2))])
        assert way(load(leaf)) == (0, 1)
        clock.shift(timedelta(days=1))

        assert members(load(leaf)) == {ren.pk}

    def test_time_and_a_change_at_once(self, tenant, clock, leaf):
        aoi, ren = make_friend("aoi"), make_friend("ren")
        timeline.record([did("viewed", friend=aoi), did("viewed", friend=ren)])
        load(leaf)

        clock.shift(A_WHILE)
        timeline.record([did("viewed", friend=ren)])

        assert members(load(leaf)) == {aoi.pk}


class TestMemory:
    def test_a_bitmap_at_hand_is_not_fetched_again(self, tenant, django_assert_num_queries):
        leaf = Tagged(tag=make_tag("VIP", friends=[make_friend()]).pk)
        first = members(load(leaf))

        with django_assert_num_queries(1) as queries:
            assert members(load(leaf)) == first

        token = LeafCache.objects.get().token
        assert token.hex in queries.captured_queries[0]["sql"]

    def test_what_another_process_has_brought_up_to_date_is_fetched(self, tenant):
        aoi, vip = make_friend("aoi"), make_tag("VIP")
        leaf = Tagged(tag=vip.pk)
        key = leaf.key(Moment.present().zone)
        load(leaf)
        old = memory.get([key])[key]

        friends.tag_friends([aoi.pk], vip)
        load(leaf)
        memory.put(key, old)

        assert members(load(leaf)) == {aoi.pk}
        assert memory.get([key])[key].token == LeafCache.objects.get(key=key).token

    def test_the_longest_unused_makes_room(self, tenant, settings):
        settings.SEGMENT_MEMORY_BYTES = 3 * (memory.OVERHEAD + 30)
        leaves = [Tagged(tag=make_tag(name, friends=[make_friend()]).pk) for name in "abcdefgh"]
        keys = [leaf.key(Moment.present().zone) for leaf in leaves]

        for leaf in leaves:
            load(leaf)

        held = memory.get(keys)
        assert len(held) == 3
        assert keys[-1] in held
        assert keys[0] not in held

    def test_a_leaf_whose_friends_stay_is_not_written_again(self, tenant):
        aoi, ren = make_friend("aoi"), make_friend("ren")
        make_link(aoi)
        load(Linked(is_linked=True))
        before = LeafCache.objects.get()

        versions.touch("links", friends=[ren.pk])
        load(Linked(is_linked=True))

        after = LeafCache.objects.get()
        assert (after.token, after.versions) == (before.token, {"links": before.versions["links"] + 1})

    def test_another_client_has_nothing_of_ours(self, tenant, other_tenant):
        leaf = Linked(is_linked=True)
        make_link(make_friend())
        load(leaf)

        with tenant_context(other_tenant):
            assert memory.get([leaf.key(Moment.present().zone)]) == {}
            assert members(load(leaf)) == set()


def vip_tag(leaf: Tagged):
    return friends.Tag.objects.get(pk=leaf.tag)
