"""From a tree to the requests that reach its friends."""

import time
from datetime import date, timedelta

import pytest
from django.utils import timezone
from pyroaring import BitMap

from friends.models import AudienceDay, FriendTag
from segments import services
from segments.errors import InvalidTree, Unreachable
from segments.models import LineAudience
from segments.reaching import plan_words, planner
from segments.reaching.plans import Method, Needed, Send, Took, filled
from tests.factories import make_friend, make_tag

WOMEN = {"type": "line_gender", "in": ["female"]}
IN_TOKYO = {"type": "line_area", "in": ["jp_13"]}


def make_reach(count: int = 100) -> list[int]:
    return [make_friend().pk for _person in range(count)]


def make_tagged(friends: list[int]) -> dict:
    tag = make_tag()
    FriendTag.objects.bulk_create([FriendTag(friend_id=pk, tag=tag) for pk in friends])
    return {"type": "tag", "tag": tag.pk}


def test_our_own_conditions_go_by_multicast(tenant):
    friends = make_reach(3)
    tagged = make_tagged(friends[:2])

    plan = planner.plan(tagged)

    [send] = plan.sends
    assert (send.method, list(send.friends)) == (Method.MULTICAST, friends[:2])
    assert (plan.requests, plan.least, plan.most) == ({"multicast": 1}, 2, 2)


def test_what_only_line_knows_goes_by_narrowcast(tenant):
    make_reach()

    plan = planner.plan(WOMEN)

    [send] = plan.sends
    assert (send.method, send.recipient, send.needs) == (Method.NARROWCAST, None, ())
    assert send.filter == {"type": "gender", "oneOf": ["female"]}
    assert (plan.least, plan.most) == (0, 100)


def test_both_go_by_narrowcast_to_an_uploaded_audience(tenant):
    friends = make_reach()
    tagged = make_tagged(friends[:60])

    plan = planner.plan({"all": [tagged, WOMEN]})

    [send] = plan.sends
    assert list(send.friends) == friends[:60]
    assert filled(send.recipient, [77]) == {"type": "audience", "audienceGroupId": 77}
    assert plan.requests == {"narrowcast": 1, "upload": 1}


def test_either_goes_in_two_sends_that_share_nobody(tenant):
    friends = make_reach()
    tagged = make_tagged(friends[:10])

    plan = planner.plan({"any": [tagged, WOMEN]})

    by_id, narrowcast = plan.sends
    assert (by_id.method, list(by_id.friends)) == (Method.MULTICAST, friends[:10])
    assert (narrowcast.method, list(narrowcast.friends)) == (Method.NARROWCAST, friends[10:])


def test_too_few_for_line_is_refused_with_the_nearest_tree(tenant):
    friends = make_reach()
    tagged = make_tagged(friends[:30])

    with pytest.raises(Unreachable) as refused:
        planner.plan({"all": [tagged, WOMEN]})

    nearest = refused.value.nearest
    assert (nearest.tree, nearest.least, nearest.most) == ({"all": [tagged]}, 30, 30)
    assert "50" in refused.value.message


def make_line_audience(number: int, kind: str, status: str = "READY") -> dict:
    LineAudience.objects.create(
        line_id=number, name=f"{kind} {number}", kind=kind, status=status, seen_at=timezone.now()
    )
    return {"type": "line_audience", "audience": number}


def test_without_conditions_it_goes_by_id_or_if_preferred_by_lines_broadcast(tenant):
    make_reach(3)

    by_id = planner.plan({"all": []})
    by_line = planner.plan({"all": []}, prefers="broadcast")

    assert [send.method for send in by_id.sends] == [Method.MULTICAST]
    assert by_line.requests == {"broadcast": 1}
    assert any("broadcast" in note for note in plan_words.notes(by_id))


def test_a_broadcast_is_never_made_of_conditions_that_happen_to_fit_all(tenant):
    tagged = make_tagged(make_reach(3))

    plan = planner.plan(tagged, prefers="broadcast")

    assert plan.requests == {"multicast": 1}


def test_nobody_gets_no_request(tenant):
    make_reach(3)

    plan = planner.plan(make_tagged([]))

    assert (plan.sends, plan.requests, plan.takes) == ((), {}, Took(timedelta(), timedelta()))


def test_a_personal_text_is_pushed(tenant):
    make_reach(3)

    assert planner.plan({"all": []}, personal=True).requests == {"push": 3}


def test_a_personal_text_cannot_be_narrowcast(tenant):
    friends = make_reach()
    tagged = make_tagged(friends[:60])

    with pytest.raises(Unreachable, match="unreachable") as refused:
        planner.plan({"all": [tagged, WOMEN]}, personal=True)

    assert "personalised" in refused.value.message
    assert refused.value.nearest.tree == {"all": [tagged]}


