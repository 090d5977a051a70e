"""How far segments overlap."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from segments import services
from segments.facts import overlap
from segments.models import Segment
from tests.factories import make_friend, make_segment, make_tag

STRIPS = 400


def tagged(name: str, *friends) -> Segment:
    return make_segment({"type": "tag", "tag": make_tag(name, friends=list(friends)).pk}, name=name)


def regions(found: overlap.Overlap) -> dict[str, int]:
    return {region.letters: region.count for region in found.regions}


def test_two_segments_share_some_people(tenant):
    aoi, ren, mei, sora = (make_friend(name) for name in ("aoi", "ren", "mei", "sora"))
    first, second = tagged("VIP", aoi, ren, mei), tagged("Gold", mei, sora)

    found = overlap.of([first, second])

    assert found.totals == [3, 2]
    assert regions(found) == {"AB": 1, "A": 2, "B": 1}
    assert (found.shared, found.union) == (1, 4)


def test_three_segments_have_seven_regions(tenant):
    aoi, ren, mei = (make_friend(name) for name in ("aoi", "ren", "mei"))
    make_friend("sora")

    found = overlap.of([tagged("1", aoi, ren), tagged("2", ren, mei), tagged("3", ren, mei)])

    assert regions(found) == {"ABC": 1, "AB": 0, "AC": 0, "BC": 1, "A": 1, "B": 0, "C": 0}
    assert found.union == 3


def test_segments_of_nobody_can_be_drawn(tenant):
    found = overlap.of([tagged("VIP"), tagged("Gold")])

    assert regions(found) == {"AB": 0, "A": 0, "B": 0}
    assert found.circles[0].radius == 0


def test_the_people_of_a_region_can_be_asked_for(tenant):
    aoi, ren = make_friend("aoi"), make_friend("ren")
    found = overlap.of([tagged("VIP", aoi, ren), tagged("Gold", ren)])

    asked = {region.letters: list(services.evaluate(region.tree)) for region in found.regions}

    assert asked == {"AB": [ren.pk], "A": [aoi.pk], "B": []}


def shared_area(one: overlap.Circle, other: overlap.Circle) -> float:
    """By adding up thin strips."""
    left, right = (
        max(one.x - one.radius, other.x - other.radius),
        min(one.x + one.radius, other.x + other.radius),
    )
    width = max(right - left, 0.0) / STRIPS
    across = (left + width * (number + 0.5) for number in range(STRIPS))
    return sum(2 * width * min(half_height(one, x), half_height(other, x)) for x in across)


def half_height(circle: overlap.Circle, x: float) -> float:
    return math.sqrt(max(circle.radius**2 - (x - circle.x) ** 2, 0.0))


@given(st.integers(1, 10**7), st.integers(1, 10**7), st.data())
def test_the_areas_of_two_circles_are_to_scale(first, second, data):
    shared = data.draw(st.integers(0, min(first, second)))

    one, other = overlap.draw(first, second, shared)

    whole = math.pi * max(one.radius, other.radius) ** 2
    assert shared_area(one, other) / whole == pytest.approx(shared / max(first, second), abs=0.01)
    assert min(one.x - one.radius, other.x - other.radius) >= -1e-6
    assert max(one.x + one.radius, other.x + other.radius) <= 100 + 1e-6
