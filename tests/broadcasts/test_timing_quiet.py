"""Quiet hours: over midnight, in any zone, also on the days on which clocks are set."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from broadcasts.models import SendingRules
from broadcasts.timing import quiet

TOKYO = ZoneInfo("Asia/Tokyo")
NEW_YORK = ZoneInfo("America/New_York")
ZONES = st.sampled_from(
    [TOKYO, NEW_YORK, ZoneInfo("Europe/Berlin"), ZoneInfo("Australia/Lord_Howe"), ZoneInfo("Asia/Kathmandu")]
)
MINUTES = st.builds(time, st.integers(0, 23), st.integers(0, 59))
MOMENTS = st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


def test_hours_over_midnight_end_the_next_morning(tenant):
    SendingRules.objects.create(quiet_from=time(21), quiet_until=time(8))
    late, early = datetime(2026, 12, 1, 22, tzinfo=TOKYO), datetime(2026, 12, 2, 7, 59, tzinfo=TOKYO)
    morning = datetime(2026, 12, 2, 8, tzinfo=TOKYO)

    assert quiet.until(late) == morning
    assert quiet.until(early) == morning
    assert quiet.until(morning) is None
    assert quiet.until(datetime(2026, 12, 1, 20, 59, tzinfo=TOKYO)) is None


def test_it_is_never_quiet_without_rules(tenant):
    assert quiet.until(datetime(2026, 12, 1, 3, tzinfo=TOKYO)) is None


def test_the_clients_own_clock_counts(tenant):
    SendingRules.objects.create(quiet_from=time(21), quiet_until=time(8))
    tenant.time_zone = "America/New_York"

    assert quiet.until(datetime(2026, 12, 1, 12, tzinfo=UTC)) == datetime(2026, 12, 1, 13, tzinfo=UTC)
    assert quiet.until(datetime(2026, 12, 1, 22, tzinfo=TOKYO)) is None


@pytest.mark.parametrize(
    ("moment", "ends"),
    [
        (datetime(2026, 3, 8, 1, 30, tzinfo=NEW_YORK), datetime(2026, 3, 8, 3, 30, tzinfo=NEW_YORK)),
        (datetime(2026, 11, 1, 0, 30, tzinfo=NEW_YORK), datetime(2026, 11, 1, 2, 30, tzinfo=NEW_YORK)),
    ],
    ids=["the end is left out as clocks go forward", "an hour comes twice as they go back"],
)
def test_hours_end_on_the_days_on_which_clocks_are_set(moment, ends):
    assert quiet.end(moment, time(22), time(2, 30), NEW_YORK) == ends


@given(moment=MOMENTS, begins=MINUTES, ends=MINUTES, zone=ZONES)
def test_what_is_offered_lies_ahead_within_two_days_and_is_not_quiet(moment, begins, ends, zone):
    assume(begins != ends)

    offered = quiet.end(moment, begins, ends, zone)

    assert offered is None or moment < offered < moment + timedelta(days=2)
    assert offered is None or quiet.end(offered, begins, ends, zone) is None


@given(moment=MOMENTS, begins=MINUTES, ends=MINUTES)
def test_a_moment_is_quiet_if_the_clock_stands_between_the_two_times(moment, begins, ends):
    assume(begins != ends)
    shown = moment.astimezone(TOKYO).time()
    stands_between = begins <= shown < ends if begins < ends else shown >= begins or shown < ends

    assert (quiet.end(moment, begins, ends, TOKYO) is not None) == stands_between
