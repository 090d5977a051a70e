"""LINE's counts of a day beside the ledger: what differs is booked once, and explained."""

import threading
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django_tenants.utils import tenant_context

from billing import adjusting, ledger, quota, services
from billing.models import DayCount, LedgerEntry, QuotaReading
from billing.reconciling import booking, days, facts
from billing.reconciling.comparing import Why
from tests.billing.factories import make_entry

NINETEENTH, TWENTIETH = date(2026, 11, 19), date(2026, 11, 20)
NOON = datetime(2026, 11, 20, 3, tzinfo=UTC)  # in Japan
NEXT_DAY = datetime(2026, 11, 21, 2, tzinfo=UTC)
DEC_FIRST = date(2026, 12, 1)


@pytest.fixture
def tenant(tenant):
    services.subscribe(tenant.pk, plan="standard", since=date(2023, 6, 1), by=None)
    return tenant


def told(tenant, day: date = TWENTIETH, at: datetime = NEXT_DAY, **counts: int) -> int:
    """LINE tells these counts of the day; how many entries that made."""
    booking.record(tenant.pk, day, counts, at=at)
    return booking.book(tenant.pk, day, day, at=at)


def apart(tenant) -> list[tuple[str, str, int]]:
    """What is booked beside sends, in order."""
    entries = LedgerEntry.objects.referring_to(tenant.pk, "outside:", "reconcile:").order_by("pk")
    return list(entries.values_list("kind", "reference", "messages"))


def test_what_lines_console_sent_is_booked_as_outside_and_later_sends_stand_behind_it(tenant):
    ledger.post(tenant.pk, [make_entry(20_000, at=NOON)])

    told(tenant, apiMulticast=20_000, broadcast=9_900)
    posted = ledger.post(tenant.pk, [make_entry(200, at=NEXT_DAY)])

    assert apart(tenant) == [("outside", "outside:2026-11-20/broadcast/1", 9_900)]
    assert posted.amount == Decimal(300)


def test_people_who_blocked_in_between_are_taken_back_with_a_reason(tenant):
    ledger.post(tenant.pk, [make_entry(1_000, at=NOON)])

    told(tenant, apiMulticast=940)

    assert apart(tenant) == [("adjustment", "reconcile:2026-11-20/apiMulticast/1", -60)]
    assert ledger.month_total(tenant.pk, date(2026, 11, 1)).messages == 940
    entry = LedgerEntry.objects.get(reference="reconcile:2026-11-20/apiMulticast/1")
    assert "2026/11/20" in entry.reason
    assert "1,000" in entry.reason


def test_the_same_counts_again_book_nothing(tenant):
    told(tenant, targeting=300)

    assert told(tenant, targeting=300) == 0
    assert booking.book(tenant.pk, NINETEENTH, TWENTIETH, at=NEXT_DAY) == 0


def test_of_corrected_counts_only_the_change_is_booked(tenant):
    ledger.post(tenant.pk, [make_entry(500, at=NOON)])
    told(tenant, apiMulticast=480, targeting=300)

    told(tenant, apiMulticast=490, targeting=0)

    assert apart(tenant)[2:] == [
        ("adjustment", "reconcile:2026-11-20/apiMulticast/2", 10),
        ("outside", "outside:2026-11-20/targeting/2", -300),
    ]
    assert ledger.month_total(tenant.pk, date(2026, 11, 1)).messages == 490


def test_an_adjustment_of_what_others_sent_stands_beside_lines_count(tenant):
    told(tenant, targeting=300)
    month = {"month": date(2026, 11, 1), "reason": "LINE's bill", "by": None}
    adjusting.adjust(tenant.pk, -100, owner="outside:2026-11-20", **month)

    again = told(tenant, targeting=350)
    [targeting] = days.of_month(tenant.pk, date(2026, 11, 1), today=date(2026, 11, 21)).rows[0].lines

    assert (again, targeting.booked.outside) == (1, 350)
    assert ledger.month_total(tenant.pk, date(2026, 11, 1)).messages == 250


