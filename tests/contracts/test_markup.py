"""Net to gross and back, and the lines of a month."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.markup import NO_CONTRACT, Kind, Option, Rounding, Terms, Usage, month_lines

NOVEMBER = date(2026, 11, 1)
FREELY = st.sampled_from(list(Rounding))
CURRENCIES = st.sampled_from(["JPY", "TWD", "THB"])
RATES = st.decimals(0, Decimal("0.9999"), places=4)
NETS = st.decimals(0, 10**9, places=4)
COUNTS = st.integers(0, 10**7)
ANY_KIND = st.sampled_from(list(Kind))
BY_COST = st.sampled_from([Kind.PASS_THROUGH, Kind.MARKUP, Kind.MARGIN])


@st.composite
def terms(draw, kinds=ANY_KIND) -> Terms:
    return Terms(
        kind=draw(kinds),
        rate=draw(RATES),
        unit_price=draw(st.decimals(0, 100, places=4)),
        charges_free_messages=draw(st.booleans()),
        client_pays_line=draw(st.booleans()),
        passes_monthly_fee=draw(st.booleans()),
        minimum=draw(st.decimals(0, 100_000, places=2)),
        base_fee=draw(st.decimals(0, 100_000, places=2)),
        rounding=draw(FREELY),
        currency=draw(CURRENCIES),
    )


def charge(terms: Terms, usage: Usage) -> dict[str, Decimal]:
    return {line.key: line.amount for line in month_lines(terms, usage)}


def make_usage(messages: int = 100_000, paid: int = 70_000, amount: str = "206000", **given) -> Usage:
    fee = given.pop("monthly_fee", Decimal(15_000))
    return Usage(NOVEMBER, messages, paid, Decimal(amount), fee, **given)


@given(terms(BY_COST), st.integers(0, 10**10))
def test_a_net_in_whole_units_comes_back_exactly_from_what_the_client_is_billed(terms, units):
    terms = replace(terms, minimum=Decimal(0))
    net = units * terms.step

    gross = terms.month_gross(net, messages=0, paid=0)

    assert terms.month_net(gross) == net
    assert terms.month_gross(terms.month_net(gross), messages=0, paid=0) == gross


@given(terms(BY_COST), st.integers(0, 10**10))
def test_no_other_net_is_told_than_the_one_that_was_charged(terms, units):
    net = units * terms.step

    found = terms.month_net(terms.month_gross(net, messages=0, paid=0))

    assert found in (net, None)


@given(terms(BY_COST), NETS)
def test_unrounded_the_way_back_differs_by_less_than_anybody_can_see(terms, net):
    assert abs(terms.net(terms.gross(net, messages=0, paid=0)) - net) < Decimal("1e-12")


@given(terms(st.just(Kind.PER_MESSAGE)), NETS)
def test_a_price_per_message_tells_no_net(terms, gross):
    assert terms.net(gross) is None
    assert terms.month_net(gross) is None


@given(terms(), st.lists(st.tuples(NETS, COUNTS, COUNTS), max_size=20))
def test_sends_add_up_to_their_month(terms, sends):
    whole = terms.gross(
        sum((net for net, _, _ in sends), Decimal(0)),
        messages=sum(messages for _, messages, _ in sends),
        paid=sum(paid for _, _, paid in sends),
    )

    parts = [terms.gross(net, messages=messages, paid=paid) for net, messages, paid in sends]

    assert abs(sum(parts, Decimal(0)) - whole) < Decimal("1e-9")


@given(terms(), NETS, COUNTS, COUNTS)
def test_what_is_taken_back_takes_back_what_was_charged(terms, net, messages, paid):
    charged = terms.gross(net, messages=messages, paid=paid)

    assert terms.gross(-net, messages=-messages, paid=-paid) == -charged


@given(terms(), COUNTS, COUNTS, NETS)
def test_messages_and_minimum_of_a_bill_are_the_charge_of_the_month(terms, messages, paid, net):
    usage = make_usage(messages, paid, str(net))
    lines = charge(terms, usage)

    billed = lines.get("messages", 0) + lines.get("minimum", 0)

    assert billed == terms.month_charge(net, messages=messages, paid=paid)
    assert billed >= terms.rounded(terms.minimum)


@given(terms(), COUNTS, NETS)
def test_every_line_is_in_whole_units(terms, messages, net):
    for amount in charge(terms, make_usage(messages, 0, str(net), notices=3, notice_amount=net)).values():
        assert amount == amount.quantize(terms.step)


@pytest.mark.parametrize(
    ("given", "gross"),
    [
        ({}, 206_000),
        ({"kind": Kind.MARKUP, "rate": Decimal("0.2")}, 247_200),
        ({"kind": Kind.MARGIN, "rate": Decimal("0.2")}, 257_500),
        ({"kind": Kind.PER_MESSAGE, "unit_price": Decimal("3.5")}, 245_000),
        ({"kind": Kind.PER_MESSAGE, "unit_price": Decimal("3.5"), "charges_free_messages": True}, 350_000),
        ({"kind": Kind.MARKUP, "rate": Decimal("0.2"), "minimum": Decimal(300_000)}, 300_000),
    ],
)
def test_seventy_thousand_extra_messages_by_each_formula(given, gross):
    assert Terms(**given).month_gross(Decimal(206_000), messages=100_000, paid=70_000) == gross


@pytest.mark.parametrize(
    ("rounding", "amount"), [(Rounding.DOWN, 1), (Rounding.HALF_UP, 2), (Rounding.UP, 2)]
)
def test_the_contract_says_how_a_half_yen_is_rounded(rounding, amount):
    terms = Terms(kind=Kind.MARKUP, rate=Decimal("0.5"), rounding=rounding)

    assert terms.month_gross(Decimal(1), messages=1, paid=1) == amount


@pytest.mark.parametrize(("rounding", "amount"), [("down", 10), ("half_up", 10), ("up", 11)])
def test_less_than_half_a_yen_is_given_away_unless_it_is_rounded_up(rounding, amount):
    terms = Terms(kind=Kind.MARKUP, rate=Decimal("0.01"), rounding=Rounding(rounding))

    assert terms.month_gross(Decimal(10), messages=1, paid=1) == amount


def test_without_a_contract_the_bill_is_lines_cost():
    assert charge(NO_CONTRACT, make_usage()) == {"messages": 206_000, "monthly_fee": 15_000}


def test_a_mark_up_is_taken_on_fee_and_notification_messages_too():
    terms = Terms(kind=Kind.MARKUP, rate=Decimal("0.2"), base_fee=Decimal(50_000))
    usage = make_usage(notices=100, notice_amount=Decimal(800))

    assert charge(terms, usage) == {
        "messages": 247_200,
        "monthly_fee": 18_000,
        "notices": 960,
        "base_fee": 50_000,
    }


def test_with_a_price_per_message_the_line_can_be_checked():
    terms = Terms(kind=Kind.PER_MESSAGE, unit_price=Decimal("3.5"), passes_monthly_fee=False)

    [line] = month_lines(terms, make_usage())

    assert (line.quantity, line.unit_price, line.amount) == (70_000, Decimal("3.5"), 245_000)
    assert (line.text, line.unit) == ("LINE messages", "msg.")


def test_a_quiet_month_costs_the_minimum():
    terms = Terms(kind=Kind.MARKUP, rate=Decimal("0.2"), minimum=Decimal(10_000))

    lines = charge(terms, make_usage(0, 0, "0", monthly_fee=Decimal(0)))

    assert lines == {"minimum": 10_000}


@pytest.mark.parametrize(
    ("given", "lines"),
    [
        ({}, {"messages": 0}),
        ({"kind": Kind.MARKUP, "rate": Decimal("0.2")}, {"messages": 41_200, "monthly_fee": 3_000}),
        ({"kind": Kind.MARGIN, "rate": Decimal("0.2")}, {"messages": 51_500, "monthly_fee": 3_750}),
        ({"kind": Kind.PER_MESSAGE, "unit_price": Decimal("0.5")}, {"messages": 35_000}),
    ],
)
def test_a_client_that_pays_line_itself_is_billed_the_fee_alone(given, lines):
    assert charge(Terms(client_pays_line=True, **given), make_usage()) == lines


def test_what_such_a_client_bears_is_lines_bill_and_the_fee():
    terms = Terms(kind=Kind.MARKUP, rate=Decimal("0.2"), client_pays_line=True)

    assert terms.gross(Decimal(100), messages=40, paid=40) == 120
    assert terms.month_gross(Decimal(100), messages=40, paid=40) == 120
    assert terms.month_charge(Decimal(100), messages=40, paid=40) == 20


def test_options_are_charged_monthly_or_in_their_month_with_their_own_tax():
    chat = Option("チャットPro", "Chat Pro", Decimal(1), Decimal(3_000), Decimal("0.10"), number=4)
    gift = Option("菓子", "Sweets", Decimal("2.5"), Decimal(1_001), Decimal("0.08"), NOVEMBER, number=5)
    once = replace(gift, month=date(2026, 12, 1), number=6)
    terms = Terms(options=(chat, gift, once))

    found = {line.key: line for line in month_lines(terms, make_usage(0, 0, "0", monthly_fee=Decimal(0)))}

    assert {key: line.amount for key, line in found.items()} == {"option:4": 3_000, "option:5": 2_502}
    assert (found["option:5"].text, found["option:5"].tax_rate) == ("Sweets", Decimal("0.08"))


def test_baht_have_two_decimals_in_a_bill():
    terms = Terms(kind=Kind.MARGIN, rate=Decimal("0.3"), currency="THB")

    assert terms.month_gross(Decimal("100.00"), messages=1, paid=1) == Decimal("142.85")
