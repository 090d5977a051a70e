"""Pages about when broadcasts go out: the time while it is written, the last look, rules, recurring sends."""

from datetime import datetime, time
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django_tenants.utils import tenant_context

from broadcasts.models import Broadcast, SendingRules, Series, SeriesDate
from tests.factories import make_broadcast, make_followers, make_segment, make_series

TOKYO = ZoneInfo("Asia/Tokyo")
NOON = datetime(2026, 12, 1, 12, tzinfo=TOKYO)  # a Tuesday
WEEKLY = {
    "time": "repeating",
    "every": "week",
    "interval": "2",
    "weekdays": ["2", "4"],
    "at": "10:00",
    "starts_on": "2026-12-02",
}


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def approved(simulator, channel) -> Broadcast:
    """Approved, with somebody to send to."""
    make_followers(simulator, channel, 2)
    made = make_broadcast()
    made.move("draft", to="approved", approved_at=NOON)
    made.refresh_from_db()
    return made


def written(**more: object) -> dict:
    form = {"name": "Sale", "segment": str(make_segment().pk), "bubbles": "1", "b0-type": "text"}
    return form | {"b0-text": "Sale today"} | more


def test_a_rule_is_told_in_words_with_its_next_five_dates(visit):
    page = visit().read("broadcasts/time/", WEEKLY)

    assert "every 2 weeks on Wed, Fri at 10:00, from 2026/12/02" in page
    assert [f"2026/12/{day}" in page for day in ("02", "04", "16", "18", "30")] == [True] * 5


def test_a_time_in_the_quiet_hours_is_offered_for_the_next_good_moment_and_taken_by_one_click(visit):
    SendingRules.objects.create(quiet_from=time(21), quiet_until=time(8))
    at_night = {"time": "at", "send_at": "2026-12-01T23:00"}

    page = visit().read("broadcasts/time/", at_night)
    taken = visit().read("broadcasts/time/", at_night | {"take": "2026-12-02T08:00:00+09:00"})

    assert "Take 2026/12/02 08:00 instead" in page
    assert 'value="2026-12-02T08:00"' in taken


@pytest.mark.parametrize("take", ["", "tomorrow", "2026-12-02", "2026-99-99T00:00:00Z", "😀" * 99])
def test_no_other_text_is_taken_for_a_moment(visit, take):
    page = visit().read("broadcasts/time/", {"take": take, "send_at": "2026-12-02T03:15"})

    assert 'value="2026-12-02T03:15"' in page


def test_a_draft_keeps_the_time_for_which_it_is_meant(visit):
    visit().send("broadcasts/new/", written(time="at", send_at="2026-12-24T18:30"))

    made = Broadcast.objects.get()
    assert (made.status, made.send_at) == ("draft", datetime(2026, 12, 24, 18, 30, tzinfo=TOKYO))
    assert "2026-12-24T18:30" in visit().read(f"broadcasts/{made.pk}/edit/")


def test_a_draft_keeps_the_rule_by_which_it_is_meant_to_repeat(visit):
    page = visit().send("broadcasts/new/", written(**WEEKLY))

    kept = Series.objects.get()
    assert (kept.status, kept.interval, kept.weekdays) == ("planned", 2, [2, 4])
    assert "Meant to be sent again and again" in page


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"time": "at"}, "Choose a date and a time."),
        (WEEKLY | {"starts_on": ""}, "This is needed for a recurring send."),
        (WEEKLY | {"interval": "0"}, "greater than or equal to 1"),
        (WEEKLY | {"ends_on": "2026-12-01"}, "The last day is before the first."),
        (WEEKLY | {"weekdays": ["9"]}, "not one of the available choices"),
    ],
)
def test_what_is_missing_of_a_time_is_said_and_nothing_typed_is_lost(visit, given, said):
    page = visit().send("broadcasts/new/", written(**given))

    assert said in page
    assert "Sale today" in page
    assert not Broadcast.objects.exists()


