"""Periods that endpoints are asked for, to the ends of the calendar."""

import pytest


@pytest.mark.parametrize("address", ["results/", "calendar/"])
@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_a_day_at_the_end_of_the_calendar_is_no_fault_of_ours(tenant, call, address, day):
    asked = [call().get(f"{address}?{name}={day}") for name in ("since", "until")]
    both = call().get(f"{address}?since={day}&until={day}")

    assert {answer.status_code for answer in [*asked, both]} <= {200, 400}


@pytest.mark.parametrize("address", ["results/", "calendar/"])
def test_a_period_that_ends_before_it_begins_is_refused(tenant, call, address):
    answer = call().get(f"{address}?since=2026-11-02&until=2026-11-01")

    assert (answer.status_code, list(answer.json()["fields"])) == (400, ["until"])
