"""Which follow belongs to which visit, in whatever order they are heard of."""

from datetime import timedelta

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from friends.models import FriendTag
from routes import joining
from routes.arrivals import greetings_for, route_of
from routes.models import Arrival, Visit
from tests.factories import make_friend, make_route, make_tag
from tests.friends.webhooks import NOON, arrive, received

Kind = Arrival.Kind


@pytest.fixture
def aoi(tenant):
    """Somebody of whom no follow is known."""
    return make_friend("aoi", status="unknown", followed_at=None, status_at=None)


def come(friend, minute, *, route=None, opened=None, way="login", changed=None, was_friend=False) -> Arrival:
    """The friend signs in by a route, so many minutes after NOON; half a minute before, they opened it."""
    at = NOON + timedelta(minutes=minute)
    opened_at = at - timedelta(seconds=30) if opened is None else NOON + timedelta(minutes=opened)
    route = route or make_route()
    visit = Visit.objects.create(route=route, at=opened_at, way=way, device="phone")
    arrival = Arrival.objects.create(
        visit=visit,
        route=route,
        friend=friend,
        at=at,
        has_changed=changed,
        is_friend=bool(changed) or was_friend,
    )
    joining.settle([friend.pk])
    return arrival


def found(arrival: Arrival) -> tuple[str, bool]:
    arrival.refresh_from_db()
    return arrival.kind, arrival.is_newest


def test_whoever_adds_the_account_after_signing_in_came_by_that_route(aoi):
    arrival = come(aoi, 0)

    assert found(arrival) == (Kind.NOT_YET, False)

    arrive(received("follow", "aoi", 7))
    assert found(arrival) == (Kind.NEW, True)
    assert arrival.followed_at == NOON + timedelta(minutes=7)


def test_the_follow_may_be_heard_of_first(aoi):
    arrive(received("follow", "aoi", 0))

    arrival = come(aoi, 0.1, changed=True)

    assert found(arrival) == (Kind.NEW, True)


@pytest.mark.parametrize(
    ("minutes", "kind"), [(24 * 60, Kind.NEW), (24 * 60 + 1, Kind.NOT_YET)], ids=["in time", "too late"]
)
def test_a_follow_belongs_to_a_sign_in_of_the_day_before(aoi, minutes, kind):
    arrival = come(aoi, 0)

    arrive(received("follow", "aoi", minutes))

    assert found(arrival)[0] == kind


def test_a_friend_who_opens_a_route_was_a_friend_and_stays_of_the_route_they_came_by(aoi):
    first = come(aoi, 0, route=make_route("Flyer"))
    arrive(received("follow", "aoi", 1))

    second = come(aoi, 3, route=make_route("Poster"), was_friend=True)

    assert found(second) == (Kind.ALREADY, False)
    assert found(first) == (Kind.NEW, True)
    assert route_of([aoi.pk])[aoi.pk].name == "Flyer"


def test_a_follow_shortly_before_is_not_claimed_by_a_sign_in_that_changed_nothing(aoi):
    arrive(received("follow", "aoi", 0))

    arrival = come(aoi, 3, opened=-1, was_friend=True)

    assert found(arrival) == (Kind.ALREADY, False)
    assert route_of([aoi.pk]) == {}


def test_inside_line_the_account_may_be_added_before_the_page_opens(aoi):
    arrive(received("follow", "aoi", 0.8))

    during = come(aoi, 1, way="liff", was_friend=True, opened=0.5)

    assert found(during) == (Kind.NEW, True)


def test_inside_line_a_follow_before_the_link_was_opened_is_not_its_doing(aoi):
    arrive(received("follow", "aoi", 0))

    after = come(aoi, 1, way="liff", was_friend=True, opened=0.5)

    assert found(after) == (Kind.ALREADY, False)


def test_of_two_visits_the_nearer_one_is_the_reason(aoi):
    far, near = come(aoi, 0), come(aoi, 60)

    arrive(received("follow", "aoi", 61))

    assert (found(far), found(near)) == ((Kind.NOT_YET, False), (Kind.NEW, True))


def test_who_had_blocked_the_account_has_returned_whatever_is_heard_of_first(aoi):
    arrival = come(aoi, 60)

    arrive(received("follow", "aoi", 61))
    assert found(arrival)[0] == Kind.NEW

    arrive(received("unfollow", "aoi", 30))
    assert found(arrival)[0] == Kind.RETURNED