def test_no_more_is_taken_back_than_the_month_holds(tenant):
    told(tenant, targeting=300)
    adjusting.adjust(tenant.pk, -200, month=date(2026, 11, 1), reason="LINE's bill", by=None)

    told(tenant, targeting=0, stepMessage=50)
    told(tenant, targeting=0, stepMessage=50)

    assert ledger.month_total(tenant.pk, date(2026, 11, 1)).messages == 0
    assert sum(messages for *_rest, messages in apart(tenant)) == 200


def test_a_send_that_is_booked_late_is_no_longer_taken_for_another_tools(tenant):
    told(tenant, apiNarrowcast=400)
    ledger.post(tenant.pk, [make_entry(400, at=NOON, kind=LedgerEntry.Kind.NARROWCAST)])

    booking.book(tenant.pk, TWENTIETH, TWENTIETH, at=NEXT_DAY)

    assert [messages for *_rest, messages in apart(tenant)] == [400, -400]
    assert ledger.month_total(tenant.pk, date(2026, 11, 1)).messages == 400


def test_test_sends_are_pushes_by_lines_count(tenant):
    ledger.post(tenant.pk, [make_entry(3, at=NOON, kind=LedgerEntry.Kind.PUSH)])
    ledger.post(tenant.pk, [make_entry(20, "test:1/push", at=NOON, kind=LedgerEntry.Kind.TEST)])

    assert told(tenant, apiPush=23) == 0


def test_a_day_is_japans(tenant):
    late = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)  # midnight in Japan
    ledger.post(tenant.pk, [make_entry(30, at=late - timedelta(microseconds=1)), make_entry(50, at=late)])

    assert told(tenant, apiMulticast=30) == 0
    assert told(tenant, TWENTIETH + timedelta(days=1), apiMulticast=50) == 0


def test_what_the_first_of_a_month_counts_beyond_the_last_goes_to_that_month(tenant):
    midnight = datetime(2026, 11, 30, 15, 0, tzinfo=UTC)
    ledger.post(tenant.pk, [make_entry(100, at=midnight - timedelta(seconds=1))])

    told(tenant, date(2026, 11, 30), apiMulticast=40)
    told(tenant, DEC_FIRST, apiMulticast=60)

    assert ledger.month_total(tenant.pk, date(2026, 11, 1)).messages == 40
    assert ledger.month_total(tenant.pk, DEC_FIRST).messages == 60


def test_free_messages_are_not_booked(tenant):
    assert told(tenant, chat=40, welcomeResponse=100, autoResponse=70, apiReply=500, pnpNoticeMessage=30) == 0


def test_what_was_booked_after_a_reading_is_not_counted_twice(tenant):
    ledger.post(tenant.pk, [make_entry(1_000, at=NOON)])
    quota.record_reading(tenant.pk, limit=30_000, used=3_000, at=NOON)
    before = quota.status(tenant.pk, NOON)

    told(tenant, apiMulticast=1_000, broadcast=1_900)
    after = quota.status(tenant.pk, NOON)

    assert (before.used, before.sent_by_us, before.sent_outside) == (3_000, 1_000, 2_000)
    assert (after.used, after.sent_by_us, after.sent_outside) == (3_000, 1_000, 2_000)
    assert (after.used_by_us, after.used_outside, after.remaining) == (2_900, 100, 27_000)


def test_a_correction_after_a_reading_leaves_what_line_counted(tenant):
    ledger.post(tenant.pk, [make_entry(1_000, at=NOON)])
    quota.record_reading(tenant.pk, limit=30_000, used=990, at=NOON)

    told(tenant, apiMulticast=940)

    assert quota.status(tenant.pk, NOON).used == 990


def test_a_reading_after_the_booking_finds_nothing_more_outside(tenant):
    ledger.post(tenant.pk, [make_entry(1_000, at=NOON)])
    told(tenant, apiMulticast=1_000, broadcast=1_900)

    quota.record_reading(tenant.pk, limit=None, used=2_900, at=NEXT_DAY)

    status = quota.status(tenant.pk, NEXT_DAY)
    assert (status.used, status.used_outside, status.sent_outside) == (2_900, 0, 1_900)


