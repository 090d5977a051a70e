"""Where a figure will stand at the end: arithmetic over random histories, against plain Python."""

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from planning import forecast

FIRST = date(2026, 11, 1)
amounts = st.integers(0, 10**6).map(Decimal)


def days(count: int, first: date = FIRST) -> list[date]:
    return [first + timedelta(days=number) for number in range(count)]


def series(values: list[Decimal], first: date = FIRST) -> dict[date, Decimal]:
    return dict(zip(days(len(values), first), values, strict=True))


def before(values: list[Decimal]) -> dict[date, Decimal]:
    """So many days that end with the day before the period."""
    return series(values, FIRST - timedelta(days=len(values)))


months = st.sampled_from([date(2024, 2, 1), date(2026, 2, 1), date(2026, 3, 1), date(2026, 4, 1)])


@given(st.lists(amounts, min_size=14, max_size=91))
def test_weekdays_share_a_week_among_them(past):
    found = forecast.weights(before(past))

    assert found is None or abs(sum(found) - 7) < Decimal("1e-20")
    assert found is None or min(found) > 0


@given(st.lists(amounts, max_size=30), st.lists(amounts, max_size=91))
def test_so_far_and_the_end_of_a_period_are_the_sum_of_its_days(values, past):
    whole = days(30)
    found = forecast.of_sum(whole, series(values), before(past))
    over = forecast.of_sum(whole[: len(values)], series(values), before(past))

    assert found.actual in (None, sum(values))
    assert over.end in (None, sum(values))
    assert (over.low, over.high) == (over.end, over.end)


@given(st.lists(amounts, min_size=1, max_size=29), st.lists(amounts, max_size=91), st.integers(1, 10**6))
def test_a_better_day_never_makes_the_end_worse(values, past, more):
    whole = days(30)
    better = [*values[:-1], values[-1] + more]

    worse_end = forecast.of_sum(whole, series(values), before(past)).end
    better_end = forecast.of_sum(whole, series(better), before(past)).end

    assert (worse_end is None) == (better_end is None)
    assert worse_end is None or better_end > worse_end


@given(st.lists(amounts, min_size=1, max_size=29), st.lists(amounts, max_size=91))
def test_the_band_holds_the_forecast_and_never_falls_below_what_is_reached(values, past):
    found = forecast.of_sum(days(30), series(values), before(past))

    assert found.low is None or found.actual <= found.low <= found.end <= found.high


@given(months, st.lists(amounts, min_size=14, max_size=91), st.data())
def test_what_is_expected_grows_each_day_and_ends_with_the_whole_month(month, past, data):
    length = 28 + data.draw(st.integers(0, 3))
    whole = days(length, month)
    shares = [
        forecast.of_sum(whole, series([Decimal(1)] * count, month), before(past)).expected_share
        for count in range(length + 1)
    ]

    assert shares[0] == 0
    assert shares[-1] == 1
    assert all(earlier < later for earlier, later in zip(shares, shares[1:], strict=False))


@given(st.lists(amounts, min_size=28, max_size=28), st.lists(amounts, min_size=1, max_size=29))
def test_the_end_is_what_plain_python_reckons(past, values):
    whole, known = days(30), series(values)
    means = [sum(past[each] for each in range(weekday, 28, 7)) / 4 for weekday in range(7)]
    first = (FIRST - timedelta(days=28)).weekday()
    by_weekday = {(first + number) % 7: mean for number, mean in enumerate(means)}
    least = sum(means) / 70
    raised = {day: max(mean, least) for day, mean in by_weekday.items()}
    scale = sum(raised.values()) / 7
    weight = {day: (raised[day.weekday()] / scale if scale else 1) for day in whole}

    found = forecast.of_sum(whole, known, before(past))

    done = sum(weight[day] for day in known)
    pace = (sum(values) + sum(past) / Decimal(28) * 7) / (done + 7)
    rest = sum(weight[day] for day in whole if day not in known)
    assert abs(found.end - (sum(values) + pace * rest)) < Decimal("1e-9")


def test_without_a_past_the_pace_of_the_period_goes_on():
    found = forecast.of_sum(days(30), series([Decimal(10)] * 10), {})

    assert (found.actual, found.end) == (100, 300)
    assert found.expected_share == Decimal(10) / 30
    assert not found.by_weekday


def test_a_fifth_of_a_period_without_a_past_does_not_tell_the_rest():
    assert forecast.of_sum(days(30), series([Decimal(10)] * 5), {}).end is None
    assert forecast.of_sum(days(30), series([Decimal(10)] * 6), {}).end == 300


def test_a_shop_that_sells_on_weekends_is_not_behind_on_a_friday():
    past = {day: Decimal(50 if day.weekday() >= 5 else 0) for day in before([Decimal(0)] * 84)}
    monday = date(2026, 11, 2)

    found = forecast.of_sum(days(7, monday), series([Decimal(0)] * 5, monday), past)

    assert found.by_weekday
    assert found.expected_share < Decimal("0.5")


@given(st.lists(amounts, min_size=2, max_size=30))
def test_a_standing_moves_on_by_its_average_step(values):
    found = forecast.of_last(days(40), series(values), {})

    step = (values[-1] - values[0]) / (len(values) - 1)
    expected = max(values[-1] + step * (40 - len(values)), Decimal(0))
    assert found.actual == values[-1]
    if len(values) <= 29:
        assert abs(found.end - expected) < 1


def test_a_standing_of_a_period_that_is_over_is_its_last_day():
    found = forecast.of_last(days(3), series([Decimal(5), Decimal(7), Decimal(6)]), {})

    assert (found.actual, found.end, found.low, found.high) == (6, 6, 6, 6)


def test_nothing_known_is_no_forecast():
    assert forecast.of_sum(days(30), {}, {}).end is None
    assert forecast.of_last(days(30), {}, {}) == forecast.NOTHING
    assert forecast.of_ratio(forecast.NOTHING, forecast.NOTHING).end is None


@given(amounts, amounts.filter(bool))
def test_a_rate_is_one_end_divided_by_the_other(above, below):
    found = forecast.of_ratio(forecast.Forecast(above, above), forecast.Forecast(below, below))

    assert found.end == above / below
