"""The work board: what is due is woken, once, and nothing called for is forgotten."""

import time
from datetime import timedelta

import pytest
from celery import shared_task
from django.db import connection
from django.utils import timezone
from django_tenants.utils import schema_context
from kombu import Connection

from accounts import board
from accounts.models import Due, Tenant
from config.beat import Steadily, is_anything_due
from config.celery import app

ran_in: list[str] = []
clocks: list[str] = []


@shared_task
def note() -> None:
    ran_in.append(connection.schema_name)
    clocks.append(timezone.get_current_timezone_name())


@pytest.fixture(autouse=True)
def notes():
    """Tasks of the kind `test` run at once and note in which schema."""
    board.register("test", lambda: note)
    app.conf.task_always_eager = True
    ran_in.clear()
    yield ran_in
    app.conf.task_always_eager = False


def tick(**later: float) -> int:
    with schema_context("public"):
        return board.tick(timezone.now() + timedelta(**later))


def test_work_is_woken_in_its_tenant_when_its_time_has_come_and_not_before(tenant, notes):
    board.call("test", timezone.now() + timedelta(seconds=30))

    assert tick() == 0
    assert tick(seconds=31) == 1
    assert notes == [tenant.schema_name]


def test_a_call_for_earlier_work_brings_it_forward_and_one_for_later_does_not_put_it_off(tenant):
    soon = timezone.now() + timedelta(seconds=10)
    board.call("test", soon + timedelta(hours=1))
    board.call("test", soon)
    board.call("test", soon + timedelta(hours=2))

    assert Due.objects.get(kind="test").due_at == soon


def test_a_wake_up_that_was_lost_is_repeated_after_the_lease(tenant, notes):
    board.call("test")

    assert (tick(), tick(), tick(seconds=6)) == (1, 0, 1)
    assert len(notes) == 2


def test_settled_work_is_not_woken_again_until_its_next_moment(tenant):
    board.call("test")
    seen = board.begin("test", enqueued_at=time.time())

    board.settle("test", timezone.now() + timedelta(minutes=1), seen=seen)

    assert (tick(), tick(seconds=61)) == (0, 1)


def test_work_called_for_while_the_task_ran_is_not_settled_away(tenant):
    board.call("test")
    seen = board.begin("test", enqueued_at=time.time())
    board.call("test")

    board.settle("test", None, seen=seen)

    assert tick(seconds=1) == 1


def test_a_wake_up_from_before_the_last_turn_is_stale(tenant):
    board.call("test")
    enqueued_at = time.time() - 1

    assert board.begin("test", enqueued_at=enqueued_at) is not None
    assert board.begin("test", enqueued_at=enqueued_at) is None
    assert board.begin("test", enqueued_at=time.time() + 1) is not None


def test_two_ticks_at_once_wake_once(tenant):
    board.call("test")
    now = timezone.now()

    with schema_context("public"):
        assert (board.tick(now), board.tick(now)) == (1, 0)


def test_a_task_runs_in_the_schema_that_called_it_not_in_the_one_at_commit(
    tenant, notes, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        note.delay_on_commit()
        connection.set_schema_to_public()

    assert notes == [tenant.schema_name]


def test_a_task_goes_by_the_clock_of_its_client(tenant):
    with schema_context("public"):
        Tenant.objects.filter(pk=tenant.pk).update(time_zone="Asia/Bangkok")
        note.delay()

    note.delay()

    assert clocks[-2:] == ["Asia/Tokyo", "Asia/Bangkok"]


def test_a_task_for_a_client_that_is_gone_is_dropped(db, notes):
    with schema_context("c_gone"):
        note.delay()

    assert notes == []


def test_a_command_succeeds_though_redis_is_away(tenant, notes):
    app.conf.task_always_eager = False

    assert note.apply_async(connection=Connection("redis://127.0.0.1:1/0"), retry=False) is None


def test_a_wake_up_from_a_machine_whose_clock_is_slow_counts(tenant):
    board.call("test")
    board.begin("test", enqueued_at=time.time())

    assert board.begin("test", enqueued_at=time.time() - 3600) is not None


def test_beat_goes_on_where_the_clock_was_set_back():
    every = Steadily(timedelta(seconds=0.5))
    an_hour_ahead = every.now() + timedelta(hours=1)

    assert every.is_due(an_hour_ahead).is_due
    assert every.is_due(an_hour_ahead).next == 0.5
    assert not every.is_due(every.now()).is_due


def test_beat_asks_the_board_before_it_wakes_a_worker(tenant):
    board.call("test", timezone.now() + timedelta(minutes=1))
    was_due_before = is_anything_due()
    board.call("test")

    assert (was_due_before, is_anything_due()) == (False, True)
