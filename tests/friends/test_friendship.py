"""Follow, unfollow, message and postback become friends and their timeline."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from events import versions
from events.models import Event
from friends.models import Friend
from friends.signals import friend_blocked, friend_followed
from tests.factories import make_friend, make_line_user_id
from tests.friends.webhooks import NOON, arrive, received, text

Status = Friend.Status


def friend(name: str) -> Friend:
    return Friend.objects.get(line_user_id=make_line_user_id(name))


def timeline(name: str) -> list[str]:
    return list(Event.objects.filter(friend_id=friend(name).pk).order_by("at").values_list("type", flat=True))


@pytest.fixture
def told():
    """What the signals said, as (what, friend numbers)."""
    said = []

    def note_follow(friend_ids, **_):
        said.append(("followed", friend_ids))

    def note_block(friend_ids, **_):
        said.append(("blocked", friend_ids))

    friend_followed.connect(note_follow)
    friend_blocked.connect(note_block)
    yield said
    friend_followed.disconnect(note_follow)
    friend_blocked.disconnect(note_block)


def test_whoever_follows_becomes_a_friend_of_that_moment(tenant):
    arrive(received("follow", "aoi", follow={"isUnblocked": False}))

    aoi = friend("aoi")
    assert (aoi.status, aoi.followed_at, aoi.status_at) == (Status.FRIEND, NOON, NOON)
    assert timeline("aoi") == ["followed"]
    assert versions.of(["friends", "events:followed"]) == {"friends": 1, "events:followed": 1}


def test_block_and_return_are_kept_with_their_dates(tenant):
    arrive(received("follow", "aoi", 0))
    arrive(received("unfollow", "aoi", 10))

    assert friend("aoi").status == Status.BLOCKED

    arrive(received("follow", "aoi", 20))

    aoi = friend("aoi")
    assert aoi.status == Status.FRIEND
    assert aoi.followed_at - NOON == timedelta(minutes=20)
    assert aoi.blocked_at - NOON == timedelta(minutes=10)
    assert timeline("aoi") == ["followed", "blocked", "unblocked"]


def test_a_late_follow_does_not_undo_a_newer_block(tenant):
    arrive(received("unfollow", "aoi", 10))
    arrive(received("follow", "aoi", 0))

    aoi = friend("aoi")
    assert (aoi.status, aoi.followed_at) == (Status.BLOCKED, NOON)
    assert not Friend.objects.reachable().exists()


def test_somebody_who_writes_without_ever_following_is_known_but_not_reachable(tenant):
    arrive(text("ren", "Hello"))

    assert friend("ren").status == Status.UNKNOWN
    assert not Friend.objects.reachable().exists()
    [event] = Event.objects.filter(type="messaged")
    assert event.properties == {"kind": "text", "text": "Hello", "message_id": "1"}


def test_a_tap_is_on_the_timeline_with_its_data(tenant):
    make_friend("aoi")

    arrive(received("postback", "aoi", postback={"data": "menu=1"}))

    assert Event.objects.get(type="postback").properties == {"data": "menu=1"}


def test_what_happens_in_a_group_makes_nobody_a_friend(tenant):
    group = {"type": "group", "groupId": "C1", "userId": make_line_user_id("aoi")}

    arrive(received("message", "aoi", message={"type": "text", "id": "1", "text": "Hi all"}, source=group))

    assert not Friend.objects.exists()


def test_the_same_event_twice_changes_nothing_more(tenant):
    follow = received("follow", "aoi")
    arrive(follow)

    arrive(follow)

    assert timeline("aoi") == ["followed"]
    assert versions.of(["friends", "events:followed"]) == {"friends": 1, "events:followed": 1}


def test_an_imported_friend_follows_the_first_event_that_comes(tenant):
    make_friend("aoi", status_at=None, followed_at=None)

    arrive(received("unfollow", "aoi"))

    assert friend("aoi").status == Status.BLOCKED


def test_others_are_told_of_what_is_news_once_it_is_committed(
    tenant, told, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        arrive(received("follow", "aoi", 0), received("unfollow", "ren", 1))
        assert told == []
    assert told == [("followed", [friend("aoi").pk]), ("blocked", [friend("ren").pk])]

    with django_capture_on_commit_callbacks(execute=True):
        arrive(received("follow", "ren", 0))
    assert len(told) == 2


def test_numbers_stay_dense_when_known_people_write_again(tenant):
    arrive(received("follow", "aoi"), text("aoi", "one", 1), text("aoi", "two", 2))
    arrive(text("aoi", "three", 3))
    arrive(received("follow", "ren", 4))

    assert friend("ren").pk == friend("aoi").pk + 1


def test_a_batch_costs_as_many_queries_as_a_single_event(tenant, django_assert_max_num_queries):
    crowd = [received("follow", f"person {number}", number) for number in range(300)]
    crowd += [received("unfollow", f"person {number}", 400 + number) for number in range(0, 300, 3)]
    with CaptureQueriesContext(connection) as for_one:
        arrive(received("follow", "aoi"), received("unfollow", "ren"))
    with CaptureQueriesContext(connection) as for_one_text:
        arrive(text("aoi", "Hi", 900))

    with django_assert_max_num_queries(len(for_one)):
        arrive(*crowd)
    with django_assert_max_num_queries(len(for_one_text)):
        arrive(*[text(f"person {number}", "Hi", 900 + number) for number in range(300)])

    assert Friend.objects.filter(status=Status.BLOCKED).count() == 101


histories = st.lists(
    st.tuples(st.sampled_from(["aoi", "ren"]), st.sampled_from(["follow", "unfollow"]), st.integers(0, 20)),
    min_size=1,
    max_size=8,
)


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=histories, data=st.data())
def test_any_order_repetition_and_grouping_ends_in_what_event_time_dictates(tenant, history, data):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM friends_friend")
    events = [received(type_, name, minute) for name, type_, minute in history]
    repeated = events + data.draw(st.lists(st.sampled_from(events), max_size=4))
    arrivals = data.draw(st.permutations(repeated))
    cut = data.draw(st.integers(0, len(arrivals)))

    arrive(*arrivals[:cut])
    arrive(*arrivals[cut:])

    # Tuples sort by minute, then "follow" before "unfollow": at the same moment the block wins.
    status = {"follow": "friend", "unfollow": "blocked"}
    by_time = sorted((minute, type_, name) for name, type_, minute in history)
    last = {make_line_user_id(name): status[type_] for _, type_, name in by_time}
    assert dict(Friend.objects.values_list("line_user_id", "status")) == last
