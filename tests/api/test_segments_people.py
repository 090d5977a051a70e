"""Who is in a segment, its sizes, overlap and uses, for programs."""

import csv
import io
from datetime import UTC, datetime, timedelta

import pytest
from django_tenants.utils import tenant_context

from accounts.models import Activity
from segments.facts import sizes
from tests.factories import make_customer, make_friend, make_link, make_segment, make_tag

NOON = datetime(2026, 10, 1, 3, tzinfo=UTC)  # in Tokyo
LINKED = {"type": "linked", "is": True}


def test_a_tree_is_validated_without_being_counted_or_saved(call):
    vip = make_tag("VIP")
    tree = {"all": [{"type": "tag", "tag": vip.pk}, {"not": LINKED}]}
    ours = call("segments.view_segment")

    answer = ours.post("segments/validate/", {"tree": tree})

    assert answer.status_code == 200
    assert answer.json() == {"words": "tagged “VIP” · not (linked)", "tree": tree}


def test_a_tree_that_is_wrong_or_names_what_is_gone_is_refused_with_the_place(call):
    ours = call("segments.view_segment")

    wrong = ours.post("segments/validate/", {"tree": {"all": [LINKED, {"type": "linked"}]}})
    gone = ours.post("segments/validate/", {"tree": {"not": {"type": "tag", "tag": 4711}}})

    assert (wrong.status_code, gone.status_code) == (422, 422)
    assert wrong.json()["problems"] == [{"path": "all[1].is", "text": "is missing"}]
    assert gone.json()["problems"] == [{"path": "not", "text": "there is no tag 4711"}]


def test_a_sample_is_as_large_as_asked_for(call):
    for name in ("aoi", "ren", "mei"):
        make_friend(name)
    segment = make_segment()
    ours = call()

    assert len(ours.get(f"segments/{segment.pk}/sample/?n=2").json()) == 2
    assert len(ours.get(f"segments/{segment.pk}/sample/").json()) == 3
    assert ours.get(f"segments/{segment.pk}/sample/?n=101").status_code == 400
    assert ours.get(f"segments/{segment.pk}/sample/?number=3").status_code == 400


def test_the_people_come_page_by_page(call):
    friends = [make_friend(f"f{number}") for number in range(5)]
    make_link(friends[0], make_customer("1001"))
    segment = make_segment()
    ours = call()

    first = ours.get(f"segments/{segment.pk}/friends/?limit=3").json()
    second = ours.get(first["next"]).json()

    assert first["total"] == 5
    assert [row["id"] for row in first["items"] + second["items"]] == [friend.pk for friend in friends]
    assert first["items"][0] == {
        "id": friends[0].pk,
        "line_user_id": friends[0].line_user_id,
        "customer": "1001",
    }
    assert first["items"][1]["customer"] is None
    assert second["next"] is None


def test_a_segment_of_nobody_has_an_empty_page(call):
    segment = make_segment({"type": "tag", "tag": make_tag("VIP").pk})

    answer = call().get(f"segments/{segment.pk}/friends/").json()

    assert answer == {"total": 0, "items": [], "next": None}


def test_the_people_come_as_a_file(call, tenant):
    make_friend("aoi")
    segment = make_segment()

    answer = call().get(f"segments/{segment.pk}/export/?columns=display_name,tags")
    with tenant_context(tenant):
        text = b"".join(answer.streaming_content).decode("utf-8-sig")

    assert list(csv.DictReader(io.StringIO(text))) == [{"display_name": "aoi", "tags": ""}]
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert "api_key" in Activity.objects.get(tenant=tenant.pk, verb="segment.exported").detail


@pytest.mark.parametrize("query", ["columns=password", "encoding=utf-16", "columns=,", "since=1"])
def test_a_file_that_cannot_be_is_refused(call, query):
    segment = make_segment()

    answer = call().get(f"segments/{segment.pk}/export/?{query}")

    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")


def test_sizes_come_oldest_first(call, time_machine):
    time_machine.move_to(NOON, tick=False)
    make_friend("aoi")
    segment = make_segment()
    for days in (0, 2):
        time_machine.move_to(NOON + timedelta(days=days, hours=12), tick=False)
        sizes.keep(lambda: True)

    answer = call().get(f"segments/{segment.pk}/sizes/?days=30").json()

    assert [(size["day"], size["total"]) for size in answer] == [("2026-10-01", 1), ("2026-10-03", 1)]


def test_two_segments_overlap(call):
    aoi, ren = make_friend("aoi"), make_friend("ren")
    first = make_segment({"type": "tag", "tag": make_tag("VIP", friends=[aoi, ren]).pk})
    second = make_segment({"type": "tag", "tag": make_tag("Gold", friends=[ren]).pk})

    answer = call().get(f"segments/overlap/?segments={first.pk},{second.pk}").json()

    assert answer == {
        "totals": {str(first.pk): 2, str(second.pk): 1},
        "shared": 1,
        "union": 2,
        "regions": [
            {"segments": [first.pk, second.pk], "count": 1},
            {"segments": [first.pk], "count": 1},
            {"segments": [second.pk], "count": 0},
        ],
    }


@pytest.mark.parametrize("numbers", ["1", "1,2,3,4", "a,b", "", "999999999,999999998", "{0},{0}"])
def test_an_overlap_of_nothing_is_refused(call, numbers):
    segment = make_segment()

    answer = call().get(f"segments/overlap/?segments={numbers.format(segment.pk)}")

    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")


def test_what_uses_a_segment_is_told(call):
    vip = make_segment(LINKED, name="VIPs")
    other = make_segment({"all": [{"type": "segment", "segment": vip.pk}]}, name="Others")

    answer = call().get(f"segments/{vip.pk}/uses/").json()

    assert answer == [{"kind": "Segment", "id": other.pk, "name": "Others", "state": "", "keeps": True}]


def test_why_a_friend_is_in_it_is_told_by_path(call):
    aoi = make_friend("aoi")
    segment = make_segment({"not": LINKED})

    answer = call().get(f"segments/{segment.pk}/explanation/?friend={aoi.pk}").json()

    assert answer == {"is_in": True, "is_reachable": True, "parts": {"": True, "not": False}}


def test_friends_of_another_client_are_not_explained(call, other_tenant):
    segment = make_segment()
    with tenant_context(other_tenant):
        foreign = make_friend("foreign")

    answer = call().get(f"segments/{segment.pk}/explanation/?friend={foreign.pk}")

    assert answer.status_code == 404


def test_ready_made_segments_can_be_saved_as_they_are(call):
    ours = call()

    ready = ours.get("segments/ready/").json()
    [linked] = [each for each in ready if each["key"] == "linked"]
    made = ours.post("segments/", {"name": linked["name"], "tree": linked["tree"]})

    assert made.status_code == 201
    assert linked["words"] == "linked"


@pytest.mark.parametrize("path", ["sample", "friends", "export", "sizes", "uses", "explanation"])
def test_a_segment_of_another_client_is_not_found(call, other_tenant, path):
    with tenant_context(other_tenant):
        foreign = make_segment()

    assert call().get(f"segments/{foreign.pk + 10_000}/{path}/?friend=1").status_code in {400, 404}
