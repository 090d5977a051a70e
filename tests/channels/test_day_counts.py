"""LINE's counts of days: fetched when LINE has them, again when it had none, and handed to billing."""

from datetime import date, datetime, time, timedelta
from uuid import uuid4

import pytest
from django.utils import timezone
from django_tenants.utils import schema_context

from accounts import board
from accounts.models import Due
from billing import ledger
from billing.models import DayCount, LedgerEntry
from channels import day_counts, month_counts
from channels.access import client_for
from channels.day_counts import JAPAN
from channels.errors import AskedJustNow, LineSilent, NothingToAsk
from channels.models import DAY_COUNTS
from channels.tasks import read_day_counts, refresh_quota
from config.task import HEADER
from line import messages, wire
from tests.billing.factories import make_entry

COUNTS = "/v2/bot/insight/message/delivery"


@pytest.fixture
def channel(tenant, channel):
    """Connected ten days ago; of the days before last week LINE has told."""
    channel.connected_at = timezone.now() - timedelta(days=10)
    channel.save()
    count_until(tenant, yesterday() - timedelta(days=7))
    return channel


def count_until(tenant, last: date) -> None:
    """LINE has told of this day and of the ten weeks before it."""
    days = (last - timedelta(days=back) for back in range(70))
    rows = (DayCount(tenant=tenant, day=day, is_ready=True, read_at=timezone.now()) for day in days)
    DayCount.objects.bulk_create(rows, ignore_conflicts=True)


def yesterday() -> date:
    return timezone.now().astimezone(JAPAN).date() - timedelta(days=1)


def work(tenant) -> None:
    """Run the task as a worker does: called for the tenant, started without one."""
    with schema_context("public"):
        read_day_counts.apply(headers={HEADER: tenant.schema_name}, throw=True)


def booked(tenant) -> dict[str, int]:
    entries = LedgerEntry.objects.referring_to(tenant.pk, "outside:", "reconcile:")
    return dict(entries.values_list("reference", "messages"))


def due_at() -> datetime:
    return Due.objects.get(kind=DAY_COUNTS).due_at.astimezone(JAPAN)


def test_what_the_console_sent_is_found_and_tomorrow_is_on_the_board(tenant, channel, simulator):
    simulator.recount(channel.channel_id, "targeting", 300, yesterday(), by_manager=True)
    simulator.recount(channel.channel_id, "chat", 40, yesterday(), by_manager=True)
    board.call(DAY_COUNTS)

    work(tenant)

    assert booked(tenant) == {f"outside:{yesterday()}/targeting/1": 300}
    assert (due_at().date(), due_at().hour) == (yesterday() + timedelta(days=2), 10)


def test_what_another_tool_sent_with_the_same_channel_is_found(tenant, channel, simulator):
    simulator.advance(-24 * 3600)
    people = simulator.add_people(channel.channel_id, 25)
    simulator.follow(channel.channel_id, people)
    body = messages.multicast_body(people, [{"type": "text", "text": "Hello"}])
    wire.run(client_for(channel).multicast(body, uuid4()))
    simulator.advance(24 * 3600)

    work(tenant)

    assert booked(tenant) == {f"outside:{yesterday()}/apiMulticast/1": 25}


def test_a_day_that_is_not_counted_yet_is_asked_for_again_in_two_hours(tenant, channel, simulator):
    simulator.configure(channel.channel_id, counting_seconds=2 * 24 * 3600)
    board.call(DAY_COUNTS)

    work(tenant)

    assert not DayCount.objects.get(day=yesterday()).is_ready
    assert timedelta(hours=1, minutes=59) < due_at() - timezone.now() <= timedelta(hours=2)


def test_a_count_that_line_hides_leaves_ours(tenant, channel, simulator):
    simulator.configure(channel.channel_id, hides_small_counts=True)
    noon = datetime.combine(yesterday(), time(12), JAPAN)
    ledger.post(tenant.pk, [make_entry(12, at=noon, kind=LedgerEntry.Kind.PUSH)])

    work(tenant)

    assert DayCount.objects.get(day=yesterday()).counts == {}
    assert booked(tenant) == {}


def test_days_missed_in_an_outage_are_caught_up(tenant, channel, simulator):
    missed = yesterday() - timedelta(days=6)
    simulator.recount(channel.channel_id, "broadcast", 500, missed, by_manager=True)
    DayCount.objects.create(tenant=tenant, day=yesterday(), is_ready=True, read_at=timezone.now())

    work(tenant)

    assert booked(tenant) == {f"outside:{missed}/broadcast/1": 500}


def test_only_the_change_is_booked_when_line_corrects_a_day(tenant, channel, simulator):
    old = yesterday() - timedelta(days=4)
    simulator.recount(channel.channel_id, "broadcast", 500, old, by_manager=True)
    work(tenant)
    read_then = timezone.now() - timedelta(days=4)
    DayCount.objects.filter(day=old).update(read_at=read_then)
    simulator.recount(channel.channel_id, "broadcast", -30, old, by_manager=True)

    work(tenant)

    assert booked(tenant) == {f"outside:{old}/broadcast/1": 500, f"outside:{old}/broadcast/2": -30}


@pytest.mark.parametrize(("status", "again"), [(500, day_counts.TRY_AGAIN), (429, day_counts.AN_HOUR)])
def test_after_an_error_what_was_read_is_kept_and_the_rest_is_asked_for_later(
    tenant, channel, simulator, status, again
):
    simulator.recount(channel.channel_id, "broadcast", 500, yesterday(), by_manager=True)
    count_until(tenant, yesterday() - timedelta(days=1))
    board.call(DAY_COUNTS)
    simulator.fail_next(1, status, COUNTS)

    work(tenant)
    delay = due_at() - timezone.now()
    work(tenant)

    assert again - timedelta(minutes=1) < delay <= again
    assert booked(tenant) == {f"outside:{yesterday()}/broadcast/1": 500}


def test_reading_twice_books_once(tenant, channel, simulator):
    simulator.recount(channel.channel_id, "stepMessage", 70, yesterday(), by_manager=True)

    work(tenant)
    work(tenant)

    assert booked(tenant) == {f"outside:{yesterday()}/stepMessage/1": 70}


def test_a_channel_connected_before_daily_counts_were_read_begins_with_the_hourly_reading(tenant, channel):
    with schema_context("public"):
        refresh_quota.apply(headers={HEADER: tenant.schema_name}, throw=True)

    assert Due.objects.filter(kind=DAY_COUNTS).exists()


def test_asking_now_reads_the_month_and_has_days_looked_at(tenant, channel, simulator):
    simulator.configure(channel.channel_id, quota=5_000)

    month_counts.ask_now(tenant)

    assert Due.objects.get(kind=DAY_COUNTS).due_at <= timezone.now()


def test_asking_again_at_once_is_refused(tenant, channel):
    month_counts.ask_now(tenant)

    with pytest.raises(AskedJustNow):
        month_counts.ask_now(tenant)


def test_a_silent_line_is_told_as_such(tenant, channel, simulator):
    simulator.fail_next(10, 500, "/v2/bot/message/quota")

    with pytest.raises(LineSilent):
        month_counts.ask_now(tenant)


def test_without_a_channel_there_is_nobody_to_ask(tenant):
    assert day_counts.read(tenant, timezone.now()) is None
    with pytest.raises(NothingToAsk):
        month_counts.ask_now(tenant)
