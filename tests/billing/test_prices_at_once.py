"""Prices and plans that change while others work: committed, on several connections."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection, transaction
from django_tenants.utils import schema_context, tenant_context

from accounts.models import Due
from billing import ledger, plan_changes, plans, services, tables, tasks
from billing.models import LedgerEntry, Plan, PriceTable, Subscription
from billing.pricing import price_accepted
from tests.billing.factories import MID_NOVEMBER, NOVEMBER, make_entry


@pytest.fixture
def standard(own_tenant):
    """The client, on the standard plan at prices of its own."""
    with schema_context("public"):
        services.subscribe(own_tenant.pk, plan="standard", since=date(2026, 1, 1))
        shared = PriceTable.objects.get(
            plan__country="JP",
            plan__code="standard",
            valid_from="2026-10-01",
            tenant=None,
            superseded_at=None,
        )
        tables.enter(tables.copy(shared, tenant=own_tenant), by=None)
    return own_tenant


def supersede(tenant, unit_price: str) -> None:
    """A new version of the client's own prices."""
    with schema_context("public"):
        old = PriceTable.objects.get(tenant=tenant, superseded_at=None)
        new = tables.copy(old, brackets=[{"up_to": None, "unit_price": unit_price}])
        tables.supersede(old, new, reason="Agreed anew", by=None)


def post(tenant, messages: int) -> None:
    with tenant_context(tenant), transaction.atomic():
        ledger.post(tenant.pk, [make_entry(messages)])


def price_again(tenant) -> None:
    """What the board wakes."""
    tasks.price_months_again.apply(headers={"musubi_schema": tenant.schema_name}, throw=True)


def booked(tenant) -> Decimal:
    return LedgerEntry.objects.of_month(tenant.pk, NOVEMBER).total().amount


def test_the_board_has_a_client_priced_again_by_its_own_role(standard):
    post(standard, 30_100)
    assert booked(standard) == 300

    supersede(standard, "2.5")
    price_again(standard)

    assert booked(standard) == 250
    assert Due.objects.get(tenant=standard, kind=tables.REPRICING).due_at is None


def test_what_broke_off_is_finished_by_the_next_run(standard):
    post(standard, 30_100)
    supersede(standard, "2.5")

    with transaction.atomic():
        tables.price_months_again(standard.pk)
        transaction.set_rollback(True)
    assert booked(standard) == 300
    assert Due.objects.get(tenant=standard, kind=tables.REPRICING).due_at is not None

    price_again(standard)
    price_again(standard)

    assert booked(standard) == 250


def test_sends_and_new_prices_at_once_leave_the_month_right(standard):
    def work(number: int) -> None:
        if number % 4:
            post(standard, 7_000)
        else:
            supersede(standard, f"2.{number}")
        connection.close()

    with ThreadPoolExecutor(4) as workers:
        list(workers.map(work, range(12)))
    price_again(standard)

    tariff = plans.terms(standard.pk, NOVEMBER).tariff
    assert booked(standard) == price_accepted(tariff, 0, 63_000).amount
    assert ledger.month_total(standard.pk, NOVEMBER).amount == booked(standard)


def test_the_same_change_of_plan_at_once_is_registered_once(own_tenant):
    with schema_context("public"):
        services.subscribe(own_tenant.pk, plan="light", since=date(2026, 1, 1))

    def change(code: str) -> None:
        with tenant_context(own_tenant):
            plan = Plan.objects.get(country="JP", code=code)
            plan_changes.change(own_tenant.pk, plan, at=MID_NOVEMBER, by=None)
        connection.close()

    with ThreadPoolExecutor(4) as workers:
        list(workers.map(change, ["standard"] * 8))

    assert Subscription.objects.filter(tenant=own_tenant).count() == 2
    assert plans.terms(own_tenant.pk, NOVEMBER).plan.code == "standard"


def test_an_upgrade_and_sends_at_once_leave_the_month_right(own_tenant):
    with schema_context("public"):
        services.subscribe(own_tenant.pk, plan="light", since=date(2026, 1, 1))

    def work(number: int) -> None:
        with tenant_context(own_tenant):
            if number == 5:
                plan = Plan.objects.get(country="JP", code="standard")
                plan_changes.change(own_tenant.pk, plan, at=MID_NOVEMBER, by=None)
            else:
                post(own_tenant, 4_000)
        connection.close()

    with ThreadPoolExecutor(4) as workers:
        list(workers.map(work, range(12)))
    post(own_tenant, 100)

    assert ledger.month_total(own_tenant.pk, NOVEMBER).free_count == 30_000
    assert booked(own_tenant) == price_accepted(plans.terms(own_tenant.pk, NOVEMBER).tariff, 0, 44_100).amount