def test_the_last_look_names_the_client_and_sends_nothing_yet(visit, approved):
    chosen = {"version": "1", "time": "at", "send_at": "2026-12-24T18:30"}

    page = visit().send(f"broadcasts/{approved.pk}/schedule/", chosen)
    approved.refresh_from_db()
    looked = approved.status
    visit().send(f"broadcasts/{approved.pk}/schedule/", chosen | {"confirmed": "1"})

    approved.refresh_from_db()
    assert "Schedule as Apparel" in page
    assert "2026/12/24" in page
    assert (looked, approved.status) == ("approved", "scheduled")


def test_a_recurring_send_is_begun_after_the_last_look(visit, approved):
    chosen = WEEKLY | {"version": "1"}

    look = visit().send(f"broadcasts/{approved.pk}/schedule/", chosen)
    page = visit().send(f"broadcasts/{approved.pk}/schedule/", chosen | {"confirmed": "1"})

    assert "Repeat as Apparel" in look
    assert "Dates to come" in page
    assert Series.objects.get().status == "active"


def test_back_from_the_last_look_keeps_the_time(visit, approved):
    chosen = {"version": "1", "time": "at", "send_at": "2026-12-24T18:30", "confirmed": "1", "back": "1"}

    page = visit().send(f"broadcasts/{approved.pk}/schedule/", chosen)

    approved.refresh_from_db()
    assert approved.status == "approved"
    assert "2026-12-24T18:30" in page


def test_a_date_is_skipped_moved_and_restored_on_its_page(visit):
    found = make_series()
    page = f"broadcasts/series/{found.pk}/dates/2026-12-03/"

    skipped = visit().send(page, {"do": "skip"})
    moved = visit().send(page, {"do": "move", "send_at": "2026-12-03T18:00"})
    visit().send(page, {"do": "restore"})

    row = SeriesDate.objects.get()
    assert "Skipped" in skipped
    assert "moved from 2026/12/03" in moved
    assert (row.is_skipped, row.moved_to) == (False, None)


def test_a_series_is_paused_resumed_and_ended_after_a_question(visit):
    found = make_series()
    address = f"broadcasts/series/{found.pk}/"

    question = visit().read(f"{address}end/")
    states = []
    for act in ("pause", "resume", "end"):
        visit().send(f"{address}{act}/", {})
        found.refresh_from_db()
        states.append(found.status)

    assert "cannot be taken back" in question
    assert states == ["paused", "active", "ended"]


def test_the_rule_is_changed_from_a_day_on(visit):
    found = make_series()

    page = visit().send(
        f"broadcasts/series/{found.pk}/rule/",
        {"every": "month", "interval": "1", "month_day": "-1", "at": "18:00", "starts_on": "2026-12-02"}
        | {"from_on": "2026-12-02"},
    )

    assert "every month on the last day at 18:00" in page


@pytest.mark.parametrize("day", ["2026-12-01", "2026-13-01", "x", "9" * 99])
def test_a_day_that_is_no_date_of_the_series_is_not_found(visit, day):
    assert visit().get(f"broadcasts/series/{make_series().pk}/dates/{day}/").status_code == 404


def test_a_series_of_another_client_is_not_found(visit, other_tenant):
    with tenant_context(other_tenant):
        make_series(id=900_001)

    for page in ("", "rule/", "pause/", "dates/2026-12-03/"):
        assert visit().get(f"broadcasts/series/900001/{page}").status_code == 404


def test_rules_of_sending_are_kept(visit):
    asked = {"quiet_from": "21:00", "quiet_until": "08:00", "cap_count": "3", "cap_days": "7"}

    visit("account_manager").send("broadcasts/rules/", asked | {"week_starts_on": "0"})

    kept = SendingRules.objects.get()
    assert (kept.quiet_from, kept.quiet_until, kept.cap_count) == (time(21), time(8), 3)


@pytest.mark.parametrize(
    "wrong",
    [
        {"quiet_until": ""},
        {"quiet_until": "21:00"},
        {"cap_count": "0"},
        {"cap_count": "51"},
        {"cap_days": "0"},
    ],
)
def test_rules_that_make_no_sense_are_refused(visit, wrong):
    asked = {"quiet_from": "21:00", "quiet_until": "08:00", "cap_count": "3", "cap_days": "7"}

    visit("account_manager").send("broadcasts/rules/", asked | {"week_starts_on": "0"} | wrong)

    assert not SendingRules.objects.exists()
