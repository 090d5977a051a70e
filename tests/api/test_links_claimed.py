"""Links that the client's own system or another tool tells of, over the API."""

from datetime import UTC, datetime

import pytest

from accounts.models import Activity
from linking import unlinking
from linking.models import Link, LinkConflict
from tests.factories import make_customer, make_friend, make_line_user_id, make_link, make_link_conflict

AOI = make_line_user_id("aoi")
MAY_REPLACE = ("linking.add_link", "linking.change_linkconflict")


def test_a_link_is_made_once_and_the_log_says_by_which_key(call):
    make_customer("C-1")
    body = {
        "customer": "C-1",
        "line_user_id": AOI,
        "consent": "はい、連携します 🌸",
        "consent_at": "2026-10-01T09:00:00+09:00",
    }

    first, again = call().post("links/", body), call().post("links/", body)

    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["consent"] == "はい、連携します 🌸"
    assert Link.objects.get().consent_at == datetime(2026, 10, 1, tzinfo=UTC)
    assert Activity.objects.get(verb="links.claimed").detail["api_key"]


def test_what_contradicts_a_link_is_a_conflict_with_a_number(call):
    make_link(make_friend("aoi"), make_customer("C-1"))
    make_customer("C-2")

    answer = call().post("links/", {"customer": "C-2", "line_user_id": AOI})

    conflict = LinkConflict.objects.get()
    assert answer.status_code == 409
    assert (answer.json()["code"], answer.json()["conflict"]) == ("conflict", conflict.pk)


def test_who_may_decide_may_replace(call):
    make_link(make_friend("aoi"), make_customer("C-1"))
    make_customer("C-2")
    body = {"customer": "C-2", "line_user_id": AOI, "replace": True}

    refused = call("linking.add_link").post("links/", body)
    allowed = call(*MAY_REPLACE).post("links/", body)

    assert (refused.status_code, allowed.status_code) == (403, 201)
    assert Link.objects.active().get().customer.number == "C-2"


def test_who_has_unlinked_is_not_linked_again_by_a_program(call):
    link = make_link(make_friend("aoi"), make_customer("C-1"))
    unlinking.unlink_friend(link.friend_id, how=Link.Ended.BY_FRIEND)

    answer = call().post("links/", {"customer": "C-1", "line_user_id": AOI, "replace": True})

    assert (answer.status_code, answer.json()["code"]) == (409, "ended")


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({}, 400, "invalid"),
        ({"customer": "C-1", "friend": "x"}, 400, "invalid"),
        ({"customer": "C-1", "friend": 10**12}, 400, "invalid"),
        ({"customer": "C-1\0", "line_user_id": AOI}, 400, "parse_error"),
        ({"customer": "nobody", "line_user_id": AOI}, 422, "no_customer"),
        ({"customer": "C-1", "line_user_id": "aoi"}, 422, "bad_user_id"),
        ({"customer": "C-1"}, 422, "no_friend"),
        ({"customer": "C-1", "line_user_id": AOI, "linked_at": "2126-01-01T00:00:00Z"}, 422, "in_future"),
    ],
)
def test_what_is_wrong_is_said(call, body, status, code):
    make_customer("C-1")

    answer = call().post("links/", body)

    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_each_pair_of_a_batch_is_answered(call):
    make_link(make_friend("ren"), make_customer("C-2"))
    make_link(make_friend("sora"), make_customer("C-5"))
    for number in ("C-1", "C-3", "C-4"):
        make_customer(number)

    answer = call().post(
        "links/bulk/",
        {
            "links": [
                {"customer": "C-1", "line_user_id": AOI},
                {"customer": "C-2", "line_user_id": make_line_user_id("ren")},
                {"customer": "C-3", "line_user_id": make_line_user_id("sora")},
                {"customer": "C-4", "line_user_id": make_line_user_id("mei"), "linked_at": "soon"},
                "C-4",
            ]
        },
    )

    results = answer.json()["results"]
    assert answer.status_code == 200
    assert [each["outcome"] for each in results] == ["linked", "unchanged", "conflict", "refused", "refused"]
    assert [each["index"] for each in results] == [0, 1, 2, 3, 4]
    assert results[3]["detail"].startswith("linked_at: ")


@pytest.mark.parametrize("links", [None, [], "x", [{"customer": "1"}] * 1_001])
def test_a_batch_that_is_none_is_refused_as_a_whole(call, links):
    assert call().post("links/bulk/", {"links": links}).status_code == 400


def test_a_conflict_is_decided_once(call):
    conflict = make_link_conflict()

    first = call().put(f"link-conflicts/{conflict.pk}/decision/", {"replace": True})
    again = call().put(f"link-conflicts/{conflict.pk}/decision/", {"replace": False})

    assert (first.status_code, first.json()["state"]) == (200, "replaced")
    assert (again.status_code, again.json()["code"]) == (409, "already_decided")
    assert Link.objects.active().get().friend_id == conflict.friend_id


def test_open_conflicts_are_listed(call):
    conflict = make_link_conflict()

    answer = call().get("link-conflicts/?state=open")

    assert [each["id"] for each in answer.json()["items"]] == [conflict.pk]
