"""What a program may send by mistake or in malice: refused at once, with the place that is wrong."""

import time
from collections.abc import Callable

import pytest
from django.http import HttpResponse

from friends import fields
from segments.leaves import all_types
from tests.factories import make_field, make_segment, make_tag
from tests.segments.injections import every_text

LINKED = {"type": "linked", "is": True}
QUICK = 0.1  # seconds, of this thread


def quickest(ask: Callable[[], HttpResponse]) -> tuple[HttpResponse, float]:
    """The answer, and the least time of three: in one of them the garbage of other tests may be gathered."""
    times = []
    for _ in range(3):
        began = time.thread_time()
        answer = ask()
        times.append(time.thread_time() - began)
    return answer, min(times)


def nested(levels: int) -> dict:
    tree = LINKED
    for _level in range(levels - 1):
        tree = {"not": tree}
    return tree


@pytest.mark.parametrize(
    ("tree", "path"),
    [
        ({"all": [LINKED, {"type": "horoscope"}]}, "all[1].type"),
        ({"all": [{"any": [{"type": "linked", "is": "yes"}]}]}, "all[0].any[0].is"),
        ({"not": {"type": "tag", "tag": "VIP"}}, "not.tag"),
        (nested(60), ".".join(["not"] * 20)),
        ({"any": [LINKED] * 10_000}, "any[199]"),
        ({"all": [{"all": [LINKED] * 5_000}, {"all": [LINKED] * 5_000}]}, "all[0].all[198]"),
        ({"all": [{"type": "events", "event": "x" * 10_000, "count_at_least": 1}]}, "all[0].event"),
        ({"all": {"all": []}}, "all"),
        ("linked", ""),
    ],
)
@pytest.mark.parametrize("address", ["segments/validate/", "segments/count/", "segments/"])
def test_it_is_refused_at_once_with_its_place(call, tree, path, address):
    ours = call()

    answer, seconds = quickest(lambda: ours.post(address, {"tree": tree, "name": "Bad"}))

    assert seconds < QUICK
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_tree")
    assert [problem["path"] for problem in answer.json()["problems"]] == [path]


@pytest.mark.parametrize("row", [{"type": "segment", "segment": 4711}, {"type": "list", "list": 4711}])
@pytest.mark.parametrize("address", ["segments/validate/", "segments/"])
def test_rows_that_are_not_there_are_refused_with_their_place(call, row, address):
    answer = call().post(address, {"tree": {"all": [LINKED, row]}, "name": "Bad"})

    assert answer.status_code == 422
    assert [problem["path"] for problem in answer.json()["problems"]] == ["all[1]"]


def test_no_tree_at_all_is_refused(call):
    assert call().post("segments/validate/", {"tree": None}).status_code == 400
    assert call().post("segments/validate/", {}).status_code == 400


def test_a_cycle_of_segments_is_refused_with_its_place(call):
    first = make_segment(LINKED, name="First")
    second = make_segment({"all": [{"type": "segment", "segment": first.pk}]}, name="Second")
    tree = {"any": [LINKED, {"not": {"type": "segment", "segment": second.pk}}]}
    ours = call()

    answer, seconds = quickest(lambda: ours.patch(f"segments/{first.pk}/", {"tree": tree}))

    assert seconds < QUICK
    assert answer.status_code == 422
    assert [problem["path"] for problem in answer.json()["problems"]] == ["any[1].not"]


def test_a_segment_that_asks_for_itself_is_refused(call):
    segment = make_segment(LINKED)

    answer = call().patch(f"segments/{segment.pk}/", {"tree": {"type": "segment", "segment": segment.pk}})

    assert answer.status_code == 422


def test_a_field_that_was_archived_or_deleted_since_is_refused_with_its_place(call):
    field = make_field("Shop", key="shop")
    tree = {"all": [LINKED, {"type": "friend", "field": "fields.shop", "op": "exists"}]}
    ours = call()
    before = ours.post("segments/validate/", {"tree": tree})

    fields.archive_field(field)
    after = ours.post("segments/validate/", {"tree": tree})

    assert before.status_code == 200
    assert after.status_code == 422
    assert [problem["path"] for problem in after.json()["problems"]] == ["all[1]"]


def test_a_tag_that_was_deleted_since_is_refused_with_its_place(call):
    tag = make_tag("VIP")
    tree = {"not": {"type": "tag", "tag": tag.pk}}
    ours = call()
    before = ours.post("segments/validate/", {"tree": tree})

    tag.delete()
    after = ours.post("segments/validate/", {"tree": tree})

    assert (before.status_code, after.status_code) == (200, 422)
    assert [problem["path"] for problem in after.json()["problems"]] == ["not"]


@pytest.mark.parametrize("leaf", all_types(), ids=lambda leaf: leaf.type)
def test_sql_in_every_text_is_refused_or_harmless(call, leaf):
    ours = call()
    found = list(every_text(leaf, "'; DROP TABLE friends_friend; --"))

    answers = {
        ours.post("segments/validate/", {"tree": {"any": [LINKED, raw]}}).status_code for raw in found[:40]
    }

    assert answers <= {200, 422}
    assert ours.get("friends/").status_code == 200


def test_a_body_that_is_too_large_is_refused_in_json(call):
    answer = call().post("segments/validate/", {"tree": {"all": ["x" * 3_000_000]}})

    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
