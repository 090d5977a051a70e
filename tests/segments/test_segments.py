"""Making, changing, deleting and freezing segments."""

import pytest

from accounts.models import Activity
from events import versions
from friends import services as friends
from segments import services
from segments.errors import InvalidTree, SegmentChanged
from segments.models import Segment
from tests.factories import make_friend, make_tag, make_user

LINKED = {"type": "linked", "is": True}
EVERYONE = {"all": []}


def test_a_segment_is_made_and_who_made_it_is_kept(tenant):
    user = make_user()

    segment = services.create_segment("Linked", LINKED, by=user)

    assert Segment.objects.get() == segment
    assert segment.tree == LINKED
    assert segment.version == 1
    assert Activity.objects.filter(tenant=tenant.pk, verb="segment.created", user_id=user.pk).exists()


def test_a_change_counts_the_version_up(tenant):
    segment = services.create_segment("Linked", LINKED)

    changed = services.change_segment(segment, version=1, raw=EVERYONE)

    assert (changed.version, changed.name, changed.tree) == (2, "Linked", EVERYONE)


def test_of_two_changes_to_the_same_version_the_second_is_refused(tenant):
    segment = services.create_segment("Linked", LINKED)
    services.change_segment(segment, version=1, name="Linked friends")

    with pytest.raises(SegmentChanged):
        services.change_segment(segment, version=1, name="Everyone", raw=EVERYONE)

    segment.refresh_from_db()
    assert (segment.name, segment.tree) == ("Linked friends", LINKED)


def test_a_change_to_a_wrong_tree_changes_nothing(tenant):
    segment = services.create_segment("Linked", LINKED)

    with pytest.raises(InvalidTree):
        services.change_segment(segment, version=1, name="Nobody", raw={"any": []})

    segment.refresh_from_db()
    assert (segment.name, segment.version) == ("Linked", 1)


def test_a_segment_is_deleted(tenant):
    segment = services.create_segment("Linked", LINKED)

    services.delete_segment(segment)

    assert not Segment.objects.exists()


def test_frozen_friends_stay_when_the_data_moves_on(tenant):
    aoi, ren = make_friend("aoi"), make_friend("ren")
    vip = make_tag("VIP", friends=[aoi])
    raw = {"type": "tag", "tag": vip.pk}

    frozen = services.freeze(raw)
    friends.tag_friends([ren.pk], vip)

    assert list(frozen.friends()) == [aoi.pk]
    assert frozen.count == 1
    assert frozen.tree == raw
    assert frozen.versions == {"friends": 0, f"tag:{vip.pk}": 0}
    assert list(services.evaluate(raw)) == [aoi.pk, ren.pk]


def test_freezing_afresh_trusts_no_remembered_answer(tenant):
    aoi = make_friend("aoi")
    vip = make_tag("VIP", friends=[aoi])
    raw = {"type": "tag", "tag": vip.pk}
    services.count(raw)
    vip.friends.clear()  # behind the services' back, so that no version grows

    assert versions.of([f"tag:{vip.pk}"]) == {f"tag:{vip.pk}": 0}
    assert services.freeze(raw, fresh=True).count == 0
    assert services.freeze(raw).count == 0
