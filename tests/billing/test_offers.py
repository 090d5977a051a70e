"""Which plan is the cheapest, against trying all of them."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from billing import offers
from billing.offers import Offer
from billing.pricing import Bracket, Tariff

MOST = 60_000


@st.composite
def plan_lists(draw) -> list[Offer]:
    """Some plans, one of them the present one."""
    tariffs = draw(st.lists(tariffs_of_any_kind(), min_size=1, max_size=5))
    present = draw(st.integers(0, len(tariffs) - 1))
    return [
        Offer(str(place), f"Plan {place}", tariff, is_present=place == present)
        for place, tariff in enumerate(tariffs)
    ]


@st.composite
def tariffs_of_any_kind(draw) -> Tariff:
    fee = draw(st.integers(0, 20_000))
    free = draw(st.integers(0, MOST))
    first = Bracket(draw(st.integers(1, MOST)), Decimal(draw(st.integers(10, 50))) / 10)
    rest = Bracket(None, Decimal(draw(st.integers(10, 50))) / 10)
    brackets = draw(st.sampled_from([(), (first,), (first, rest), (rest,)]))
    return Tariff("JPY", Decimal(fee), free, brackets)


@given(plan_lists(), st.integers(0, MOST))
def test_no_plan_that_covers_the_month_costs_less_than_the_cheapest(among, messages):
    best = offers.cheapest(among, messages)

    costs = [cost for offer in among if (cost := offer.month_cost(messages)) is not None]
    assert (best.month_cost(messages) if best else None) == min(costs, default=None)


@given(plan_lists(), st.integers(0, MOST))
def test_another_plan_is_named_only_if_it_costs_less_or_the_present_one_is_too_small(among, messages):
    named = offers.cheaper(among, messages)

    present = next(offer.month_cost(messages) for offer in among if offer.is_present)
    assert named is None or named.saving is None and present is None or named.saving > 0


@given(plan_lists(), st.integers(0, MOST))
def test_the_plan_that_is_needed_is_the_cheapest_above_the_present_one(among, messages):
    found = offers.needed(among, messages)

    [present] = [offer for offer in among if offer.is_present]
    above = [offer.month_cost(messages) for offer in among if offer.rank > present.rank]
    costs = [cost for cost in above if cost is not None]
    assert (found.month_amount if found else None) == min(costs, default=None)


def test_of_two_plans_that_cost_the_same_the_present_one_stays():
    same = Tariff("JPY", Decimal(5_000), 5_000)
    among = [Offer("a", "A", same), Offer("b", "B", same, is_present=True)]

    assert offers.cheapest(among, 100).code == "b"
    assert offers.cheaper(among, 100) is None
