"""The forms of triggers that ask for more than single values."""

import pytest

from scenarios.models import Scenario
from tests.factories import make_scenario, make_segment

UNLINKED = {"all": [{"type": "linked", "is": False}]}
EMPTY = {"revision": 1, "n-kind": "all", "n-size": "0"}
BUILT = {"n-kind": "all", "n-size": "1", "n-0-kind": "leaf", "n-0-json": '{"type": "linked", "is": false}'}


@pytest.fixture
def scenario(tenant) -> Scenario:
    return make_scenario()


def trigger(scenario: Scenario) -> dict:
    scenario.refresh_from_db()
    return scenario.flow["trigger"]


def test_interest_in_a_product_is_ticked_among_the_events_there_are(visit, scenario):
    somebody = visit()
    form = {"revision": 1, "part": "trigger", "type": "product", "n-change": "price_drop"}
    form |= {"n-interest": ["viewed", "favourite_added"], "n-within_days": "90", "n-percent_at_least": "5"}

    page = somebody.read(f"scenarios/{scenario.pk}/?part=trigger&type=product")
    somebody.send(f"scenarios/{scenario.pk}/panel/", form)
    again = somebody.read(f"scenarios/{scenario.pk}/?part=trigger")

    assert '<input type="checkbox" name="n-interest" value="favourite_added"' in page
    assert trigger(scenario)["interest"] == ["viewed", "favourite_added"]
    assert '<input type="checkbox" name="n-interest" value="viewed" checked' in again


def test_conditions_of_a_triggers_own_are_written_with_the_builder_and_kept_by_its_form(visit, scenario):
    somebody = visit()

    somebody.send(f"scenarios/{scenario.pk}/condition/?of=trigger", {"revision": 1} | BUILT)
    page = somebody.read(f"scenarios/{scenario.pk}/?part=trigger")
    written = trigger(scenario)
    kept = {"n-tree": '{"all": [{"type": "linked", "is": false}]}', "n-on": "leave"}
    form = {"revision": 2, "part": "trigger", "type": "segment"} | kept
    somebody.send(f"scenarios/{scenario.pk}/panel/", form)

    assert written == {"type": "segment", "on": "enter", "tree": UNLINKED}
    assert '<input type="hidden" name="n-tree"' in page
    assert 'name="n-segment"' not in page
    assert trigger(scenario) == {"type": "segment", "on": "leave", "tree": UNLINKED}


def test_without_conditions_of_its_own_a_segment_is_chosen(visit, scenario):
    segment = make_segment(UNLINKED)
    somebody = visit()
    form = {
        "revision": 1,
        "part": "trigger",
        "type": "segment",
        "n-on": "enter",
        "n-segment": str(segment.pk),
    }

    page = somebody.read(f"scenarios/{scenario.pk}/?part=trigger&type=segment")
    somebody.send(f"scenarios/{scenario.pk}/panel/", form)

    assert 'name="n-tree"' not in page
    assert trigger(scenario) == {"type": "segment", "on": "enter", "segment": segment.pk}


def test_a_trigger_without_any_condition_is_refused(visit, scenario):
    somebody = visit()

    somebody.send(
        f"scenarios/{scenario.pk}/condition/?of=trigger", {"revision": 1, "n-kind": "all", "n-size": "0"}
    )

    assert trigger(scenario) is None
