"""Recurring sends: each date is a broadcast of its own, made ahead, once, and only of what is approved."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core import mail
from django.db import connection
from django_tenants.utils import tenant_context

from broadcasts import services
from broadcasts.errors import InQuietHours, InThePast, NeedsApproval, NoDates, Repeats, WrongStatus
from broadcasts.models import Broadcast, SendingRules, Series, SeriesDate
from broadcasts.sending import delivery
from broadcasts.timing import ahead, dates, pausing, series, wishes
from broadcasts.timing.recurrence import Rule
from segments import services as segments
from tests.broadcasts.sending import send
from tests.factories import (
    make_broadcast,
    make_channel,
    make_followers,
    make_friend,
    make_list,
    make_segment,
    make_tag,
    make_user,
)

TOKYO = ZoneInfo("Asia/Tokyo")
NOON = datetime(2026, 12, 1, 12, tzinfo=TOKYO)  # a Tuesday
DAILY = Rule("day", time(10), date(2026, 12, 2))
WEEKLY = Rule("week", time(10), date(2026, 12, 2), weekdays=[2])  # Wednesdays
Status = Broadcast.Status
State = Series.Status


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(NOON, tick=False) as clock:
        yield clock


@pytest.fixture
def friend(channel, tenant):
    """A client that asks for no approval, and somebody to send to."""
    tenant.requires_approval = False
    return make_friend("aoi")


def begun(rule: Rule = WEEKLY, **fields: object) -> Series:
    made = series.start(make_broadcast(**fields), rule, by=make_user("marketer", email="hanako@example.jp"))
    ahead.advance()
    return made


def pump() -> None:
    """What a worker does when it is woken."""
    ahead.call_off_late()
    ahead.take_back_outdated()
    pausing.keep_quiet()
    delivery.start_due()
    send()


def at(day: int, hour: int = 10, month: int = 12) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=TOKYO)


def scheduled() -> list[datetime]:
    rows = Broadcast.objects.filter(status=Status.SCHEDULED)
    return sorted(rows.values_list("send_at", flat=True))


def test_dates_of_two_weeks_are_scheduled_ahead(friend):
    begun()

    assert scheduled() == [at(2), at(9)]
    assert set(Broadcast.objects.exclude(status="draft").values_list("name", "estimated_count")) == {
        ("Test", 1)
    }


def test_the_next_date_is_made_however_far_it_is(friend, noon):
    begun(Rule("month", time(10), date(2027, 3, 31)))

    assert scheduled() == [datetime(2027, 3, 31, 10, tzinfo=TOKYO)]


def test_each_date_goes_out_once(friend, simulator, channel, noon):
    followers = make_followers(simulator, channel, ["ren"])
    begun(segment=make_segment({"all": [{"type": "list", "list": make_list(friends=followers).pk}]}))

    for moment in (at(2), at(9)):
        noon.move_to(moment)
        ahead.advance()
        pump()

    assert len(simulator.inbox(channel.channel_id, followers[0].line_user_id)) == 2
    assert scheduled() == [at(16)]


def test_two_workers_at_once_make_one_broadcast_for_each_date(own_tenant, simulator, settings):
    settings.LINE_API_BASE = settings.LINE_DATA_API_BASE = settings.LINE_ACCESS_BASE = simulator.base_url
    make_channel(simulator, own_tenant, f"50{own_tenant.pk:08}")
    own_tenant.requires_approval = False
    make_friend("aoi")
    series.start(make_broadcast(), WEEKLY, by=None)

    def work() -> None:
        try:
            with tenant_context(own_tenant):
                ahead.advance()
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        done = [pool.submit(work) for _ in range(4)]
    for each in done:
        each.result()

    assert scheduled() == [at(2), at(9)]
    assert SeriesDate.objects.filter(broadcast__isnull=False).count() == 2


def test_the_pattern_itself_is_never_sent(friend):
    pattern = begun().pattern

    with pytest.raises(Repeats):
        services.send_now(pattern, by=None)


def test_an_edit_of_the_pattern_replaces_what_was_made_ahead(friend):
    pattern = begun().pattern

    services.change_broadcast(pattern, by=None, messages=[{"type": "text", "text": "New price"}])
    ahead.advance()

    made = Broadcast.objects.filter(status=Status.SCHEDULED)
    assert [each.messages[0]["text"] for each in made] == ["New price", "New price"]
    assert scheduled() == [at(2), at(9)]


def test_an_approval_is_taken_over_as_long_as_the_pattern_is_what_was_approved(channel):
    make_friend("aoi")
    pattern = make_broadcast()
    services.submit_for_approval(pattern, by=None)
    services.approve(pattern, by=make_user("approver"))
    series.start(pattern, WEEKLY, by=None)
    ahead.advance()
    taken_over = scheduled()

    services.change_broadcast(pattern, by=None, name="Changed")
    ahead.advance()
    withdrawn = scheduled()
    services.submit_for_approval(pattern, by=None)
    services.approve(pattern, by=make_user("approver"))
    ahead.advance()

    assert (taken_over, withdrawn, scheduled()) == ([at(2), at(9)], [], [at(2), at(9)])


@pytest.mark.parametrize("act", ["withdraw", "send_back"])
def test_dates_follow_when_the_patterns_approval_is_taken_back(channel, act):
    make_friend("aoi")
    pattern = make_broadcast()
    services.submit_for_approval(pattern, by=None)
    services.approve(pattern, by=make_user("client_approver"))
    series.start(pattern, WEEKLY, by=None)
    ahead.advance()
    before = scheduled()

    getattr(services, act)(pattern, by=None, **({"comment": "Not so"} if act == "send_back" else {}))
    ahead.advance()

    assert (before, scheduled()) == ([at(2), at(9)], [])


def test_an_approval_of_its_own_stands_though_the_pattern_has_none(friend, noon):
    begun()
    made = Broadcast.objects.get(send_at=at(2))
    noon.shift(timedelta(minutes=1))
    services.unschedule(made, by=None)
    services.submit_for_approval(made, by=None)
    services.approve(made, by=make_user("client_approver"))
    services.schedule_broadcast(made, send_at=at(2), by=None)

    ahead.advance()
    noon.move_to(at(2))
    ahead.take_back_outdated()

    made.refresh_from_db()
    assert (made.status, scheduled()) == (Status.SCHEDULED, [at(2), at(9)])


def test_nothing_leaves_as_the_pattern_said_before_its_last_change(channel, tenant, noon):
    """Also if the change has not reached the dates by then; it leaves as the pattern says now."""
    tenant.requires_approval = False
    make_friend("aoi")
    pattern = begun().pattern
    services.change_broadcast(pattern, by=None, messages=[{"type": "text", "text": "New price"}])
    noon.move_to(at(2))

    pump()
    untouched = Broadcast.objects.filter(started_at__isnull=False).exists()
    ahead.advance()
    pump()

    assert not untouched
    assert Broadcast.objects.get(started_at__isnull=False).messages[0]["text"] == "New price"


def test_nothing_repeats_without_the_clients_approval(channel):
    make_friend("aoi")

    with pytest.raises(NeedsApproval):
        series.start(make_broadcast(), WEEKLY, by=None)


def test_a_date_that_nobody_approved_in_time_is_missed_and_its_author_told(
    channel, noon, django_capture_on_commit_callbacks
):
    make_friend("aoi")
    pattern = make_broadcast()
    services.submit_for_approval(pattern, by=None)
    services.approve(pattern, by=make_user("approver"))
    series.start(pattern, WEEKLY, by=make_user("marketer", email="hanako@example.jp"))
    services.change_broadcast(pattern, by=None, name="Changed")
    ahead.advance()

    noon.move_to(at(2, 13))
    with django_capture_on_commit_callbacks(execute=True):
        ahead.advance()
        ahead.advance()

    assert [row.planned_on for row in SeriesDate.objects.exclude(missed_at=None)] == [date(2026, 12, 2)]
    assert [each.to for each in mail.outbox] == [["hanako@example.jp"]]


def test_a_date_is_skipped_and_comes_back(friend):
    found = begun()

    series.skip(found, date(2026, 12, 9), by=None)
    ahead.advance()
    skipped = scheduled()
    series.as_planned(found, date(2026, 12, 9), by=None)
    ahead.advance()

    assert (skipped, scheduled()) == ([at(2)], [at(2), at(9)])


def test_a_date_is_moved(friend):
    found = begun()

    series.move(found, date(2026, 12, 9), to=at(11, 18), by=None)
    ahead.advance()

    assert scheduled() == [at(2), at(11, 18)]


def test_a_date_that_is_moved_as_a_broadcast_stays_where_it_was_moved_to(friend):
    found = begun()
    first, second = Broadcast.objects.filter(status=Status.SCHEDULED).order_by("send_at")

    services.move(first, send_at=at(3), by=None)
    services.unschedule(second, by=None)
    services.schedule_broadcast(second, send_at=at(10), by=None)
    ahead.advance()

    assert scheduled() == [at(3), at(10)]
    assert [each.at for each in dates.next_ones(found, NOON, 2)] == [at(3), at(10)]


def test_a_date_that_has_begun_is_neither_skipped_nor_moved(friend, noon):
    found = begun()
    noon.move_to(at(2))
    pump()

    with pytest.raises(WrongStatus):
        series.skip(found, date(2026, 12, 2), by=None)
    with pytest.raises(WrongStatus):
        series.move(found, date(2026, 12, 2), to=at(3), by=None)


def test_only_dates_of_the_rule_are_skipped(friend):
    with pytest.raises(NoDates):
        series.skip(begun(), date(2026, 12, 10), by=None)


def test_a_date_is_moved_neither_to_the_past_nor_into_quiet_hours(friend):
    found = begun()
    SendingRules.objects.create(quiet_from=time(21), quiet_until=time(8))

    with pytest.raises(InThePast):
        series.move(found, date(2026, 12, 9), to=at(1, 11), by=None)
    with pytest.raises(InQuietHours):
        series.move(found, date(2026, 12, 9), to=at(9, 22), by=None)


def test_another_rule_holds_from_a_day_on(friend, noon):
    old = begun()
    noon.move_to(at(2, 11))

    new = series.change_rule(
        old, Rule("week", time(18), date(2026, 12, 2), weekdays=[4]), from_on=date(2026, 12, 9), by=None
    )
    ahead.advance()

    old.refresh_from_db()
    assert (old.ends_on, new.pk != old.pk) == (date(2026, 12, 8), True)
    assert scheduled() == [at(2), at(11, 18)]


def test_a_rule_that_has_no_day_behind_it_is_changed_in_place(friend):
    old = begun()

    new = series.change_rule(old, DAILY, from_on=date(2026, 12, 2), by=None)
    ahead.advance()

    assert new.pk == old.pk
    assert scheduled() == [at(day) for day in range(2, 16)]


def test_a_pause_takes_back_what_was_made_and_a_resume_makes_it_again(friend):
    found = begun()

    series.pause(found, by=None)
    ahead.advance()
    paused = scheduled()
    series.resume(found, by=None)
    ahead.advance()

    assert (paused, scheduled()) == ([], [at(2), at(9)])


def test_a_date_that_passed_before_the_series_began_is_not_made_up_for(friend):
    begun(Rule("day", time(11), date(2026, 12, 1), ends_on=date(2026, 12, 2)))

    assert scheduled() == [at(2, 11)]


def test_a_date_that_passed_while_it_was_paused_is_not_made_up_for(friend, noon):
    found = begun()
    series.pause(found, by=None)
    noon.move_to(at(2, 11))

    series.resume(found, by=None)
    ahead.advance()
    noon.move_to(at(2, 13))
    ahead.advance()

    assert scheduled() == [at(9), at(16)]
    assert mail.outbox == []


@pytest.mark.parametrize("stop", [series.pause, series.end])
def test_a_date_that_was_moved_far_stops_with_its_series(friend, noon, stop):
    found = begun()
    series.move(found, date(2026, 12, 2), to=at(8), by=None)
    ahead.advance()
    noon.move_to(at(7))

    stop(found, by=None)

    assert scheduled() == []


def test_a_date_that_waits_for_the_morning_stops_with_its_series(friend, noon):
    found = begun()
    SendingRules.objects.create(quiet_from=time(9), quiet_until=time(11))
    noon.move_to(at(2))
    pump()
    waiting = Broadcast.objects.get(send_at=at(2)).status

    series.pause(found, by=None)
    noon.move_to(at(2, 11))
    pump()

    assert waiting == Status.PAUSED
    assert not Broadcast.objects.filter(started_at__isnull=False).exists()


def test_a_day_that_was_sent_is_not_sent_again_under_another_rule(friend, noon):
    old = begun(Rule("day", time(10), date(2026, 12, 1)))
    for day in (2, 3):
        noon.move_to(at(day))
        pump()
    noon.move_to(at(3, 11))

    series.change_rule(old, Rule("day", time(15), date(2026, 12, 1)), from_on=date(2026, 12, 3), by=None)
    ahead.advance()

    assert scheduled()[0] == at(4, 15)


@pytest.mark.parametrize("change", ["skip", "move"])
def test_what_waits_to_begin_is_neither_skipped_nor_moved(friend, noon, change):
    found = begun()
    Broadcast.objects.filter(send_at=at(2)).update(status=Status.PAUSED, problem="It has grown.")
    given = {"to": at(3)} if change == "move" else {}

    with pytest.raises(WrongStatus):
        getattr(series, change)(found, date(2026, 12, 2), by=None, **given)


def test_a_date_that_was_called_off_may_be_moved(friend):
    found = begun()
    services.cancel(Broadcast.objects.get(send_at=at(2)), by=None)

    series.move(found, date(2026, 12, 2), to=at(3), by=None)
    ahead.advance()

    assert scheduled() == [at(3), at(9)]


def test_an_ended_series_sends_nothing_and_its_pattern_is_an_ordinary_broadcast(friend):
    found = begun()

    series.end(found, by=None)
    ahead.advance()

    assert scheduled() == []
    assert services.send_now(found.pattern, by=None).status == Status.SCHEDULED


def test_a_series_ends_by_itself_after_its_last_day(friend, noon):
    found = begun(Rule("day", time(10), date(2026, 12, 2), ends_on=date(2026, 12, 2)))
    noon.move_to(at(2))
    pump()

    noon.move_to(at(3))
    ahead.advance()

    found.refresh_from_db()
    assert found.status == State.ENDED


def test_a_date_that_is_refused_is_told_once_and_does_not_stop_the_next(
    friend, noon, django_capture_on_commit_callbacks
):
    found = begun()
    nobody = {"all": [{"type": "tag", "tag": make_tag("VIP").pk}]}
    segment = segments.change_segment(found.pattern.segment, version=1, name="Nobody", raw=nobody)
    series.skip(found, date(2026, 12, 9), by=None)
    series.as_planned(found, date(2026, 12, 9), by=None)

    with django_capture_on_commit_callbacks(execute=True):
        ahead.advance()
        ahead.advance()
    refused = SeriesDate.objects.get(planned_on=date(2026, 12, 9))
    segments.change_segment(segment, version=segment.version, raw={"all": []})
    ahead.advance()

    assert "Nobody" in refused.problem
    assert [each.to for each in mail.outbox] == [["hanako@example.jp"]]
    assert scheduled() == [at(2), at(9)]


def test_yesterdays_date_is_not_sent_late(friend, noon, django_capture_on_commit_callbacks):
    begun()

    noon.move_to(at(2, 12) + timedelta(minutes=1))
    with django_capture_on_commit_callbacks(execute=True):
        pump()
        ahead.advance()

    late = Broadcast.objects.get(send_at=at(2))
    assert (late.status, late.started_at) == (Status.CANCELLED, None)
    assert SeriesDate.objects.get(planned_on=date(2026, 12, 2)).missed_at
    assert len(mail.outbox) == 1


def test_a_date_that_is_a_little_late_is_still_sent(friend, noon):
    begun()

    noon.move_to(at(2, 11))
    pump()

    assert Broadcast.objects.get(send_at=at(2)).started_at


def test_what_a_person_has_taken_off_the_schedule_is_left_to_them(friend):
    begun()
    services.unschedule(Broadcast.objects.get(send_at=at(2)), by=None)

    ahead.advance()

    assert scheduled() == [at(9)]


def test_a_rule_in_the_quiet_hours_is_refused_with_the_next_good_moment(friend):
    SendingRules.objects.create(quiet_from=time(21), quiet_until=time(11))

    with pytest.raises(InQuietHours) as refusal:
        series.start(make_broadcast(), WEEKLY, by=None)

    assert refusal.value.context["until"] == at(2, 11)


def test_a_rule_without_a_day_ahead_is_refused(friend):
    with pytest.raises(NoDates):
        series.start(make_broadcast(), Rule("day", time(10), date(2026, 11, 1), ends_on=NOON.date()), by=None)


def test_a_wish_to_repeat_is_forgotten_when_it_is_sent_once(friend):
    broadcast = make_broadcast()
    wishes.repeat(broadcast, WEEKLY)

    services.send_now(broadcast, by=None)

    assert not Series.objects.exists()


def test_the_next_dates_are_known_without_any_having_been_made(friend):
    found = begun(Rule("week", time(10), date(2026, 12, 2), 2, weekdays=[2, 5]))

    ahead_of_it = dates.next_ones(found, NOON, 4)

    assert [each.planned_on.day for each in ahead_of_it] == [2, 5, 16, 19]
