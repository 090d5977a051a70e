"""The arithmetic of cross tables: against scipy, and what must hold for any counts."""

import numpy
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats

from surveys.results import chance
from surveys.results.chance import Table

sizes = st.tuples(st.integers(2, 5), st.integers(2, 5))
tables = sizes.flatmap(
    lambda size: st.lists(
        st.lists(st.integers(0, 400), min_size=size[1], max_size=size[1]), min_size=size[0], max_size=size[0]
    )
)
small = st.lists(st.lists(st.integers(0, 12), min_size=2, max_size=2), min_size=2, max_size=2)


def without_empty(counts) -> numpy.ndarray:
    found = numpy.array(counts)
    return found[found.sum(axis=1) > 0][:, found.sum(axis=0) > 0]


@given(tables)
def test_the_test_of_a_table_is_scipys(counts):
    filled = without_empty(counts)
    assume(min(filled.shape) > 1)

    found = chance.association(counts)
    theirs = stats.chi2_contingency(filled, correction=False)
    strength = stats.contingency.association(filled, method="cramer")

    assert found.statistic == pytest.approx(theirs.statistic, abs=1e-9)
    assert found.freedom == theirs.dof
    assert found.strength == pytest.approx(strength, abs=1e-9)
    assert found.is_exact or found.p == pytest.approx(theirs.pvalue, abs=1e-12, rel=1e-9)
    assert (found.is_exact or found.is_thin) == bool(theirs.expected_freq.min() < 5)


@given(st.floats(0, 3000), st.integers(1, 300))
def test_the_chance_of_a_statistic_is_scipys(statistic, freedom):
    assert chance.chi_square_above(statistic, freedom) == pytest.approx(
        stats.chi2.sf(statistic, freedom), abs=1e-300, rel=1e-8
    )


@given(small)
def test_the_chance_of_few_people_is_scipys_of_fisher(counts):
    assume(without_empty(counts).shape == (2, 2))

    assert chance.fisher(counts) == pytest.approx(stats.fisher_exact(counts).pvalue, rel=1e-8)


@given(small)
def test_two_by_two_with_few_people_is_asked_of_fisher(counts):
    assume(without_empty(counts).shape == (2, 2))

    found = chance.association(counts)
    expected = stats.contingency.expected_freq(counts).min()

    assert found.is_exact == bool(expected < 5)
    assert not found.is_thin


def test_a_rare_cell_among_a_million_people_is_still_reckoned_exactly():
    counts = [[8, 992], [1_992, 997_008]]

    assert chance.association(counts).p == pytest.approx(stats.fisher_exact(counts).pvalue, rel=1e-6)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=30))
def test_chances_asked_together_are_holms(chances):
    adjusted = chance.holm(chances)

    assert all(own <= each <= 1 for own, each in zip(chances, adjusted, strict=True))
    ordered = sorted(zip(chances, adjusted, strict=True))
    assert [each for _own, each in ordered] == sorted(adjusted)
    assert min(adjusted) == pytest.approx(min(1, min(chances) * len(chances)))


def test_holm_by_hand():
    assert chance.holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])


@given(tables)
def test_residuals_of_two_by_two_are_the_root_of_the_statistic(counts):
    """As each cell against all others must be, whatever the size of the table."""
    table = Table.exclusive(counts)
    assume(table.people)

    for y, row in enumerate(table.residuals):
        for x, residual in enumerate(row):
            count = counts[y][x]
            others = [
                [count, table.rows[y] - count],
                [table.columns[x] - count, table.people - table.rows[y] - table.columns[x] + count],
            ]
            alone = chance.association(others)
            assert (alone is None) == (residual is None)
            assert residual is None or residual**2 == pytest.approx(alone.statistic, abs=1e-6)


def test_a_cell_that_stands_out_is_marked_and_its_counterpart():
    table = Table.exclusive([[90, 10, 50], [10, 90, 50]])

    assert table.deviations == [[1, -1, 0], [-1, 1, 0]]


@given(st.lists(st.lists(st.integers(20, 30), min_size=3, max_size=3), min_size=3, max_size=3))
def test_a_marked_cell_is_one_that_a_single_test_would_mark_too(counts):
    table = Table.exclusive(counts)

    for y, row in enumerate(table.deviations):
        for x, sign in enumerate(row):
            assert sign == 0 or abs(table.residuals[y][x]) > 1.95


def test_people_in_several_rows_are_tested_row_by_row():
    """100 people in each column; 80 and 20 of them chose the first answer, all the second too."""
    table = Table([[80, 20], [100, 100]], [100, 200], [100, 100], 200)

    first, second = table.row_against_columns(0), table.row_against_columns(1)

    assert first.p == pytest.approx(stats.chi2_contingency([[80, 20], [20, 80]], correction=False).pvalue)
    assert second is None
    assert table.deviations == [[1, -1], [0, 0]]


@given(tables)
def test_a_turned_table_says_the_same(counts):
    found = chance.association(counts)
    turned = chance.association([list(column) for column in zip(*counts, strict=True)])

    assert (found is None) == (turned is None)
    assert found is None or found.p == pytest.approx(turned.p, rel=1e-9)


@pytest.mark.parametrize("counts", [[[0, 0], [0, 0]], [[5, 5], [0, 0]], [[5, 0], [7, 0]], []])
def test_nothing_is_said_of_a_table_with_one_row_or_column(counts):
    assert chance.association(counts) is None
