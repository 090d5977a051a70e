"""A tree asked of a few friends agrees with the tree asked of everybody."""

import pytest

from friends.models import Friend
from segments import services
from tests.factories import make_friend, make_tag

TREES = [
    lambda vip: {"all": []},
    lambda vip: vip,
    lambda vip: {"not": vip},
    lambda vip: {"any": [vip, {"type": "friend_for", "days_at_least": 1}]},
]


@pytest.mark.parametrize("make", TREES)
def test_it_agrees_with_what_everybody_is_asked(tenant, make):
    aoi, ren, _mio = (make_friend(name) for name in ("aoi", "ren", "mio"))
    gone = make_friend("gone", status=Friend.Status.BLOCKED)
    tree = make({"type": "tag", "tag": make_tag("VIP", friends=[aoi, gone]).pk})
    asked = [aoi.pk, ren.pk, gone.pk, 999_999]

    found = services.among(tree, asked)

    assert found == set(services.evaluate(tree)) & set(asked)


def test_nobody_is_asked_where_nobody_is_named(tenant, django_assert_num_queries):
    with django_assert_num_queries(0):
        found = services.among({"all": []}, [])

    assert found == set()
