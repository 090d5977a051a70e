from broadcasts import services as broadcasts
from segments import services as segments
from tests.factories import make_friend, make_tag

EVERYONE = {"all": []}


def test_a_segment_is_made_counted_and_sampled(call):
    vip = make_tag("VIP", friends=[make_friend("aoi")])
    make_friend("ren")
    ours = call()

    made = ours.post("segments/", {"name": "VIPs", "tree": {"type": "tag", "tag": vip.pk}}).json()
    counted = ours.get(f"segments/{made['id']}/count/").json()
    sample = ours.get(f"segments/{made['id']}/sample/").json()

    assert (made["name"], made["version"]) == ("VIPs", 1)
    assert counted == {
        "total": 1,
        "least": 1,
        "reached": 1,
        "reachable": 2,
        "parts": {"": 1},
        "words": "tagged “VIP”",
    }
    assert [friend["display_name"] for friend in sample] == ["aoi"]


def test_a_tree_is_counted_without_being_saved(call):
    make_friend("aoi")
    ours = call()

    counted = ours.post("segments/count/", {"tree": {"not": {"type": "linked", "is": True}}}).json()

    assert (counted["total"], counted["parts"]) == (1, {"": 1, "not": 0})
    assert ours.get("segments/").json()["items"] == []


def test_a_tree_that_cannot_be_asked_is_refused_naming_the_place(call):
    tree = {"all": [EVERYONE, {"type": "tag", "tag": "VIP"}]}

    answer = call().post("segments/", {"name": "VIPs", "tree": tree})

    assert answer.status_code == 422
    assert answer.json()["code"] == "invalid_tree"
    assert [problem["path"] for problem in answer.json()["problems"]] == ["all[1].tag"]


def test_a_change_keeps_what_is_not_given(call):
    segment = segments.create_segment("All", EVERYONE)

    answer = call().patch(f"segments/{segment.pk}/", {"name": "Everyone"})

    assert (answer.json()["name"], answer.json()["tree"], answer.json()["version"]) == (
        "Everyone",
        EVERYONE,
        2,
    )


def test_a_change_that_changes_nothing_keeps_the_version(call):
    segment = segments.create_segment("All", EVERYONE)
    ours = call()

    answers = [ours.patch(f"segments/{segment.pk}/", body) for body in ({}, {"name": "All"})]

    assert [(answer.status_code, answer.json()["version"]) for answer in answers] == [(200, 1), (200, 1)]


def test_a_change_to_a_version_that_is_gone_is_refused(call):
    segment = segments.create_segment("All", EVERYONE)
    ours = call()
    ours.patch(f"segments/{segment.pk}/", {"name": "Everyone", "version": 1})

    answer = ours.patch(f"segments/{segment.pk}/", {"name": "Everybody", "version": 1})

    assert (answer.status_code, answer.json()["code"]) == (409, "segment_changed")


def test_a_segment_is_deleted_unless_a_broadcast_uses_it(call):
    used, unused = segments.create_segment("Used", EVERYONE), segments.create_segment("Unused", EVERYONE)
    text = [{"type": "text", "text": "Sale"}]
    broadcasts.create_broadcast(name="Sale", segment=used, messages=text, by=None)
    ours = call()

    refused, deleted = ours.delete(f"segments/{used.pk}/"), ours.delete(f"segments/{unused.pk}/")

    assert (refused.status_code, refused.json()["code"]) == (409, "segment_in_use")
    assert deleted.status_code == 204
    assert [segment["name"] for segment in ours.get("segments/").json()["items"]] == ["Used"]
