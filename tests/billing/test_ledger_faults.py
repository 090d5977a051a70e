"""Workers that are killed in the middle of booking, and prices that change while others book."""

import os
import signal
import threading
from collections.abc import Callable
from decimal import Decimal

import pytest
from django.db import connection, transaction
from django_tenants.utils import schema_context, tenant_context

from accounts.models import Tenant
from billing import ledger, services
from billing.models import LedgerEntry, Total
from tests.billing.factories import MID_NOVEMBER, NOVEMBER, make_entry

ENTRIES = [make_entry(20_000, f"broadcast:{number}/batch:1") for number in (1, 2)]


def subscribe(tenant: Tenant, plan: str) -> None:
    with schema_context("public"):
        services.subscribe(tenant.pk, plan=plan, since=NOVEMBER)


def book(tenant: Tenant) -> None:
    with transaction.atomic():
        ledger.post(tenant.pk, ENTRIES)


def price_again(tenant: Tenant) -> None:
    with transaction.atomic():
        ledger.price_again(tenant.pk, NOVEMBER)


def killed(work: Callable[[], None], *, after: int) -> bool:
    """Do it in a process of its own that dies after so many statements; whether it died so."""
    connection.close()
    child = os.fork()
    if not child:
        left = iter(range(after))

        def execute(run, *given):
            if next(left, None) is None:
                os.kill(os.getpid(), signal.SIGKILL)
            return run(*given)

        with connection.execute_wrapper(execute):
            work()
        os._exit(0)
    _pid, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


def amounts(tenant: Tenant) -> list[Decimal]:
    totals = ledger.by_owners(tenant.pk, ["broadcast:1", "broadcast:2"])
    return [total.amount for _owner, total in sorted(totals.items())]


@pytest.mark.parametrize("after", range(9))
def test_a_worker_killed_while_it_books_leaves_nothing_and_the_next_books_all(own_tenant, after):
    subscribe(own_tenant, "standard")

    was_killed = killed(lambda: book(own_tenant), after=after)
    left = LedgerEntry.objects.filter(tenant=own_tenant.pk).count()
    book(own_tenant)
    book(own_tenant)

    assert (was_killed, left) == (True, 0)
    assert ledger.month_total(own_tenant.pk, NOVEMBER) == Total(40_000, 30_000, 10_000, Decimal(30_000))
    assert amounts(own_tenant) == [0, 30_000]


@pytest.mark.parametrize("after", range(8))
def test_a_worker_killed_while_it_prices_again_leaves_the_month_as_it_was(own_tenant, after):
    subscribe(own_tenant, "light")
    book(own_tenant)
    with schema_context("public"), transaction.atomic():
        kept = services.apply_subscription
        services.apply_subscription = lambda _subscription: None
        services.subscribe(own_tenant.pk, plan="standard", since=NOVEMBER)
        services.apply_subscription = kept

    was_killed = killed(lambda: price_again(own_tenant), after=after)
    left = LedgerEntry.objects.filter(tenant=own_tenant.pk).count()
    price_again(own_tenant)
    price_again(own_tenant)

    assert (was_killed, left) == (True, 2)
    assert LedgerEntry.objects.filter(tenant=own_tenant.pk).count() == 4
    assert ledger.month_total(own_tenant.pk, NOVEMBER).amount == 30_000
    assert amounts(own_tenant) == [0, 30_000]


def test_a_plan_that_changes_while_somebody_books_holds_for_that_too(own_tenant, time_machine):
    time_machine.move_to(MID_NOVEMBER)
    subscribe(own_tenant, "light")
    booked = threading.Event()

    def change() -> None:
        booked.wait(10)
        subscribe(own_tenant, "standard")
        connection.close()

    other = threading.Thread(target=change)
    other.start()
    with transaction.atomic():
        ledger.post(own_tenant.pk, ENTRIES)
        booked.set()
        other.join(0.3)
        has_waited = other.is_alive()
    other.join(10)

    assert has_waited
    assert amounts(own_tenant) == [0, 30_000]
    assert ledger.month_total(own_tenant.pk, NOVEMBER) == Total(40_000, 30_000, 10_000, Decimal(30_000))


def test_who_books_while_a_plan_changes_books_by_the_new_one(own_tenant):
    subscribe(own_tenant, "light")
    with transaction.atomic():
        ledger.post(own_tenant.pk, ENTRIES[:1])
    changed = threading.Event()

    def book_second() -> None:
        changed.wait(10)
        with tenant_context(own_tenant), transaction.atomic():
            ledger.post(own_tenant.pk, ENTRIES[1:])
        connection.close()

    other = threading.Thread(target=book_second)
    other.start()
    with schema_context("public"), transaction.atomic():
        services.subscribe(own_tenant.pk, plan="standard", since=NOVEMBER)
        changed.set()
        other.join(0.3)
    other.join(10)

    assert amounts(own_tenant) == [0, 30_000]
    assert LedgerEntry.objects.get(reference="broadcast:2/batch:1", tenant=own_tenant.pk).amount == 30_000


def test_two_workers_that_price_a_month_again_at_once_correct_it_once(own_tenant):
    book(own_tenant)
    subscribe(own_tenant, "standard")
    before = LedgerEntry.objects.filter(tenant=own_tenant.pk).count()

    def again() -> None:
        with tenant_context(own_tenant):
            price_again(own_tenant)
        connection.close()

    workers = [threading.Thread(target=again) for _worker in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(10)

    assert LedgerEntry.objects.filter(tenant=own_tenant.pk).count() == before == 4