def test_days_are_due_until_counted_and_once_more_days_later(tenant):
    first = date(2026, 11, 16)
    booking.record(tenant.pk, first, {}, at=datetime(2026, 11, 17, 2, tzinfo=UTC))
    booking.record(tenant.pk, date(2026, 11, 18), {}, at=datetime(2026, 11, 19, 2, tzinfo=UTC))
    booking.record(tenant.pk, NINETEENTH, None, at=NEXT_DAY)

    due = booking.due(tenant.pk, since=first, today=TWENTIETH)

    assert due == [first, date(2026, 11, 17), NINETEENTH]


def test_an_answer_that_line_has_none_yet_does_not_undo_an_earlier_one(tenant):
    told(tenant, targeting=300)

    booking.record(tenant.pk, TWENTIETH, None, at=NEXT_DAY)

    assert DayCount.objects.get(day=TWENTIETH).counts == {"targeting": 300}


def test_a_month_is_counted_when_every_day_of_it_is(tenant):
    november = [date(2026, 11, day) for day in range(1, 31)]
    for day in november[:-1]:
        booking.record(tenant.pk, day, {}, at=NEXT_DAY)
    booking.book(tenant.pk, november[0], november[-1], at=NEXT_DAY)
    at_first = booking.is_counted(tenant.pk, november[0])

    told(tenant, november[-1])

    assert (at_first, booking.is_counted(tenant.pk, november[0])) == (False, True)


def test_counts_that_were_kept_and_not_booked_are_booked_with_the_next_days(tenant):
    booking.record(tenant.pk, NINETEENTH, {"targeting": 300}, at=NEXT_DAY)  # and killed before booking

    booking.book(tenant.pk, NINETEENTH, TWENTIETH, at=NEXT_DAY)

    assert apart(tenant) == [("outside", "outside:2026-11-19/targeting/1", 300)]


def test_the_days_of_a_month_are_explained(tenant):
    ledger.post(tenant.pk, [make_entry(1_000, at=NOON)])
    told(tenant, apiMulticast=940, stepMessage=25)
    quota.record_reading(tenant.pk, limit=None, used=970, at=NEXT_DAY)

    month = days.of_month(tenant.pk, date(2026, 11, 1), today=date(2026, 11, 21))

    newest = month.rows[0]
    assert (newest.day, newest.ours, newest.by_line, newest.difference) == (TWENTIETH, 1_000, 965, -35)
    assert [line.gap.reasons for line in newest.explained] == [(Why.FEWER,), (Why.BY_HAND,)]
    assert (month.ours, month.outside, month.correction, month.rest) == (1_000, 25, -60, 5)
    assert month.waiting == 19


def test_another_clients_counts_are_not_seen(tenant, other_tenant):
    told(tenant, targeting=300)

    with tenant_context(other_tenant):
        assert days.of_month(other_tenant.pk, date(2026, 11, 1), today=date(2026, 11, 21)).outside == 0
        assert not DayCount.objects.exists()


def test_two_workers_book_a_day_once(own_tenant):
    services.subscribe(own_tenant.pk, plan="standard", since=date(2023, 6, 1), by=None)
    booking.record(own_tenant.pk, TWENTIETH, {"targeting": 300, "broadcast": 500}, at=NEXT_DAY)
    begin = threading.Barrier(2)

    def work() -> None:
        with tenant_context(own_tenant):
            begin.wait()
            booking.book(own_tenant.pk, TWENTIETH, TWENTIETH, at=NEXT_DAY)
        connection.close()

    workers = [threading.Thread(target=work) for _ in range(2)]
    [worker.start() for worker in workers]
    [worker.join() for worker in workers]

    assert sorted(messages for *_rest, messages in apart(own_tenant)) == [300, 500]
    assert facts.booked(own_tenant.pk, TWENTIETH, TWENTIETH).keys() == {
        (TWENTIETH, "targeting"),
        (TWENTIETH, "broadcast"),
    }
    assert not QuotaReading.objects.exists()
