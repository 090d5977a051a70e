"""From a tree to the requests that reach its friends."""

import pytest

from segments import planner
from segments.errors import Unreachable
from segments.plans import Method, filled
from tests.factories import make_friend, make_tag

WOMEN = {"type": "line_gender", "in": ["female"]}
IN_TOKYO = {"type": "line_area", "in": ["jp_13"]}


def make_reach(count: int = 100) -> list[int]:
    return [make_friend().pk for _person in range(count)]


def make_tagged(friends: list[int]) -> dict:
    from friends.models import FriendTag

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
