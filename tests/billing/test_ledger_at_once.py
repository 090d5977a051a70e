"""Posting as workers do: committed, on several connections, with no more rights than a client's role has."""

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.db.transaction import TransactionManagementError
from django_tenants.utils import schema_context, tenant_context

from billing import ledger, quota, services
from billing.forecast import forecast
from billing.models import LedgerEntry, Total
from tests.billing.factories import MID_NOVEMBER, NOVEMBER, make_entry


def test_workers_that_post_at_once_stack_their_entries(own_tenant):
    with schema_context("public"):
        services.subscribe(own_tenant.pk, plan="standard", since=NOVEMBER)

    def post(number: int) -> None:
        with tenant_context(own_tenant), transaction.atomic():
            ledger.post(own_tenant.pk, [make_entry(700, f"broadcast:7/batch:{number}-{i}") for i in range(3)])
        connection.close()

    with ThreadPoolExecutor(4) as workers:
        list(workers.map(post, range(20)))

    entries = LedgerEntry.objects.of_month(own_tenant.pk, NOVEMBER)
    assert sorted(entries.values_list("sent_before", flat=True)) == [700 * place for place in range(60)]
    assert entries.total() == Total(42_000, 30_000, 12_000, Decimal(36_000))
    assert ledger.month_total(own_tenant.pk, NOVEMBER) == entries.total()


def test_workers_that_post_the_same_batch_at_once_book_it_once(own_tenant):
    entries = [make_entry(700, f"broadcast:7/batch:{number}") for number in range(5)]

    def post(_number: int) -> int:
        with tenant_context(own_tenant), transaction.atomic():
            posted = ledger.post(own_tenant.pk, entries)
        connection.close()
        return posted.count

    with ThreadPoolExecutor(4) as workers:
        counts = list(workers.map(post, range(8)))

    assert sorted(counts) == [0, 0, 0, 0, 0, 0, 0, 5]
    assert ledger.month_total(own_tenant.pk, NOVEMBER).messages == 3_500


def test_a_client_may_ask_what_a_send_costs_and_keep_lines_answer(own_tenant):
    quota.record_reading(own_tenant.pk, limit=1_000, used=400, at=MID_NOVEMBER)

    result = forecast(own_tenant.pk, messages=700, at=MID_NOVEMBER)

    assert (result.remaining, result.fits) == (600, False)


def test_what_was_booked_goes_when_the_outcome_is_not_stored(own_tenant):
    entries = [make_entry(700)]

    with transaction.atomic():
        ledger.post(own_tenant.pk, entries)
        transaction.set_rollback(True)

    assert ledger.month_total(own_tenant.pk, NOVEMBER).messages == 0


def test_posting_outside_of_a_transaction_is_refused(own_tenant):
    entries = [make_entry(700)]

    with pytest.raises(TransactionManagementError):
        ledger.post(own_tenant.pk, entries)
    with transaction.atomic():
        ledger.post(own_tenant.pk, entries)

    assert ledger.month_total(own_tenant.pk, NOVEMBER).messages == 700
