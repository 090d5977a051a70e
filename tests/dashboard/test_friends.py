from datetime import UTC, datetime

import pytest
from django.utils import timezone
from django_tenants.utils import tenant_context

from accounts import paging
from events.timeline import NewEvent, record
from friends.models import Demographics, FriendField, Tag
from tests.factories import make_customer, make_field, make_friend, make_link, make_segment, make_tag


@pytest.mark.parametrize(
    ("query", "shown", "left_out"),
    [
        ({"q": "ao"}, "Aoi Tanaka", "Ren Sato"),
        ({"status": "blocked"}, "Ren Sato", "Aoi Tanaka"),
        ({"linked": "yes"}, "Aoi Tanaka", "Ren Sato"),
        ({"linked": "no"}, "Ren Sato", "Aoi Tanaka"),
    ],
)
def test_the_list_is_narrowed(visit, query, shown, left_out):
    make_link(make_friend("Aoi Tanaka"), make_customer("A-1"))
    make_friend("Ren Sato", status="blocked")

    page = visit().read("friends/", query)

    assert shown in page
    assert left_out not in page


def test_a_link_that_has_ended_is_no_link(visit):
    make_link(make_friend("aoi"), unlinked_at=timezone.now())

    assert "aoi" in visit().read("friends/", {"linked": "no"})


def test_the_list_is_narrowed_to_a_tag(visit):
    vip = make_tag("VIP", friends=[make_friend("Aoi Tanaka")])
    make_friend("Ren Sato")

    page = visit().read("friends/", {"tag": vip.pk})

    assert "Aoi Tanaka" in page
    assert "Ren Sato" not in page


def test_the_list_goes_on_where_the_page_before_ended(visit, monkeypatch):
    monkeypatch.setattr(paging.page, "__kwdefaults__", {"size": 2})
    friends = [make_friend(f"person {number}") for number in range(3)]
    visitor = visit()

    first = visitor.read("friends/")
    second = visitor.read("friends/", {"before": friends[1].pk})

    assert "person 2" in first
    assert "person 1" in first
    assert f"before={friends[1].pk}" in first
    assert "person 0" in second
    assert "person 1" not in second


def test_the_list_takes_as_many_queries_for_fifty_as_for_one(visit, django_assert_max_num_queries):
    tag = make_tag("VIP")
    for number in range(50):
        make_link(make_friend(f"person {number}", tags=[tag]))
    visitor = visit()

    with django_assert_max_num_queries(15):
        visitor.read("friends/")


def test_a_profile_shows_what_friend_and_customer_did(visit):
    link = make_link(make_friend("aoi"), make_customer("A-1", name="Aoi Tanaka"))
    bought = {"product": "Linen shirt", "amount": 4800}
    record(
        [
            NewEvent(
                "bought",
                datetime(2026, 11, 20, 5, 5, tzinfo=UTC),
                customer_id=link.customer_id,
                properties=bought,
            )
        ]
    )

    visitor = visit()
    page = visitor.read(f"friends/{link.friend_id}/")

    assert f'hx-get="/c/apparel/id-links/friends/{link.friend_id}/"' in page
    assert "Aoi Tanaka" in visitor.read(f"id-links/friends/{link.friend_id}/")
    assert "Linen shirt" in page
    assert "¥4,800" in page
    assert "2026/11/20 14:05" in page


def test_a_name_is_shown_as_text_whatever_it_says(visit):
    friend = make_friend("<script>alert(1)</script>")

    page = visit().read(f"friends/{friend.pk}/")

    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_a_tag_is_put_on_and_taken_off(visit):
    friend = make_friend("aoi")
    visitor = visit()

    page = visitor.send(f"friends/{friend.pk}/tags/", {"name": "VIP"})
    tag = Tag.objects.get(name="VIP")
    visitor.send(f"friends/{friend.pk}/tags/{tag.pk}/remove/", {})

    assert "VIP" in page
    assert not friend.tags.exists()


