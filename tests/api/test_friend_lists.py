"""Endpoints of lists of friends."""

import pytest

from segments.lists import commands as lists
from segments.lists import filling
from tests.factories import make_customer, make_friend, make_link, make_list, make_segment
from tests.segments.test_lists import on


def test_a_program_fills_a_list_and_may_repeat_itself(call):
    api = call("segments.add_friendlist", "segments.change_friendlist", "friends.view_friend")
    aoi, ren = make_friend("aoi"), make_friend("ren")
    make_link(ren, make_customer("C-1"))
    named = {"friends": [aoi.pk, 2**31 - 1], "customers": ["C-1"], "line_user_ids": [aoi.line_user_id, "x"]}

    made = api.post("friend-lists/", {"name": "VIP"}).json()
    first = api.post(f"friend-lists/{made['id']}/members/", named)
    again = api.post(f"friend-lists/{made['id']}/members/", named)
    members = api.get(f"friend-lists/{made['id']}/members/").json()["items"]
    gone = api.post(f"friend-lists/{made['id']}/members/removal/", {"friends": [aoi.pk, aoi.pk]})

    assert made["friends"] == 0
    assert (first.json()["changed"], again.json()["changed"], again.json()["unchanged"]) == (2, 0, 2)
    assert first.json()["not_found"] == [
        {"id": str(2**31 - 1), "reason": "no friend has this number"},
        {"id": "x", "reason": "no friend has this LINE user ID"},
    ]
    assert {each["friend"]["display_name"] for each in members} == {"aoi", "ren"}
    assert gone.json() == {"changed": 1, "unchanged": 0, "not_found": []}


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"friends": []},
        {"friends": list(range(1, 10_002))},
        {"friends": ["x"]},
        {"friends": [2**31]},
        {"customers": ["x" * 101]},
        {"line_user_ids": "U1"},
    ],
)
def test_a_program_is_told_what_is_wrong_with_its_ids(call, body):
    api = call("segments.change_friendlist")
    vip = make_list()

    assert api.post(f"friend-lists/{vip.pk}/members/", body).status_code == 400
    assert api.post("friend-lists/12345/members/", {"friends": [1]}).status_code == 404


def test_a_program_lists_renames_and_deletes(call):
    api = call("segments.view_friendlist", "segments.change_friendlist", "segments.delete_friendlist")
    vip = make_list(friends=[make_friend("aoi")])
    make_segment({"any": [on(vip)]}, name="Best")

    assert [each["friends"] for each in api.get("friend-lists/").json()["items"]] == [1]
    assert api.patch(f"friend-lists/{vip.pk}/", {"name": "Gold"}).json()["name"] == "Gold"
    assert api.patch(f"friend-lists/{vip.pk}/", {"name": ""}).status_code == 400
    assert api.delete(f"friend-lists/{vip.pk}/").json()["code"] == "list_in_use"


def test_a_list_says_how_far_it_is_filled(call, monkeypatch):
    api = call("segments.view_friendlist", "segments.view_segment")
    monkeypatch.setattr(filling, "AT_ONCE", 1)
    vip, other = make_list(), make_list("Other")
    lists.put(vip, [make_friend().pk, make_friend().pk])

    filled = [each["filling"] for each in api.get("friend-lists/").json()["items"]]
    one = api.get(f"friend-lists/{vip.pk}/").json()["filling"]
    plan = api.post("segments/plan/", {"tree": {"type": "list", "list": vip.pk}})
    filling.work(lambda: True)

    assert filled == [None, {"done": 0, "of": 2}]
    assert one == {"done": 0, "of": 2}
    assert (plan.status_code, plan.json()["code"]) == (409, "list_being_filled")
    assert api.get(f"friend-lists/{vip.pk}/").json()["filling"] is None
    assert api.get(f"friend-lists/{other.pk}/").json()["filling"] is None
