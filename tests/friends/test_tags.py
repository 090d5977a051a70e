"""Tags: making them, putting them on friends, taking them off."""

import pytest
from django_tenants.utils import tenant_context

from accounts.models import Activity
from events import versions
from friends import services
from friends.errors import BadTagName, TagExists
from friends.models import Friend, FriendTag, Tag
from tests.factories import make_friend, make_tag, make_user


def tagged(tag: Tag) -> set[str]:
    return set(Friend.objects.filter(tags=tag).values_list("display_name", flat=True))


def test_a_tag_is_put_on_those_who_lack_it_and_the_data_version_grows(tenant):
    aoi, ren, mio = make_friend("aoi"), make_friend("ren"), make_friend("mio")
    vip = make_tag("VIP", friends=[aoi])

    count = services.tag_friends([aoi.pk, ren.pk], vip)

    assert count == 1
    assert tagged(vip) == {"aoi", "ren"}
    assert mio.tags.count() == 0
    assert versions.of([f"tag:{vip.pk}"]) == {f"tag:{vip.pk}": 1}


def test_tagging_that_changes_nothing_leaves_the_data_version_alone(tenant):
    aoi = make_friend("aoi")
    vip = make_tag("VIP", friends=[aoi])

    assert services.tag_friends([aoi.pk], vip) == 0

    assert versions.of([f"tag:{vip.pk}"]) == {f"tag:{vip.pk}": 0}


def test_a_tag_is_taken_off(tenant):
    aoi, ren = make_friend("aoi"), make_friend("ren")
    vip = make_tag("VIP", friends=[aoi, ren])

    assert services.untag_friends([aoi.pk, 999_999], vip) == 1

    assert tagged(vip) == {"ren"}


def test_numbers_of_another_client_are_nobody_here(tenant, other_tenant):
    with tenant_context(other_tenant):
        stranger = make_friend("stranger")
    vip = make_tag("VIP")

    assert services.tag_friends([stranger.pk + 1_000], vip) == 0
    assert not FriendTag.objects.exists()


def test_two_tags_of_one_name_are_refused(tenant):
    services.create_tag("VIP")
    other = services.create_tag("Regular")

    with pytest.raises(TagExists, match="tag_exists"):
        services.create_tag(" VIP ")
    with pytest.raises(TagExists):
        services.rename_tag(other, "VIP")

    assert set(Tag.objects.values_list("name", flat=True)) == {"VIP", "Regular"}


@pytest.mark.parametrize("name", ["", "  ", "a|b", "a;b", "two\nlines", "x" * 61])
def test_a_name_that_could_not_stand_in_a_file_is_refused(tenant, name):
    with pytest.raises(BadTagName):
        services.create_tag(name)


def test_a_renamed_tag_stays_on_its_friends_and_the_log_says_who_did_it(tenant):
    user = make_user("marketer")
    vip = make_tag("VIP", friends=[make_friend("aoi")])

    services.rename_tag(vip, "Gold", by=user)

    assert tagged(Tag.objects.get(name="Gold")) == {"aoi"}
    assert Activity.objects.get(verb="tag.renamed").user == user


def test_a_deleted_tag_is_off_everybody(tenant):
    vip = make_tag("VIP", friends=[make_friend("aoi")])

    services.delete_tag(vip)

    assert not FriendTag.objects.exists()
    assert versions.of([f"tag:{vip.pk}"]) == {f"tag:{vip.pk}": 1}