def test_a_newer_follow_that_nothing_explains_is_of_an_unknown_route(aoi):
    arrival = come(aoi, 0)
    arrive(received("follow", "aoi", 1), received("unfollow", "aoi", 2))

    arrive(received("follow", "aoi", 60 * 48))

    assert found(arrival) == (Kind.NEW, False)
    assert route_of([aoi.pk]) == {}


def test_line_saying_that_the_sign_in_added_the_account_is_enough(aoi):
    arrival = come(aoi, 0, changed=True)

    assert found(arrival) == (Kind.NEW, True)
    assert arrival.followed_at is None


def test_where_nobody_says_whether_they_are_friends_it_is_not_known(aoi):
    arrival = come(aoi, 0, was_friend=None)

    assert found(arrival) == (Kind.UNKNOWN, False)


def test_a_greeting_is_that_of_the_route_of_the_newest_follow(aoi):
    hello = [{"type": "text", "text": "Welcome from the flyer"}]
    come(aoi, 0, route=make_route("Flyer", messages=hello))
    ren = make_friend("ren")

    arrive(received("follow", "aoi", 1))

    assert greetings_for([aoi.pk, ren.pk]) == {aoi.pk: hello}


def test_tags_are_put_on_once(aoi):
    vip = make_tag("VIP")
    come(aoi, 0, route=make_route(tags=[vip]))
    assert not aoi.tags.exists()

    arrive(received("follow", "aoi", 1))
    assert list(aoi.tags.all()) == [vip]

    FriendTag.objects.all().delete()
    arrive(received("unfollow", "aoi", 2))
    assert not aoi.tags.exists()


@pytest.mark.parametrize("for_all", [True, False])
def test_who_was_a_friend_before_gets_the_tags_if_the_route_says_so(aoi, for_all):
    come(aoi, 0, route=make_route(tags=[make_tag("VIP")], tags_for_all=for_all), was_friend=True)

    assert aoi.tags.exists() == for_all


def test_follows_of_people_without_visits_cost_one_look(tenant, django_assert_num_queries):
    friends = [make_friend() for _ in range(50)]

    with django_assert_num_queries(4):
        joining.settle([friend.pk for friend in friends])


moments = st.integers(0, 3000)
friendships = st.lists(
    st.tuples(st.sampled_from(["follow", "unfollow"]), moments), max_size=6, unique_by=lambda e: e[1]
)
sign_ins = st.lists(
    st.tuples(moments, st.sampled_from(["login", "liff"]), st.sampled_from([None, True, False])),
    min_size=1,
    max_size=4,
    unique_by=lambda each: each[0],
)


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(friendship=friendships, comings=sign_ins, data=st.data())
def test_any_order_and_repetition_ends_in_what_the_times_dictate(tenant, friendship, comings, data):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM routes_arrival; DELETE FROM friends_friend; DELETE FROM events_event")
    aoi = make_friend("aoi", status="unknown", followed_at=None, status_at=None)
    events = [received(type_, "aoi", minute) for type_, minute in friendship]
    by_event = {("event", event.id): event for event in events}
    by_coming = {("coming", number): coming for number, coming in enumerate(comings)}
    facts = [*by_event, *by_coming]
    arrivals = data.draw(st.permutations(facts)) + data.draw(
        st.lists(st.sampled_from([*by_event] or [None]), max_size=3)
    )

    for fact in filter(None, arrivals):
        if fact in by_event:
            arrive(by_event[fact])
        else:
            minute, way, changed = by_coming[fact]
            come(aoi, minute, way=way, changed=changed, was_friend=bool(changed))

    told = {
        (arrival.at, arrival.kind, arrival.followed_at, arrival.is_newest)
        for arrival in Arrival.objects.filter(friend=aoi)
    }
    assert told == expected(comings, friendship)


def expected(comings: list[tuple], friendship: list[tuple]) -> set[tuple]:
    """The same worked out at once, from all facts in their order of time."""
    steps = [
        joining.Step(NOON + timedelta(minutes=minute), "followed" if type_ == "follow" else "blocked")
        for type_, minute in friendship
    ]
    known = []
    for number, (minute, way, changed) in enumerate(sorted(comings)):
        at = NOON + timedelta(minutes=minute)
        opened_at = at - timedelta(seconds=30)
        known.append(joining.Coming(number, opened_at, at, way == "liff", changed, bool(changed)))
    verdicts = joining.explain(known, steps)
    return {
        (each.at, verdicts[each.id].kind, verdicts[each.id].followed_at, verdicts[each.id].is_newest)
        for each in known
    }
