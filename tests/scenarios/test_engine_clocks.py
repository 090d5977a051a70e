"""When people who wait go on: the client's clock, with its jumps, its leap days and its month ends."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenarios.engine import dates, waiting
from scenarios.flow.steps import DateOf, Wait

TOKYO, BERLIN, NEW_YORK = map(ZoneInfo, ["Asia/Tokyo", "Europe/Berlin", "America/New_York"])
BIRTHDAY = "customer.birthday"
MOMENTS = st.datetimes(datetime(2024, 1, 1), datetime(2032, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
ZONES = st.sampled_from([TOKYO, BERLIN, NEW_YORK])
TIMES = st.times().map(lambda at: at.replace(second=0, microsecond=0))


def local(text: str, zone: ZoneInfo = BERLIN) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


@pytest.mark.parametrize(
    ("step", "arrived", "goes_on"),
    [
        (Wait(minutes=90), "2026-03-29T01:30", "2026-03-29T04:00"),  # the clock leaps from 2 to 3
        (Wait(days=1), "2026-03-28T02:30", "2026-03-29T03:30"),  # there is no 2:30 that day
        (Wait(days=1), "2026-10-24T02:30", "2026-10-25T02:30"),  # it comes twice; the first counts
        (Wait(days=1), "2026-01-31T10:00", "2026-02-01T10:00"),
        (Wait(days=1, at="10:00"), "2026-11-22T23:59", "2026-11-23T10:00"),
        (Wait(days=1, at="10:00"), "2026-11-22T00:01", "2026-11-23T10:00"),
        (Wait(at="10:00"), "2026-11-22T09:59", "2026-11-22T10:00"),
        (Wait(at="10:00"), "2026-11-22T10:00", "2026-11-22T10:00"),
        (Wait(at="10:00"), "2026-11-22T10:01", "2026-11-23T10:00"),
    ],
)
def test_a_wait_goes_by_the_clients_clock(step, arrived, goes_on):
    moment = waiting.after(step, local(arrived), BERLIN)

    assert moment == local(goes_on).astimezone(UTC)


@pytest.mark.parametrize(
    ("of", "day", "arrived", "goes_on"),
    [
        ({"yearly": True}, date(1990, 11, 25), "2026-11-22T12:00", "2026-11-25T10:00"),
        ({"yearly": True}, date(1990, 11, 22), "2026-11-22T09:00", "2026-11-22T10:00"),
        ({"yearly": True}, date(1990, 11, 22), "2026-11-22T11:00", "2027-11-22T10:00"),
        ({"yearly": True, "days": -7}, date(1990, 1, 3), "2026-12-28T11:00", "2027-12-27T10:00"),
        ({"yearly": True}, date(1992, 2, 29), "2026-11-22T12:00", "2027-02-28T10:00"),
        ({"yearly": True}, date(1992, 2, 29), "2027-11-22T12:00", "2028-02-29T10:00"),
        ({"days": -3}, date(2026, 12, 1), "2026-11-22T12:00", "2026-11-28T10:00"),
        ({"days": 1}, date(2026, 2, 28), "2026-02-01T12:00", "2026-03-01T10:00"),
        ({}, date(2026, 11, 1), "2026-11-22T12:00", "2026-11-01T10:00"),  # over: nobody waits for it
    ],
)
def test_a_wait_for_a_date_goes_by_the_calendar(of, day, arrived, goes_on):
    moment = waiting.on_date(DateOf(BIRTHDAY, **of), day, local(arrived, TOKYO), TOKYO)

    assert moment == local(goes_on, TOKYO)


@given(arrived=MOMENTS, zone=ZONES, at=TIMES)
def test_until_an_hour_is_never_over_and_within_a_day_and_a_jump(arrived, zone, at):
    moment = waiting.after(Wait(at=f"{at:%H:%M}"), arrived, zone)

    assert arrived <= moment <= arrived + timedelta(hours=25)


@given(arrived=MOMENTS, zone=ZONES, at=TIMES, days=st.integers(1, 400))
def test_so_many_days_later_is_that_day_of_the_calendar(arrived, zone, at, days):
    moment = waiting.after(Wait(days=days, at=f"{at:%H:%M}"), arrived, zone)

    assert moment.astimezone(zone).date() == arrived.astimezone(zone).date() + timedelta(days=days)


@given(
    day=st.dates(date(1920, 1, 1), date(2030, 1, 1)),
    arrived=MOMENTS,
    zone=ZONES,
    at=TIMES,
    days=st.integers(-400, 400),
)
def test_what_comes_round_every_year_is_never_over_and_comes_within_one(day, arrived, zone, at, days):
    of = DateOf(BIRTHDAY, yearly=True, days=days, at=f"{at:%H:%M}")

    moment = waiting.on_date(of, day, arrived, zone)

    assert arrived <= moment <= arrived + timedelta(days=368)


@given(day=st.dates(), first=st.dates(date(1, 1, 1), date(9000, 1, 1)))
def test_a_day_comes_round_on_its_own_or_on_the_28th_of_february(day, first):
    found = dates.yearly(day, first)

    assert found >= first
    assert (found.month, found.day) in {(day.month, day.day), (2, 28)}
