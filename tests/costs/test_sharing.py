"""Amounts split by weight, and months split by day: nothing is lost and nothing is counted twice."""

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from costs.periods import Period
from costs.shares import split

AMOUNTS = st.decimals(min_value=0, max_value=10**9, places=4)
DAYS = st.dates(date(2019, 1, 1), date(2030, 12, 31))


def test_what_rounding_leaves_goes_to_who_lost_most():
    assert split(Decimal("10"), [1, 1, 1]) == [Decimal("3.3334"), Decimal("3.3333"), Decimal("3.3333")]
    assert split(Decimal("0.0001"), [1, 9]) == [Decimal(0), Decimal("0.0001")]


def test_where_nobody_has_a_weight_nobody_gets_anything():
    assert split(Decimal(100), []) == []
    assert split(Decimal(100), [0, -5]) == [0, 0]


@given(AMOUNTS, st.lists(st.integers(-10, 10**7), min_size=1, max_size=30))
def test_shares_sum_to_the_amount_exactly(amount, weights):
    shares = split(amount, weights)

    expected = amount if any(weight > 0 for weight in weights) else 0
    assert sum(shares) == expected
    assert all(share == 0 for share, weight in zip(shares, weights, strict=True) if weight <= 0)


@given(AMOUNTS, st.lists(st.integers(1, 10**7), min_size=1, max_size=30))
def test_a_share_is_less_than_a_step_from_its_part(amount, weights):
    whole = sum(weights)

    for share, weight in zip(split(amount, weights), weights, strict=True):
        assert abs(share - amount * weight / whole) <= Decimal("0.0001")


@given(AMOUNTS, DAYS)
def test_parts_of_a_month_sum_to_it_wherever_it_is_cut(amount, day):
    month = day.replace(day=1)
    whole = Period.of_month(month)
    first = Period(whole.first, day)
    rest = [Period(day + timedelta(days=1), whole.last)] if day < whole.last else []

    assert sum(period.part(amount, month) for period in [first, *rest]) == amount


@given(DAYS, st.integers(0, 800))
def test_a_period_is_the_days_of_its_months(first, days):
    period = Period(first, first + timedelta(days=days))

    within = [period.within(month) for month in period.months]

    assert sum((each.last - each.first).days + 1 for each in within) == days + 1
    assert (within[0].first, within[-1].last) == (period.first, period.last)