def test_attributes_need_a_reach_of_one_hundred(tenant):
    make_reach(99)

    with pytest.raises(Unreachable) as refused:
        planner.plan(WOMEN)

    assert "99" in refused.value.message
    assert refused.value.nearest.tree == {"all": []}


def test_who_is_not_known_to_line_is_left_out_of_the_opposite_too(tenant):
    make_reach()

    [send] = planner.plan({"not": WOMEN}).sends

    assert send.filter == {"type": "gender", "oneOf": ["male"]}


def test_the_opposite_of_an_age_is_younger_or_older(tenant):
    make_reach()

    [send] = planner.plan({"not": {"type": "line_age", "at_least": 20, "less_than": 40}}).sends

    younger, older = {"type": "age", "lt": "age_20"}, {"type": "age", "gte": "age_40"}
    assert send.filter == {"type": "operator", "or": [younger, older]}


def test_more_attributes_than_line_takes_are_refused_with_fewer_that_it_takes(tenant):
    make_reach()
    areas = ["jp_01", "jp_04", "jp_13", "jp_14", "jp_23", "jp_27"]
    pairs = [
        {"all": [{"type": "line_area", "in": [area]}, {"type": "line_age", "at_least": 15 + 5 * place}]}
        for place, area in enumerate(areas)
    ]

    with pytest.raises(Unreachable) as refused:
        planner.plan({"any": pairs})

    nearest = refused.value.nearest
    assert "10" in refused.value.message
    assert planner.plan(nearest.tree).narrowcasts[0].filter is not None


def test_lists_and_attributes_that_alternate_are_parted_so_that_nobody_is_asked_twice(tenant):
    make_reach()
    regulars, visitors = make_line_audience(7, "CHAT_TAG"), make_line_audience(8, "CHAT_TAG")
    iphones = {"type": "line_os", "in": ["ios"]}

    plan = planner.plan({"any": [{"all": [regulars, WOMEN]}, {"all": [visitors, iphones]}]})

    recipients = sorted(str(send.recipient) for send in plan.sends)
    on_7, on_8 = ({"type": "audience", "audienceGroupId": number} for number in (7, 8))
    both = {"type": "operator", "and": [on_7, on_8]}
    only_7 = {"type": "operator", "and": [on_7, {"type": "operator", "not": on_8}]}
    only_8 = {"type": "operator", "and": [on_8, {"type": "operator", "not": on_7}]}
    assert recipients == sorted(str(each) for each in (both, only_7, only_8))


def test_the_accounts_own_chat_tags_need_no_minimum(tenant):
    friends = make_reach(60)
    tagged = make_tagged(friends[:3])

    plan = planner.plan({"all": [tagged, make_line_audience(7, "CHAT_TAG")]})
    with pytest.raises(Unreachable):
        planner.plan({"all": [tagged, make_line_audience(8, "FRIEND_PATH")]})

    assert (plan.most, plan.sends[0].minimum, plan.sends[0].limit) == (3, None, 3)


def test_an_audience_that_line_does_not_list_or_have_ready_is_refused_with_its_place(tenant):
    waiting = make_line_audience(9, "CHAT_TAG", status="IN_PROGRESS")

    with pytest.raises(InvalidTree) as unknown:
        planner.plan({"all": [{"type": "line_audience", "audience": 8}]})
    with pytest.raises(InvalidTree) as unready:
        planner.plan({"all": [waiting]})

    assert (unknown.value.path, unready.value.path) == ("all[0]", "all[0]")


@pytest.mark.parametrize(
    ("leaf", "path"),
    [
        ({"type": "line_gender", "in": ["other"]}, "in[0]"),
        ({"type": "line_gender", "in": []}, "in"),
        ({"type": "line_gender"}, "in"),
        ({"type": "line_age", "at_least": 21}, "at_least"),
        ({"type": "line_age"}, ""),
        ({"type": "line_age", "at_least": 40, "less_than": 20}, ""),
        ({"type": "line_area", "in": ["jp_48"]}, "in[0]"),
        ({"type": "line_os", "in": "ios"}, "in"),
        ({"type": "line_friend_period", "days_at_least": 8}, "days_at_least"),
        ({"type": "line_audience", "audience": "7; DROP TABLE"}, "audience"),
    ],
)
def test_what_line_does_not_know_is_refused_with_its_place(tenant, leaf, path):
    with pytest.raises(InvalidTree) as refused:
        services.count(leaf)

    assert refused.value.path == path


def test_what_line_judges_is_counted_from_nobody_to_everyone(tenant):
    friends = make_reach(5)
    tagged = make_tagged(friends[:3])

    counted = services.count({"all": [tagged, WOMEN]})

    assert (counted.least, counted.total) == (0, 3)


