"""The picture of who moved: labels stand whole where there is room for them, and nowhere beside it."""

import pytest
from pyroaring import BitMap

from touchpoints.flow import Bar
from touchpoints.movement import Place


def label(name: str) -> str:
    place = Place("own", name, color="", level=0, people=BitMap([1]), tree=None)
    return Bar(place, x=190, y=8, height=20, label_x=180, anchor="end").label


@pytest.mark.parametrize("name", ["Stopped or blocked", "Bought after a click", "配信済み（反応は不明）", ""])
def test_a_name_that_fits_is_whole(name):
    assert label(name) == name


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("ポイント会員で三か月以内に購入した人", "ポイント会員で三か月以内…"),
        ("Members who bought within three months", "Members who bought wi…"),
    ],
)
def test_of_a_long_name_as_much_is_shown_as_there_is_room_for(name, shown):
    assert label(name) == shown
