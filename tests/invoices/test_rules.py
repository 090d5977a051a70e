"""Days, tax and registration numbers, as pure rules."""

from calendar import monthrange
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.markup import Rounding
from invoices import dates, registration, taxes
from invoices.taxes import Rule

months = st.dates(date(2019, 1, 1), date(2099, 12, 1)).map(lambda day: day.replace(day=1))
days = st.integers(1, 31)
rates = st.sampled_from([Decimal("0.1"), Decimal("0.08"), Decimal("0.05"), Decimal(0)])
yen = st.integers(-10_000_000, 10_000_000).map(Decimal)
rules = st.sampled_from(Rounding).map(lambda way: Rule(way, Decimal(1)))


@pytest.mark.parametrize(
    ("month", "day", "closing"),
    [
        (date(2026, 10, 1), 31, date(2026, 10, 31)),
        (date(2026, 11, 1), 31, date(2026, 11, 30)),
        (date(2026, 11, 1), 30, date(2026, 11, 30)),
        (date(2026, 10, 1), 30, date(2026, 11, 30)),
        (date(2026, 10, 1), 25, date(2026, 11, 25)),
        (date(2026, 12, 1), 20, date(2027, 1, 20)),
        (date(2027, 1, 1), 30, date(2027, 2, 28)),
        (date(2028, 2, 1), 29, date(2028, 2, 29)),
    ],
)
def test_a_month_is_closed_on_the_first_closing_day_that_finds_it_over(month, day, closing):
    assert dates.closing_on(month, day) == closing


@pytest.mark.parametrize(
    ("closing", "months_later", "day", "due"),
    [
        (date(2026, 10, 31), 1, 31, date(2026, 11, 30)),  # 翌月末
        (date(2026, 10, 31), 2, 10, date(2026, 12, 10)),  # 翌々月10日
        (date(2026, 11, 25), 0, 31, date(2026, 11, 30)),
        (date(2026, 11, 25), 0, 10, date(2026, 12, 10)),  # not before the closing
        (date(2026, 12, 31), 2, 31, date(2027, 2, 28)),
    ],
)
def test_the_due_date_counts_months_from_the_closing_day(closing, months_later, day, due):
    assert dates.due_on(closing, months_later, day) == due


@given(months, days, st.integers(0, 12), days)
def test_nothing_is_closed_before_its_month_ends_nor_due_before_it_is_closed(month, closing_day, later, day):
    closing = dates.closing_on(month, closing_day)
    due = dates.due_on(closing, later, day)

    assert dates.month_end(month) <= closing < dates.month_after(month, 2)
    assert closing.day == min(closing_day, monthrange(closing.year, closing.month)[1])
    assert closing <= due
    assert due.day == min(day, monthrange(due.year, due.month)[1])


@given(st.lists(st.tuples(rates, yen), max_size=40), rules)
def test_tax_is_rounded_once_for_each_rate(amounts, rule):
    found = taxes.by_rate(amounts, rule)

    assert sum(each.base for each in found) == sum(amount for _rate, amount in amounts)
    assert len({each.rate for each in found}) == len(found)
    assert all(abs(each.tax - each.base * each.rate) < 1 for each in found)


def test_many_small_lines_lose_no_yen_of_tax():
    lines = [(Decimal("0.1"), Decimal(105))] * 3  # 10.5 each: line by line it would be 30

    [at_ten] = taxes.by_rate(lines, Rule(Rounding.DOWN, Decimal(1)))

    assert (at_ten.base, at_ten.tax, at_ten.total) == (315, 31, 346)


@pytest.mark.parametrize(("way", "tax"), [("down", 10), ("half_up", 11), ("up", 11)])
def test_the_issuer_says_which_way_tax_is_rounded(way, tax):
    [at_ten] = taxes.by_rate([(Decimal("0.1"), Decimal(105))], Rule(Rounding(way), Decimal(1)))

    assert at_ten.tax == tax


@given(rates, st.lists(st.integers(0, 1_000_000).map(Decimal), min_size=1, max_size=12), rules)
def test_credit_notes_together_give_back_the_tax_that_was_charged_and_no_more(rate, amounts, rule):
    [charged] = taxes.by_rate([(rate, sum(amounts))], rule)

    given_back, before = Decimal(0), Decimal(0)
    for amount in amounts:
        [credit] = taxes.of_credit([(rate, amount)], {rate.normalize(): before}, rule)
        assert abs(credit.tax - amount * rate) < 1
        given_back, before = given_back + credit.tax, before + amount
        assert given_back <= charged.tax

    assert given_back == charged.tax


@pytest.mark.parametrize(
    "typed",
    [
        "T7123456789012",
        "t7123456789012",
        "T7-1234-5678-9012",
        "Ｔ７１２３４５６７８９０１２",
        "T7123 456789012",
    ],
)
def test_a_registration_number_is_read_as_people_type_it(typed):
    assert registration.is_valid(registration.normalized(typed))


@pytest.mark.parametrize(
    "wrong",
    ["", "T", "7123456789012", "T712345678901", "T71234567890123", "T8123456789012", "T7123456789021", "T🍣"],
)
def test_a_wrong_registration_number_is_told(wrong):
    assert not registration.is_valid(registration.normalized(wrong))


@given(st.integers(0, 10**12 - 1), st.integers(0, 11), st.integers(1, 9))
def test_one_wrong_digit_is_noticed_but_for_nines_and_noughts(number, place, more):
    right = f"{number:012}"
    wrong = right[:place] + str((int(right[place]) + more) % 10) + right[place + 1 :]
    told = f"T{registration.check_digit(right)}{wrong}"

    assert registration.is_valid(told) == (int(right[place]) % 9 == int(wrong[place]) % 9)
