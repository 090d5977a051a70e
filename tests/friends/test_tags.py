"""Tags: making them, putting them on friends, taking them off."""

import pytest
from django_tenants.utils import tenant_context
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import Activity
from events import versions
from friends import colors, services, tag_uses
from friends.errors import BadColor, BadTagName, SameTag, TagExists, TagInUse
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


def test_a_merged_tag_hands_its_friends_over(tenant):
    aoi, ren = make_friend("aoi"), make_friend("ren")
    old, new = make_tag("ViP", friends=[aoi, ren]), make_tag("VIP", friends=[aoi])

    count = services.merge_tags(old, new)

    assert count == 1
    assert tagged(new) == {"aoi", "ren"}
    assert not Tag.objects.filter(name="ViP").exists()


def test_a_tag_that_something_asks_for_cannot_be_merged_away(tenant, monkeypatch):
    monkeypatch.setattr(tag_uses, "_finders", [lambda tag: [tag_uses.Use(f"segment of {tag.name}")]])
    old, new = make_tag("ViP", friends=[make_friend("aoi")]), make_tag("VIP")

    with pytest.raises(TagInUse) as refusal:
        services.merge_tags(old, new)

    assert "segment of ViP" in refusal.value.message
    assert tagged(old) == {"aoi"}


def test_a_tag_cannot_be_merged_with_itself(tenant):
    vip = make_tag("VIP")

    with pytest.raises(SameTag):
        services.merge_tags(vip, Tag.objects.get())


@pytest.mark.parametrize("color", ["red", "#12345", "#GGGGGG", "#3B6EF6", "", "url(x)"])
def test_a_colour_that_is_none_is_refused(tenant, color):
    with pytest.raises(BadColor):
        services.change_tag(make_tag("VIP"), name="VIP", color=color)


def test_all_friends_that_a_query_finds_are_tagged_in_one_go(tenant):
    make_friend("aoi")
    make_friend("ren", status="blocked")
    vip = make_tag("VIP")

    assert services.tag_all(Friend.objects.reachable(), vip) == 1
    assert services.tag_all(Friend.objects.all(), vip) == 1
    assert services.untag_all(Friend.objects.search("aoi"), vip) == 1

    assert tagged(vip) == {"ren"}


@given(color=st.from_regex(r"#[0-9a-f]{6}", fullmatch=True))
def test_the_ink_on_a_tag_can_be_read_whatever_its_colour(color):
    behind, ink = colors._luminance(color), colors._luminance(colors.ink(color))

    assert colors._contrast(behind, ink) >= 4.5