def test_a_tag_that_cannot_be_is_refused_on_the_form(visit):
    friend = make_friend("aoi")

    page = visit().send(f"friends/{friend.pk}/tags/", {"name": "a|b"})

    assert "A tag needs a name" in page
    assert not Tag.objects.exists()


def test_who_only_looks_cannot_tag(visit):
    friend = make_friend("aoi")

    refused = visit("viewer").post(f"friends/{friend.pk}/tags/", {"name": "VIP"})
    allowed = visit("marketer").post(f"friends/{friend.pk}/tags/", {"name": "VIP"})

    assert (refused.status_code, allowed.status_code) == (403, 200)


def test_a_friend_of_another_client_is_not_found(visit, other_tenant):
    with tenant_context(other_tenant):
        theirs = make_friend("theirs", id=900_001)

    assert visit().get(f"friends/{theirs.pk}/").status_code == 404


def test_a_friends_life_is_told_with_its_dates(visit):
    friend = make_friend("aoi")
    days = [datetime(2026, 3, day, 3, tzinfo=UTC) for day in (1, 2, 3)]
    record(
        NewEvent(type_, at, friend_id=friend.pk)
        for type_, at in zip(["followed", "blocked", "unblocked"], days, strict=True)
    )

    page = visit().read(f"friends/{friend.pk}/")

    assert page.index("2026/03/01 12:00") < page.index("2026/03/02 12:00") < page.index("2026/03/03 12:00")
    assert "Added or came back <b>2</b>" in page


def test_a_friend_of_whom_no_follow_is_known_is_told_so(visit):
    friend = make_friend("aoi", followed_at=None)

    assert "Friend since a day that is not known" in visit().read(f"friends/{friend.pk}/")


def test_own_name_and_fields_are_edited_on_the_profile(visit):
    born, friend = make_field("Birthday", "date"), make_friend("aoi")
    visitor = visit()

    page = visitor.send(
        f"friends/{friend.pk}/edit/", {"own_name": "Ms Tanaka", f"field_{born.pk}": "1990-04-30"}
    )

    assert "Ms Tanaka" in page
    assert "1990/04/30" in page


def test_a_value_that_does_not_fit_is_refused_and_nothing_is_saved(visit):
    size, friend = make_field("Size", "number"), make_friend("aoi")

    page = visit().send(f"friends/{friend.pk}/edit/", {"own_name": "x", f"field_{size.pk}": "large"})

    assert "Size is not a number" in page
    friend.refresh_from_db()
    assert friend.own_name == ""


def test_the_chosen_are_tagged_after_their_number_was_said(visit):
    chosen, other, vip = make_friend("aoi"), make_friend("ren"), make_tag("VIP")
    visitor = visit()

    asked = visitor.send("friends/tagging/", {"id": chosen.pk, "chosen": "1"})
    assert "Do it for 1 friends" in asked
    assert not vip.friends.exists()
    visitor.send("friends/tagging/", {"id": chosen.pk, "do": "put", "tag": vip.pk, "sure": "1"})

    assert [friend.pk for friend in vip.friends.all()] == [chosen.pk]
    assert not other.tags.exists()


def test_all_that_fit_are_tagged_and_untagged(visit):
    vip = make_tag("VIP", friends=[make_friend("aoi blocked", status="blocked")])
    make_friend("aoi")
    make_friend("ren")
    visitor = visit()
    sure = {"all": "1", "conditions": "q=aoi&status=friend", "tag": vip.pk, "sure": "1"}

    visitor.send("friends/tagging/", sure | {"do": "put"})
    assert set(vip.friends.values_list("display_name", flat=True)) == {"aoi", "aoi blocked"}

    visitor.send("friends/tagging/", sure | {"do": "take"})
    assert set(vip.friends.values_list("display_name", flat=True)) == {"aoi blocked"}


def test_numbers_of_another_client_or_of_nobody_tag_nobody(visit, other_tenant):
    with tenant_context(other_tenant):
        theirs = make_friend("theirs", id=900_001)
    vip = make_tag("VIP")

    visit().send(
        "friends/tagging/",
        {"id": [theirs.pk, "x", 2**40, "9" * 5_000], "do": "put", "tag": vip.pk, "sure": "1"},
    )

    assert not vip.friends.exists()


