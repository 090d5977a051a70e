"""Where a month ends by how the months before went, and by what is scheduled."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from billing.month_end import MOST_MONTHS, expect

TWENTIETH = date(2026, 11, 20)
REST = [TWENTIETH + timedelta(days=number) for number in range(11)]
QUIET, USUAL, BUSY = ([0] * 20 + [each] * 10 for each in (10, 100, 300))


def ends(**given) -> tuple[int, int, int]:
    last = expect(REST, **({"used": 1_000, "scheduled": {}, "before": []} | given)).last
    return last.low, last.expected, last.high


def test_the_middle_of_the_months_before_is_expected_and_the_outer_ones_are_the_band():
    assert ends(before=[BUSY, QUIET, USUAL], of_today=0) == (1_100, 2_000, 4_000)


def test_without_a_month_before_only_what_is_scheduled_is_expected():
    assert ends() == (1_000, 1_000, 1_000)
    assert ends(scheduled={REST[3]: 500}) == (1_500, 1_500, 1_500)


def test_what_is_scheduled_is_the_least_that_is_expected():
    assert ends(before=[BUSY, QUIET, USUAL], scheduled={REST[0]: 1_500}, of_today=0) == (2_500, 2_500, 4_000)


def test_the_days_before_the_end_are_compared_whatever_the_months_length():
    february = [0] * 27 + [70]
    january = [0] * 30 + [70]

    last_day = [date(2026, 11, 30)]
    one, other = (
        expect(last_day, used=0, scheduled={}, before=[month]).last.expected for month in (february, january)
    )

    assert one == other == 70


def test_the_day_on_which_the_limit_is_passed():
    course = expect(REST, used=1_000, scheduled={REST[2]: 300, REST[5]: 300}, before=[])

    assert course.passes(1_400) == REST[5]
    assert course.passes(1_600) is None
    assert course.passes(None) is None


amounts = st.integers(0, 50_000)
past = st.lists(amounts, min_size=28, max_size=31)


@given(
    used=amounts,
    scheduled=st.dictionaries(st.sampled_from(REST), amounts),
    before=st.lists(past, max_size=9),
    of_today=st.floats(0, 1),
)
def test_the_band_holds_what_is_expected_and_never_falls(used, scheduled, before, of_today):
    course = expect(REST, used=used, scheduled=scheduled, before=before, of_today=of_today)

    assert [band.day for band in course.days] == REST
    assert all(used <= band.low <= band.expected <= band.high for band in course.days)
    assert course.last.low >= used + sum(scheduled.values())
    assert course.months == min(len(before), MOST_MONTHS)
    pairs = list(zip(course.days, course.days[1:], strict=False))
    assert all(one.low <= other.low and one.high <= other.high for one, other in pairs)
    assert all(one.expected <= other.expected for one, other in pairs)


@given(before=st.lists(past, max_size=6), more=amounts)
def test_scheduling_more_never_lowers_the_end(before, more):
    without = expect(REST, used=0, scheduled={}, before=before).last
    with_more = expect(REST, used=0, scheduled={REST[4]: more}, before=before).last

    assert with_more.low >= without.low
    assert with_more.expected >= without.expected
    assert with_more.high >= without.high
