"""Rules of repeating: on which days a recurring send falls."""

from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadcasts.timing import clock
from broadcasts.timing.recurrence import LAST, Rule

TEN = time(10)
DATES = st.dates(date(2020, 1, 1), date(2060, 1, 1))
RULES = st.builds(
    Rule,
    every=st.sampled_from(["day", "week", "month", "year"]),
    at=st.just(TEN),
    starts_on=DATES,
    interval=st.integers(1, 99),
    weekdays=st.lists(st.integers(0, 6)),
    month_day=st.none() | st.just(LAST) | st.integers(1, 31),
    ends_on=st.none() | DATES,
)


def first(number: int, rule: Rule) -> list[date]:
    return list(islice(rule.days(), number))


@pytest.mark.parametrize(
    ("rule", "days"),
    [
        (Rule("day", TEN, date(2026, 2, 27), 2), [date(2026, 2, 27), date(2026, 3, 1), date(2026, 3, 3)]),
        (
            Rule("week", TEN, date(2026, 12, 2), 2, weekdays=[6, 2]),  # a Wednesday: that week's Sunday, too
            [date(2026, 12, 2), date(2026, 12, 6), date(2026, 12, 16)],
        ),
        (
            Rule("month", TEN, date(2026, 1, 31)),
            [date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 31)],
        ),
        (
            Rule("month", TEN, date(2028, 1, 15), month_day=LAST),
            [date(2028, 1, 31), date(2028, 2, 29), date(2028, 3, 31)],
        ),
        (
            Rule("month", TEN, date(2026, 1, 20), month_day=10),
            [date(2026, 2, 10), date(2026, 3, 10), date(2026, 4, 10)],
        ),
        (
            Rule("year", TEN, date(2028, 2, 29)),
            [date(2028, 2, 29), date(2029, 2, 28), date(2030, 2, 28)],
        ),
    ],
    ids=["days", "weeks", "month end", "the last day", "not before it starts", "leap day"],
)
def test_a_rule_names_its_days(rule, days):
    assert first(3, rule) == days


def test_a_rule_ends_on_its_last_day():
    rule = Rule("week", TEN, date(2026, 12, 7), ends_on=date(2026, 12, 21))

    assert list(rule.days()) == [date(2026, 12, 7), date(2026, 12, 14), date(2026, 12, 21)]


@given(RULES)
def test_days_rise_and_stay_within_the_rule(rule):
    days = first(20, rule)

    assert days == sorted(set(days))
    assert all(day >= rule.starts_on for day in days)
    assert all(rule.ends_on is None or day <= rule.ends_on for day in days)


@given(RULES, DATES)
def test_looking_from_a_later_day_on_leaves_out_the_days_before_and_nothing_else(rule, begin):
    whole = [day for day in islice(rule.days(), 200) if day >= begin]

    assert list(islice(rule.days(begin), len(whole))) == whole


@given(RULES, st.integers(1, 31))
def test_every_month_has_its_day(rule, wanted):
    monthly = Rule("month", TEN, rule.starts_on, month_day=wanted)

    days = first(24, monthly)

    assert len({(day.year, day.month) for day in days}) == 24
    assert all(day.day == min(wanted, monthrange(day.year, day.month)[1]) for day in days)


def test_a_rule_without_end_stops_before_the_calendar_does():
    rule = Rule("year", TEN, date(8990, 1, 1), 99)

    assert list(rule.days()) == [date(8990, 1, 1)]


def test_a_time_that_the_clock_leaves_out_comes_an_hour_later_and_one_that_comes_twice_is_the_first():
    zone = ZoneInfo("America/New_York")

    gap = clock.moment(date(2026, 3, 8), time(2, 30), zone)
    fold = clock.moment(date(2026, 11, 1), time(1, 30), zone)

    assert gap == datetime(2026, 3, 8, 7, 30, tzinfo=UTC)
    assert fold == datetime(2026, 11, 1, 5, 30, tzinfo=UTC)


@given(DATES, st.builds(time, st.integers(0, 23), st.integers(0, 59)))
def test_the_clock_shows_the_time_asked_for_wherever_it_shows_it_at_all(day, at):
    zone = ZoneInfo("Europe/Berlin")

    shown = clock.moment(day, at, zone).astimezone(zone).replace(tzinfo=None)

    assert shown - datetime.combine(day, at) in {timedelta(0), timedelta(hours=1)}