def test_tags_are_made_changed_merged_and_deleted_on_their_pages(visit):
    visitor = visit("account_manager")

    visitor.send("friends/tags/new/", {"name": "VIP", "color": "#9333ea"})
    vip = Tag.objects.get()
    visitor.send(f"friends/tags/{vip.pk}/", {"name": "Gold", "color": "#000000"})
    page = visitor.read("friends/tags/")
    assert 'data-background="#000000" data-color="#ffffff">Gold' in page

    other = make_tag("Old", friends=[make_friend("aoi")])
    assert "1 friends have “Old”" in visitor.send(f"friends/tags/{other.pk}/merge/", {"into": vip.pk})
    visitor.send(f"friends/tags/{other.pk}/merge/", {"into": vip.pk, "sure": "1"})
    assert "1 friends have it and will lose it" in visitor.read(f"friends/tags/{vip.pk}/delete/")
    visitor.send(f"friends/tags/{vip.pk}/delete/", {})

    assert not Tag.objects.exists()


def test_deleting_a_tag_names_the_segments_that_ask_for_it(visit):
    vip = make_tag("VIP")
    segment = make_segment({"type": "tag", "tag": vip.pk}, name="Our VIPs")

    page = visit("account_manager").read(f"friends/tags/{vip.pk}/delete/")

    assert f'<a href="/c/apparel/segments/{segment.pk}/">Our VIPs</a>' in page


def test_fields_are_made_ordered_and_archived_on_their_page(visit):
    visitor = visit()

    visitor.send("friends/fields/new/", {"name": "Size", "type": "choice", "choices": "S\nM\n"})
    visitor.send("friends/fields/new/", {"name": "Birthday", "type": "date"})
    size, born = FriendField.objects.all()
    visitor.send(f"friends/fields/{born.pk}/act/", {"do": "up"})
    visitor.send(f"friends/fields/{size.pk}/", {"name": "Shoe size", "choices": "S\nM\nL"})
    page = visitor.send(f"friends/fields/{size.pk}/act/", {"do": "archive"})

    assert "“Shoe size” is archived" in page
    assert FriendField.objects.get(pk=size.pk).choices == ["S", "M", "L"]
    assert FriendField.objects.first() == born


def test_the_export_is_streamed_for_those_who_may(visit):
    make_friend("aoi")
    make_friend("ren", status="blocked")
    address = "friends/export/file/?status=blocked&columns=display_name&encoding=utf-8"

    refused = visit("marketer").get(address)
    allowed = visit("account_manager").get(address)

    assert refused.status_code == 403
    assert b"".join(allowed.streaming_content) == b"\xef\xbb\xbfdisplay_name\r\nren\n"
    assert "Sent completely" in visit("account_manager").read("friends/export/")


def test_the_estimates_say_that_they_are_estimates(visit, channel):
    Demographics.objects.create(
        day=datetime(2026, 11, 20, tzinfo=UTC),
        is_available=True,
        shares={"genders": {"female": 75.0}},
        fetched_at=timezone.now(),
    )

    page = visit().read("friends/attributes/")

    assert "estimates by LINE" in page
    assert "75.0%" in page


def test_hidden_estimates_are_not_shown_as_zero(visit, channel):
    Demographics.objects.create(
        day=datetime(2026, 11, 20, tzinfo=UTC), is_available=False, fetched_at=timezone.now()
    )

    assert "Hidden does not mean zero" in visit().read("friends/attributes/")


def test_reading_lines_list_is_begun_and_paused_on_the_page(visit, channel):
    visitor = visit("account_manager")

    assert "Pause" in visitor.send("friends/imports/line/", {"do": "begin"})
    assert "under way already" in visitor.send("friends/imports/line/", {"do": "begin"})
    assert "Go on" in visitor.send("friends/imports/line/", {"do": "pause"})
    assert "Read the list again" in visitor.send("friends/imports/line/", {"do": "cancel"})
