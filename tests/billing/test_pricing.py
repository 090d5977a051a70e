from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.errors import PlanExceeded
from billing.pricing import Bracket, Part, PartKind, Tariff, price, price_accepted

LIGHT = Tariff(currency="JPY", monthly_fee=Decimal(5000), free_messages=5000)
STANDARD = Tariff(
    currency="JPY",
    monthly_fee=Decimal(15000),
    free_messages=30000,
    brackets=(
        Bracket(50000, Decimal("3.0")),
        Bracket(100000, Decimal("2.8")),
        Bracket(None, Decimal("2.6")),
    ),
)


def test_a_send_within_the_free_messages_costs_nothing():
    result = price(STANDARD, 0, 30000)

    assert result.parts == (Part(PartKind.FREE, 30000, Decimal(0)),)
    assert result.amount == 0


def test_seventy_thousand_additional_messages_cost_206000_yen():
    """The worked example of line-sm.com/blog/lineofficial_message_count."""
    result = price(STANDARD, 30000, 70000)

    assert [(part.count, part.unit_price) for part in result.parts] == [
        (50000, Decimal("3.0")),
        (20000, Decimal("2.8")),
    ]
    assert result.amount == Decimal(206000)
    assert result.unit_range == (Decimal("2.8"), Decimal("3.0"))


def test_a_send_across_the_edge_of_the_free_messages_is_split():
    result = price(STANDARD, 29900, 300)

    assert (result.free_count, result.paid_count, result.amount) == (100, 200, Decimal(600))


def test_a_plan_without_additional_messages_refuses_what_does_not_fit():
    assert price(LIGHT, 4900, 100).free_count == 100
    assert LIGHT.room(4900) == 100

    with pytest.raises(PlanExceeded):
        price(LIGHT, 4900, 101)


def test_the_owners_cap_decides_what_fits_but_not_what_it_costs():
    capped = Tariff("JPY", Decimal(15000), 30000, STANDARD.brackets, additional_limit=1000)

    assert capped.room(30000) == 1000
    with pytest.raises(PlanExceeded):
        price(capped, 30000, 1001)
    assert price_accepted(capped, 30000, 1001).amount == Decimal(3003)


def test_what_line_accepted_beyond_the_plan_is_counted_apart():
    result = price_accepted(LIGHT, 4900, 101)

    assert (result.free_count, result.paid_count, result.unplanned_count) == (100, 0, 1)
    assert result.amount == 0


def test_taking_back_messages_undoes_their_price():
    assert price_accepted(STANDARD, 30300, -400).amount == -price(STANDARD, 29900, 400).amount

    with pytest.raises(ValueError, match="only 100 were sent"):
        price_accepted(STANDARD, 100, -101)


@pytest.mark.parametrize(
    "brackets",
    [
        (Bracket(100, Decimal(3)), Bracket(100, Decimal(2))),
        (Bracket(None, Decimal(3)), Bracket(100, Decimal(2))),
        (Bracket(0, Decimal(3)),),
        (Bracket(100, Decimal(-1)),),
        (Bracket(100, Decimal("0.00001")),),
        (Bracket(100, Decimal("NaN")),),
    ],
)
def test_brackets_that_make_no_sense_are_refused(brackets):
    with pytest.raises(ValueError, match="bracket|unit price"):
        Tariff("JPY", Decimal(0), 0, brackets)


unit_prices = st.decimals(min_value=0, max_value=10, places=4)


@st.composite
def tariffs(draw):
    """Plans of every shape: with and without brackets, open and closed at the end."""
    ends = sorted(draw(st.sets(st.integers(1, 3000), max_size=6)))
    closed = tuple(Bracket(end, draw(unit_prices)) for end in ends)
    rest = draw(st.sampled_from([(), (Bracket(None, draw(unit_prices)),)]))
    return Tariff("JPY", Decimal(0), draw(st.integers(0, 1000)), closed + rest)


@given(tariff=tariffs(), sends=st.lists(st.integers(1, 700), max_size=30))
def test_the_sends_of_a_month_sum_exactly_to_the_price_of_the_month(tariff, sends):
    starts = [sum(sends[:number]) for number in range(len(sends))]
    parts = [price_accepted(tariff, before, n) for before, n in zip(starts, sends, strict=True)]

    month = price_accepted(tariff, 0, sum(sends))
    assert sum(part.amount for part in parts) == month.amount
    assert sum(part.free_count for part in parts) == month.free_count
    assert sum(part.paid_count for part in parts) == month.paid_count
    assert sum(part.unplanned_count for part in parts) == month.unplanned_count


@given(tariff=tariffs(), sent_before=st.integers(0, 5000), n=st.integers(0, 5000))
def test_a_price_is_the_sum_over_single_messages(tariff, sent_before, n):
    brackets = [tariff.bracket_of(place) for place in range(sent_before + 1, sent_before + n + 1)]

    one_by_one = sum(bracket.unit_price for bracket in brackets if bracket is not None)

    assert price_accepted(tariff, sent_before, n).amount == one_by_one


@given(tariff=tariffs(), sent_before=st.integers(0, 5000), n=st.integers(0, 5000))
def test_messages_sent_and_taken_back_cost_nothing(tariff, sent_before, n):
    sent = price_accepted(tariff, sent_before, n)
    taken_back = price_accepted(tariff, sent_before + n, -n)

    assert sent.amount + taken_back.amount == 0
    assert sent.free_count + taken_back.free_count == 0
