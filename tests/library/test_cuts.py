"""The geometry of sizes: whatever the picture, its parts lie within it and have the shape LINE asks for."""

from hypothesis import given
from hypothesis import strategies as st

from library import sizes

edges = st.integers(1, 10_000)
percent = st.integers(0, 100)
shapes = st.sampled_from(list(sizes.SHAPES.values()))


@given(edges, edges, shapes, percent, percent)
def test_a_cut_lies_within_the_picture_and_touches_two_of_its_edges(width, height, shape, x, y):
    left, top, right, bottom = sizes.cut_box(width, height, shape, (x, y))

    assert 0 <= left < right <= width
    assert 0 <= top < bottom <= height
    assert right - left == width or bottom - top == height


@given(st.integers(400, 10_000), st.integers(400, 10_000), shapes, percent, percent)
def test_a_cut_has_its_shape_to_the_pixel(width, height, shape, x, y):
    left, top, right, bottom = sizes.cut_box(width, height, shape, (x, y))

    wide, high = right - left, bottom - top
    assert abs(wide * shape.height - high * shape.width) < max(shape.width, shape.height)


@given(edges, edges, shapes, percent, percent)
def test_the_point_that_matters_stays_in_the_cut(width, height, shape, x, y):
    left, top, right, bottom = sizes.cut_box(width, height, shape, (x, y))

    assert left <= width * x // 100 <= right
    assert top <= height * y // 100 <= bottom


@given(edges, edges)
def test_a_picture_of_a_card_is_not_larger_than_cards_take_and_never_blown_up(width, height):
    wide, high = sizes._within(width, height)

    assert 1 <= wide <= min(width, sizes.MOST_EDGE)
    assert 1 <= high <= min(height, sizes.MOST_EDGE)


@given(edges, edges)
def test_all_widths_of_a_rich_message_have_the_same_shape(width, height):
    whole = sizes.map_height(width, height)

    for shown in sizes.WIDTHS.values():
        assert abs(sizes.map_height(width, height, shown) - whole * shown / 1040) <= 1
