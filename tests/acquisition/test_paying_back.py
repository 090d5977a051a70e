"""When friends have paid back what they cost, by hand-made numbers and by what must always hold."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acquisition.figures import Counted, PayBack, pay_back

ALL = Decimal(1)


def spent(*amounts: int, people: int = 100, full: int | None = None, **more) -> Counted:
    """People who all have the same months behind them, and what all together spent in each."""
    full = len(amounts) if full is None else full
    sold = {(month, full): Decimal(amount) for month, amount in enumerate(amounts)}
    return Counted(new=people, full={full: people}, sold=sold, revenue=Decimal(sum(amounts)), **more)


def test_it_is_the_first_month_whose_end_has_brought_the_cost():
    people = spent(10_000, 10_000, 10_000)

    assert pay_back(people, Decimal(20_000), ALL) == PayBack(month=2)
    assert pay_back(people, Decimal(20_001), ALL) == PayBack(month=3)


def test_only_the_margin_of_revenue_pays_back():
    assert pay_back(spent(10_000, 10_000, 10_000), Decimal(12_000), Decimal("0.4")) == PayBack(month=3)


def test_not_yet_goes_on_as_in_the_last_three_months():
    assert pay_back(spent(9_000, 1_000, 1_000, 1_000), Decimal(15_000), ALL) == PayBack(forecast=7)


@pytest.mark.parametrize(
    "people", [spent(10_000, 0, 0, 0), spent(100, 100), spent(100, 100, 100)], ids=["flat", "short", "never"]
)
def test_where_nothing_rises_or_too_little_is_known_no_month_is_made_up(people):
    assert pay_back(people, Decimal(1_000_000), ALL) == PayBack()


@pytest.mark.parametrize("cost", [None, Decimal(0)])
def test_what_cost_nothing_has_nothing_to_pay_back(cost):
    assert pay_back(spent(100), cost, ALL) is None


def test_nobody_pays_nothing_back():
    assert pay_back(Counted(), Decimal(100), ALL) is None


def test_few_people_are_marked():
    found = pay_back(spent(10_000, people=29), Decimal(100), ALL)

    assert found == PayBack(month=1, is_few=True)


def test_the_month_of_the_calendar_is_that_of_all_of_them_together():
    people = spent(10_000, by_month={"2026-08": Decimal(4_000), "2026-07": Decimal(6_000)})

    assert pay_back(people, Decimal(9_000), ALL).on == "2026-08"
    assert pay_back(people, Decimal(11_000), ALL).on is None


def test_young_people_are_not_mixed_into_the_months_of_the_old():
    old, young = spent(10_000, 10_000, people=50), spent(0, people=50, full=0)

    both = old + young

    assert [point.revenue for point in both.curve] == [200, 400]
    assert [point.people for point in both.curve] == [50, 50]


amounts = [st.integers(0, 10_000)] * 3
counts = st.builds(spent, *amounts, people=st.integers(1, 200), linked=st.integers(0, 9))


@given(counts, counts, counts)
def test_sums_do_not_depend_on_the_order(one, two, three):
    assert (one + two) + three == three + (two + one)
    assert one + Counted() == one


@given(counts, st.integers(1, 10_000), st.integers(1, 100))
def test_more_cost_or_less_margin_never_pays_back_sooner(people, cost, percent):
    def month(cost, margin):
        found = pay_back(people, Decimal(cost), margin)
        return found.month or 99

    assert month(cost, ALL) <= month(cost + 1_000, ALL)
    assert month(cost, ALL) <= month(cost, Decimal(percent) / 100)
