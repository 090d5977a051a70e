"""Sends that are under way when quiet hours begin."""

from datetime import datetime, time
from zoneinfo import ZoneInfo

import pytest
import time_machine

from accounts.models import Due
from broadcasts import services, tasks
from broadcasts.errors import InQuietHours
from broadcasts.models import Batch, Broadcast, SendingRules
from broadcasts.sending import delivery, quota
from broadcasts.timing import pausing, rules
from tests.factories import make_broadcast, make_friend, make_segment, make_sending

TOKYO = ZoneInfo("Asia/Tokyo")
EVENING = datetime(2026, 12, 1, 20, 59, tzinfo=TOKYO)
NIGHT = datetime(2026, 12, 1, 22, tzinfo=TOKYO)
MORNING = datetime(2026, 12, 2, 8, tzinfo=TOKYO)
Status = Broadcast.Status


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(EVENING, tick=False) as clock:
        yield clock


@pytest.fixture
def sending(channel) -> Broadcast:
    """One that is being sent when the quiet hours begin."""
    make_friend("aoi")
    made = make_sending()
    SendingRules.objects.create(quiet_from=time(21), quiet_until=time(8))
    return made


def now_is(broadcast: Broadcast) -> tuple[str, datetime | None]:
    broadcast.refresh_from_db()
    return broadcast.status, broadcast.paused_until


def test_it_pauses_when_they_begin_and_goes_on_by_itself_when_they_end(sending, clock):
    pausing.keep_quiet()
    before = now_is(sending)
    clock.move_to(NIGHT)
    pausing.keep_quiet()
    pausing.keep_quiet()
    at_night = now_is(sending)
    clock.move_to(MORNING)
    pausing.keep_quiet()

    assert (before, at_night, now_is(sending)) == (
        (Status.SENDING, None),
        (Status.PAUSED, MORNING),
        (Status.SENDING, None),
    )


def test_the_worker_comes_back_when_they_end(sending, clock):
    clock.move_to(NIGHT)

    pausing.keep_quiet()

    assert pausing.next_moment() == MORNING
    assert delivery.next_moment() is None


def test_a_persons_own_pause_outlasts_them(sending, clock):
    services.pause(sending, by=None)
    clock.move_to(NIGHT)
    pausing.keep_quiet()
    clock.move_to(MORNING)
    pausing.keep_quiet()

    assert now_is(sending) == (Status.PAUSED, None)


def test_a_person_may_make_a_pause_of_the_night_their_own(sending, clock):
    clock.move_to(NIGHT)
    pausing.keep_quiet()

    services.pause(sending, by=None)
    clock.move_to(MORNING)
    pausing.keep_quiet()

    assert now_is(sending) == (Status.PAUSED, None)


def test_what_may_go_out_at_night_goes_on(channel, clock):
    make_friend("aoi")
    made = make_sending(ignores_quiet_hours=True)
    SendingRules.objects.create(quiet_from=time(21), quiet_until=time(8))

    clock.move_to(NIGHT)
    pausing.keep_quiet()

    assert now_is(made) == (Status.SENDING, None)


def test_what_falls_due_at_night_waits_without_having_chosen_its_people(tenant, channel, clock):
    tenant.requires_approval = False
    make_friend("aoi")
    broadcast = services.schedule_broadcast(make_broadcast(), send_at=NIGHT, by=None)
    SendingRules.objects.create(quiet_from=time(21), quiet_until=time(8))

    clock.move_to(NIGHT)
    pausing.keep_quiet()
    delivery.start_due()
    at_night = now_is(broadcast)
    clock.move_to(MORNING)
    pausing.keep_quiet()

    assert (at_night, broadcast.started_at) == ((Status.PAUSED, MORNING), None)
    assert now_is(broadcast) == (Status.PREPARING, None)


def test_what_line_sends_itself_waits_for_the_morning_too(channel, clock):
    for _person in range(110):
        make_friend()
    women = make_segment({"type": "line_gender", "in": ["female"]})
    broadcast = make_sending(segment=women)
    SendingRules.objects.create(quiet_from=time(21), quiet_until=time(8))
    clock.move_to(NIGHT)
    Due.objects.update(due_at=None)

    tasks.follow_platform_sends.run()

    assert now_is(broadcast) == (Status.PAUSED, MORNING)
    assert broadcast.platform_sends.get().first_tried_at is None
    assert Due.objects.get(kind=delivery.KIND).due_at == MORNING


def test_what_waits_for_the_morning_still_counts_against_the_plan(tenant, channel, clock):
    tenant.requires_approval = False
    make_friend("aoi")
    services.schedule_broadcast(make_broadcast(), send_at=NIGHT, by=None)
    SendingRules.objects.create(quiet_from=time(21), quiet_until=time(8))
    clock.move_to(NIGHT)
    before = quota.committed_messages(NIGHT)

    pausing.keep_quiet()

    assert (before, quota.committed_messages(NIGHT)) == (1, 1)


def test_what_is_laid_out_is_never_laid_out_again(sending):
    """However it came to be in that state again: a second set of requests would have keys of its own."""
    Broadcast.objects.update(status=Status.PREPARING)

    delivery.start_due()

    assert now_is(sending) == (Status.SENDING, None)
    assert Batch.objects.count() == 1


def test_what_has_left_and_waits_for_answers_only_is_let_end(sending, clock):
    Batch.objects.update(state=Batch.State.CLAIMED, lease_until=MORNING)

    clock.move_to(NIGHT)
    pausing.keep_quiet()

    assert now_is(sending) == (Status.SENDING, None)


def test_other_rules_hold_at_once(sending, clock):
    clock.move_to(NIGHT)
    pausing.keep_quiet()

    changed = SendingRules.present()
    changed.quiet_until = time(9)
    rules.change(changed, by=None)
    pausing.keep_quiet()
    later = now_is(sending)
    changed.quiet_from = changed.quiet_until = None
    rules.change(changed, by=None)
    pausing.keep_quiet()

    assert later == (Status.PAUSED, MORNING.replace(hour=9))
    assert now_is(sending) == (Status.SENDING, None)


def test_scheduling_into_them_is_refused_unless_it_is_wanted(tenant, channel):
    tenant.requires_approval = False
    make_friend("aoi")
    SendingRules.objects.create(quiet_from=time(21), quiet_until=time(8))

    with pytest.raises(InQuietHours) as refusal:
        services.schedule_broadcast(make_broadcast(), send_at=NIGHT, by=None)
    wanted = services.schedule_broadcast(make_broadcast(ignores_quiet_hours=True), send_at=NIGHT, by=None)

    assert refusal.value.message == (
        "At that time the quiet hours hold. The next good moment is 2026/12/02 08:00."
    )
    assert wanted.status == Status.SCHEDULED
