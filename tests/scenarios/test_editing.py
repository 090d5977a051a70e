"""Changes of a flow's steps: nothing is lost, nothing twice, and the flow that was given stays as it was."""

from copy import deepcopy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenarios.errors import NoSuchPlace, WayNotEmpty
from scenarios.flow import editing, reading
from scenarios.flow.editing import Spot
from scenarios.flow.reading import MOST_STEPS

SHIFTS = st.sampled_from(["up", "down", "in", "out"])


def step(id_: str, type_: str = "wait", **values: object) -> dict:
    return {"id": id_, "type": type_, **({"days": 1} if type_ == "wait" else values)}


def branch(id_: str, yes: list[dict], otherwise: list[dict]) -> dict:
    paths = [{"key": "yes", "name": "Yes"}]
    return step(id_, "branch", paths=paths) | {"ways": {"yes": yes, "otherwise": otherwise}}


def flow(*steps: dict) -> dict:
    return reading.parse({"steps": list(steps)}).as_json()


def order(of: dict) -> list[str]:
    return [f"{spot} {each['id']}" for spot, each in editing.walk(of)]


SAMPLE = flow(step("a"), branch("b", [step("c"), step("d")], [step("e")]), step("f"))


@st.composite
def flows(draw: st.DrawFn) -> dict:
    names = (f"s{number}" for number in range(MOST_STEPS // 2))  # room for what a test adds

    def some(depth: int) -> list[dict]:
        made: list[dict] = []
        for _place in range(draw(st.integers(0, 3))):
            parts = depth < 3 and draw(st.booleans())
            name = next(names, None)
            if name is None:
                break
            made.append(branch(name, some(depth + 1), some(depth + 1)) if parts else step(name))
        return made

    return flow(step("first"), *some(0))


def test_a_step_is_added_at_any_place():
    after = editing.add(SAMPLE, step("new"), Spot.read("b.otherwise:1"))

    assert order(after) == [
        ":0 a",
        ":1 b",
        "b.yes:0 c",
        "b.yes:1 d",
        "b.otherwise:0 e",
        "b.otherwise:1 new",
        ":2 f",
    ]


def test_a_step_is_removed_with_what_stands_on_its_ways():
    assert editing.ids(editing.remove(SAMPLE, "b")) == ["a", "f"]


def test_a_step_goes_behind_another_of_its_list():
    after = editing.move(SAMPLE, "a", Spot.read(":3"))

    assert order(after)[0] == ":0 b"
    assert order(after)[-1] == ":2 a"


def test_a_step_goes_into_a_way_that_moves_up_meanwhile():
    after = editing.move(SAMPLE, "a", Spot.read("b.yes:0"))

    assert order(after) == [":0 b", "b.yes:0 a", "b.yes:1 c", "b.yes:2 d", "b.otherwise:0 e", ":1 f"]


@pytest.mark.parametrize("to", ["b.yes:0", "b.otherwise:1"])
def test_a_step_does_not_go_into_itself(to):
    with pytest.raises(NoSuchPlace):
        editing.move(SAMPLE, "b", Spot.read(to))


@pytest.mark.parametrize("to", [":9", "b.no:0", "z.yes:0", "a.next:0", "b.yes", "", "b.yes:-1", "🎂:0"])
def test_a_place_that_is_not_there_is_refused(to):
    with pytest.raises(NoSuchPlace):
        editing.add(SAMPLE, step("new"), Spot.read(to))


def test_a_duplicate_has_ids_of_its_own():
    after, made = editing.duplicate(SAMPLE, "b")

    assert len(set(editing.ids(after))) == 10
    assert [each["id"] for each in after["steps"]] == ["a", "b", made, "f"]
    assert [each["days"] for each in after["steps"][2]["ways"]["yes"]] == [1, 1]


def test_a_changed_step_keeps_what_stands_on_its_ways():
    paths = [{"key": "yes", "name": "Buyers"}, {"key": "more", "name": "Others"}]

    after = editing.replace(SAMPLE, step("b", "branch", paths=paths))

    assert order(after) == order(SAMPLE)
    assert after["steps"][1]["paths"][0]["name"] == "Buyers"


def test_a_way_on_which_steps_stand_is_not_taken_away():
    with pytest.raises(WayNotEmpty, match="way_not_empty"):
        editing.replace(SAMPLE, step("b", "branch", paths=[{"key": "other", "name": "Other"}]))


@pytest.mark.parametrize(
    ("id_", "how", "place"),
    [
        ("d", "up", "b.yes:0 d"),
        ("c", "down", "b.yes:1 c"),
        ("a", "in", "b.yes:0 a"),
        ("f", "in", "b.yes:2 f"),
        ("c", "in", "b.otherwise:1 c"),
        ("e", "out", "b.yes:2 e"),
        ("c", "out", ":2 c"),
        ("a", "up", ":0 a"),
        ("f", "down", ":2 f"),
        ("a", "out", ":0 a"),
    ],
)
def test_keys_move_a_step(id_, how, place):
    assert place in order(editing.shift(SAMPLE, id_, how))


@given(flows(), st.data())
def test_moving_loses_nothing_and_doubles_nothing(before, data):
    kept = deepcopy(before)
    id_ = data.draw(st.sampled_from(editing.ids(before)))

    after = editing.shift(before, id_, data.draw(SHIFTS))

    assert sorted(editing.ids(after)) == sorted(editing.ids(before))
    assert before == kept
    assert reading.parse(after).as_json() == after


@given(flows(), st.data())
def test_a_step_ends_where_it_was_dragged(before, data):
    id_ = data.draw(st.sampled_from(editing.ids(before)))
    _spot, taken = editing.find(before, id_)
    within = {id_, *(each["id"] for _spot, each in editing.walk({"steps": [taken]}))}
    outside = [each for each in editing.ids(before) if each not in within]
    goal = data.draw(st.sampled_from(outside)) if outside else id_
    spot, _step = editing.find(before, goal)

    after = editing.move(before, id_, spot)

    assert sorted(editing.ids(after)) == sorted(editing.ids(before))
    left = [each for each in editing.ids(after) if each not in within]
    assert left == outside


@given(flows(), st.data())
def test_what_is_added_and_removed_leaves_all_as_it_was(before, data):
    spots = [spot for spot, _step in editing.walk(before)]

    added = editing.add(before, step("new"), data.draw(st.sampled_from(spots)))

    assert editing.remove(added, "new") == before


@given(flows(), st.data())
def test_ids_stay_unique_however_often_steps_are_duplicated(before, data):
    id_ = data.draw(st.sampled_from(editing.ids(before)))

    once, made = editing.duplicate(before, id_)
    twice, _made = editing.duplicate(once, made)

    assert len(set(editing.ids(twice))) == len(editing.ids(twice))
    assert editing.remove(once, made) == before