@pytest.mark.parametrize(
    ("leaf", "words"),
    [
        (WOMEN, "Women by LINE’s estimate"),
        ({"type": "line_age", "at_least": 20, "less_than": 40}, "20 to 39 years old by LINE’s estimate"),
        ({"type": "line_area", "in": ["jp_13", "jp_27"]}, "living in Tokyo or Osaka by LINE’s estimate"),
        ({"type": "line_os", "in": ["ios"]}, "uses LINE on iOS"),
        (
            {"type": "line_friend_period", "days_less_than": 30},
            "friend for less than 30 days by LINE’s count",
        ),
        ({"type": "line_audience", "audience": 7}, "on LINE’s audience “deleted audience”"),
    ],
)
def test_they_are_said_in_words(tenant, leaf, words):
    assert services.words(leaf) == words


def test_a_million_people_take_as_many_requests_and_as_long_as_line_lets_them():
    everyone = BitMap(range(1_000_000))
    upload = Needed("upload")

    by_id, pushed = Send(Method.MULTICAST, everyone), Send(Method.PUSH, everyone)
    narrowcast = Send(Method.NARROWCAST, everyone, needs=(upload,))

    assert (by_id.requests, by_id.takes.most) == (2_000, timedelta(seconds=10))
    assert (pushed.requests, pushed.takes.most) == (1_000_000, timedelta(seconds=500))
    assert (narrowcast.requests, narrowcast.uploads, narrowcast.limit) == (1, 4, 1_000_000)
    assert narrowcast.takes.least >= timedelta(minutes=1)


def test_what_is_shown_is_one_query_more_than_what_is_counted(tenant, django_assert_max_num_queries):
    friends = make_reach()
    tagged = make_tagged(friends[:60])
    tree = {"any": [{"all": [tagged, WOMEN]}, {"all": [tagged, IN_TOKYO]}]}
    planner.plan(tree)

    with django_assert_max_num_queries(8):
        planner.plan(tree)


def test_a_segment_in_a_segment_is_planned_by_what_it_asks(tenant):
    friends = make_reach()
    inner = services.create_segment("Women", {"all": [make_tagged(friends[:60]), WOMEN]})

    [send] = planner.plan({"not": {"not": {"type": "segment", "segment": inner.pk}}}).sends

    assert (list(send.friends), send.method) == (friends[:60], Method.NARROWCAST)


def test_lists_and_guesses_mixed_without_end_are_refused_at_once_with_what_works(tenant):
    make_reach(60)
    mixed = [
        {"all": [make_line_audience(number, "CHAT_TAG"), {"type": "line_area", "in": [f"jp_{number:02}"]}]}
        for number in range(1, 41)
    ]
    begun = time.thread_time()

    with pytest.raises(Unreachable) as refused:
        planner.plan({"any": mixed})

    assert time.thread_time() - begun < 3
    assert "too many sends" in refused.value.message
    assert refused.value.nearest is not None


def test_of_too_many_lists_the_nearest_tree_keeps_as_many_as_line_takes(tenant):
    make_reach(60)
    lists = [make_line_audience(number, "CHAT_TAG") for number in range(1, 15)]

    with pytest.raises(Unreachable) as refused:
        planner.plan({"all": lists})

    assert refused.value.nearest.tree == {"all": lists[:10]}


def test_friends_whom_line_parts_between_two_narrowcasts_are_counted_once(tenant):
    make_reach(120)
    regulars = make_line_audience(7, "CHAT_TAG")

    plan = planner.plan({"any": [{"all": [regulars, WOMEN]}, {"all": [{"not": regulars}, IN_TOKYO]}]})

    assert len(plan.sends) > 1
    assert plan.most == 120


def test_who_is_not_known_here_counts_for_lines_minimum_where_line_looks_among_all(tenant):
    tagged = make_tagged(make_reach(10))
    AudienceDay.objects.create(day=date(2026, 11, 20), reach=5_000, fetched_at=timezone.now())

    [send] = planner.plan(WOMEN).sends

    assert (send.most, send.minimum) == (10, 50)
    with pytest.raises(Unreachable):
        planner.plan({"all": [tagged, WOMEN]})


def test_the_month_must_also_hold_friends_whom_only_line_knows(tenant):
    tagged = make_tagged(make_reach(60))
    AudienceDay.objects.create(day=date(2026, 11, 20), reach=5_000, fetched_at=timezone.now())

    assert planner.plan(WOMEN).messages == 5_000
    assert planner.plan({"all": []}, prefers="broadcast").messages == 5_000
    assert planner.plan({"all": []}).messages == 60
    assert planner.plan({"all": [tagged, WOMEN]}).messages == 60
