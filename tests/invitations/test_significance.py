"""Whether one invitation is better: against figures from textbooks, and what must hold for any figures."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from invitations import significance
from invitations.significance import Sample, Verdict

samples = st.integers(1, 1_000_000).flatmap(
    lambda views: st.builds(Sample, st.just(views), st.integers(0, views))
)


@pytest.mark.parametrize(
    ("sample", "low", "high"),
    [
        (Sample(20, 4), 0.0807, 0.4160),  # NIST/SEMATECH e-Handbook 7.2.4.1
        (Sample(263, 81), 0.2553, 0.3662),  # Newcombe 1998, Statistics in Medicine 17, 857
        (Sample(148, 15), 0.0624, 0.1605),
        (Sample(20, 0), 0.0000, 0.1611),
        (Sample(29, 1), 0.0061, 0.1718),
    ],
)
def test_the_interval_is_wilsons(sample, low, high):
    assert significance.interval(sample) == pytest.approx((low, high), abs=0.0001)


@pytest.mark.parametrize(
    ("first", "second", "chance"),
    [
        (Sample(100, 20), Sample(100, 30), 0.1025),  # z = 1.633
        (Sample(200, 30), Sample(200, 50), 0.0124),  # z = 2.5
        (Sample(1000, 100), Sample(1000, 100), 1.0),
    ],
)
def test_the_chance_is_that_of_the_two_sided_z_test(first, second, chance):
    assert significance.p_value(first, second) == pytest.approx(chance, abs=0.0001)


def test_as_many_views_are_asked_for_as_the_textbook_does():
    assert significance.views_needed(0.10, lift=0.5) == 686  # Fleiss: 10 % against 15 %, 80 % power, 5 %
    assert significance.views_needed(0.05) == pytest.approx(8158, abs=2)  # 5 % against 6 %


def test_nothing_is_proven_before_enough_views_are_in_however_good_it_looks():
    verdict = significance.judge(Sample(100, 1), Sample(100, 15))

    assert verdict.p_value < 0.001
    assert verdict.missing > 0
    assert not verdict.is_different


def test_enough_views_prove_a_difference_that_is_there():
    verdict = significance.judge(Sample(20_000, 1000), Sample(20_000, 1300))

    assert verdict.missing == 0
    assert verdict.is_different
    assert verdict.is_better


def test_several_comparisons_share_the_error():
    alone = significance.judge(Sample(20_000, 1000), Sample(20_000, 1092))
    one_of_three = significance.judge(Sample(20_000, 1000), Sample(20_000, 1092), comparisons=3)

    assert alone.is_different
    assert not one_of_three.is_different


@pytest.mark.parametrize("sample", [Sample(0, 0), Sample(0, 5), Sample(3, 4)])
def test_links_without_views_say_nothing(sample):
    assert significance.interval(sample) is None
    assert significance.judge(Sample(100, 10), sample) == Verdict(None, None, is_different=False)


@given(samples)
def test_the_rate_lies_in_its_interval(sample):
    low, high = significance.interval(sample)

    assert 0 <= low <= sample.rate + 1e-12
    assert sample.rate - 1e-12 <= high <= 1


@given(samples, samples)
def test_it_does_not_matter_which_is_held_against_which(first, second):
    assert significance.p_value(first, second) == pytest.approx(significance.p_value(second, first))
    one, other = significance.judge(first, second), significance.judge(second, first)
    assert (one.missing, one.is_different) == (other.missing, other.is_different)
    assert not (one.is_better and other.is_better)
