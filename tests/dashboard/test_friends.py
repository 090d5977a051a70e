from datetime import UTC, datetime

import pytest
from django.utils import timezone
from django_tenants.utils import tenant_context

from accounts import paging
from events.timeline import NewEvent, record
from friends.models import Tag
from tests.factories import make_customer, make_friend, make_link, make_tag


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

    page = visit().read(f"friends/{link.friend_id}/")

    assert "Aoi Tanaka" in page
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
