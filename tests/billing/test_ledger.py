from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from billing import ledger, plans, services, tables
from billing.models import LedgerEntry, MonthUsage, Total
from billing.pricing import price_accepted
from tests.billing.factories import NOVEMBER, make_entry, make_tenant, supersede

pytestmark = pytest.mark.django_db


def booked(tenant) -> Total:
    """The sums over the entries themselves."""
    return LedgerEntry.objects.of_month(tenant.pk, NOVEMBER).total()


def test_an_entry_shows_what_was_free_and_what_each_bracket_cost():
    tenant = make_tenant("standard")

    posted = ledger.post(tenant.pk, [make_entry(29_900), make_entry(70_100, "broadcast:7/batch:1")])

    entry = LedgerEntry.objects.get(reference="broadcast:7/batch:1")
    assert (entry.sent_before, entry.free_count, entry.paid_count) == (29_900, 100, 70_000)
    assert entry.parts == [
        {"kind": "free", "count": 100, "unit_price": "0"},
        {"kind": "additional", "count": 50_000, "unit_price": "3.0"},
        {"kind": "additional", "count": 20_000, "unit_price": "2.8"},
    ]
    assert entry.amount == Decimal(206_000)
    assert (posted.count, posted.messages, posted.amount) == (2, 100_000, Decimal(206_000))


def test_the_same_reference_is_booked_once():
    tenant = make_tenant()
    ledger.post(tenant.pk, [make_entry(500, "broadcast:7/batch:1")])

    again = ledger.post(
        tenant.pk,
        [
            make_entry(500, "broadcast:7/batch:1"),
            make_entry(500, "broadcast:7/batch:1", at=datetime(2026, 12, 2, tzinfo=UTC)),
            make_entry(300, "broadcast:7/batch:2"),
            make_entry(300, "broadcast:7/batch:2"),
        ],
    )

    assert (again.count, again.messages) == (1, 300)
    assert booked(tenant).messages == 800
    assert ledger.month_total(tenant.pk, NOVEMBER).messages == 800


def test_two_clients_may_use_the_same_reference():
    shop, salon = make_tenant(), make_tenant()

    ledger.post(shop.pk, [make_entry(500, "broadcast:7/batch:1")])
    ledger.post(salon.pk, [make_entry(300, "broadcast:7/batch:1")])

    assert ledger.by_reference_prefix(shop.pk, "broadcast:7/").messages == 500
    assert ledger.by_reference_prefix(salon.pk, "broadcast:7/").messages == 300


def test_costs_are_summed_by_who_sent():
    tenant = make_tenant("light")
    ledger.post(
        tenant.pk,
        [
            make_entry(500, "broadcast:7/batch:1"),
            make_entry(200, "broadcast:7/batch:2"),
            make_entry(300, "broadcast:70/batch:3"),
            make_entry(1, "scenario:7/step:1"),
        ],
    )

    assert ledger.by_reference_prefix(tenant.pk, "broadcast:7/") == Total(700, 700, 0, Decimal(0))
    assert ledger.by_owners(tenant.pk, ["broadcast:7", "scenario:7", "broadcast:8"]) == {
        "broadcast:7": Total(700, 700, 0, Decimal(0)),
        "scenario:7": Total(1, 1, 0, Decimal(0)),
    }
    assert ledger.by_owners(tenant.pk, []) == {}


def test_a_month_begins_at_midnight_in_japan():
    tenant = make_tenant()

    ledger.post(
        tenant.pk,
        [
            make_entry(10, at=datetime(2026, 10, 31, 14, 59, tzinfo=UTC)),
            make_entry(20, at=datetime(2026, 10, 31, 15, 30, tzinfo=UTC)),
        ],
    )

    assert ledger.month_total(tenant.pk, date(2026, 10, 1)).messages == 10
    assert ledger.month_total(tenant.pk, NOVEMBER).messages == 20


def test_entries_cannot_be_changed_or_deleted():
    tenant = make_tenant()
    ledger.post(tenant.pk, [make_entry(500)])

    with pytest.raises(IntegrityError, match="only ever added"), transaction.atomic():
        LedgerEntry.objects.update(messages=1)
    with pytest.raises(IntegrityError, match="only ever added"), transaction.atomic():
        LedgerEntry.objects.filter(tenant=tenant).delete()
    assert booked(tenant).messages == 500


def test_an_adjustment_gives_back_what_the_last_messages_cost():
    tenant = make_tenant("standard")
    ledger.post(tenant.pk, [make_entry(30_100)])

    ledger.post(tenant.pk, [make_entry(-150, kind=LedgerEntry.Kind.ADJUSTMENT)])

    assert booked(tenant) == Total(29_950, 29_950, 0, Decimal(0))


def test_only_an_adjustment_may_take_messages_back():
    tenant = make_tenant("standard")
    ledger.post(tenant.pk, [make_entry(30_100)])

    with pytest.raises(IntegrityError, match="only_adjustments_take_back"):
        ledger.post(tenant.pk, [make_entry(-150)])


def test_what_line_accepted_beyond_the_plan_is_booked_at_nothing_and_flagged():
    tenant = make_tenant("communication")

    ledger.post(tenant.pk, [make_entry(250)])

    assert (booked(tenant).free_count, booked(tenant).unplanned_count) == (200, 50)
    assert booked(tenant).amount == 0
    assert LedgerEntry.objects.get(tenant=tenant).parts[-1] == {
        "kind": "unplanned",
        "count": 50,
        "unit_price": "0",
    }


def test_registering_the_plan_later_prices_the_month_again():
    tenant = make_tenant(plan=None)
    ledger.post(tenant.pk, [make_entry(30_100)])
    assert booked(tenant) == Total(30_100, 0, 0, Decimal(0))

    services.subscribe(tenant.pk, plan="standard", since=NOVEMBER)

    assert booked(tenant) == Total(30_100, 30_000, 100, Decimal(300))
    assert ledger.month_total(tenant.pk, NOVEMBER) == booked(tenant)


def test_a_change_of_prices_is_made_good_before_the_next_entry():
    tenant = make_tenant("standard")
    ledger.post(tenant.pk, [make_entry(30_100)])
    supersede(brackets=[{"up_to": None, "unit_price": "2.9"}])

    posted = ledger.post(tenant.pk, [make_entry(100)])

    assert (posted.count, posted.amount) == (1, Decimal(290))
    assert booked(tenant) == Total(30_200, 30_000, 200, Decimal(580))


def test_pricing_again_without_a_change_adds_nothing():
    tenant = make_tenant("standard")
    ledger.post(tenant.pk, [make_entry(30_100)])

    tables.price_months_again(tenant.pk)

    assert LedgerEntry.objects.filter(tenant=tenant).count() == 1


def test_fifty_entries_cost_no_more_statements_than_one(django_assert_max_num_queries):
    tenant = make_tenant()

    with django_assert_max_num_queries(9):
        ledger.post(tenant.pk, [make_entry(500) for _ in range(50)])

    assert booked(tenant).messages == 25_000


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    plan=st.sampled_from(["communication", "light", "standard"]),
    posts=st.lists(st.lists(st.integers(1, 60_000), max_size=5), max_size=5),
)
def test_entries_of_a_month_sum_to_the_price_of_the_month(plan, posts):
    tenant = make_tenant(plan)

    for sizes in posts:
        ledger.post(tenant.pk, [make_entry(size) for size in sizes])

    month = price_accepted(plans.terms(tenant.pk, NOVEMBER).tariff, 0, sum(map(sum, posts)))
    assert booked(tenant).amount == month.amount
    assert (booked(tenant).free_count, booked(tenant).paid_count) == (month.free_count, month.paid_count)
    assert ledger.month_total(tenant.pk, NOVEMBER) == booked(tenant)


def test_an_empty_post_is_nothing():
    tenant = make_tenant()

    posted = ledger.post(tenant.pk, [])

    assert (posted.count, posted.messages, posted.amount) == (0, 0, 0)
    assert not MonthUsage.objects.filter(tenant=tenant).exclude(messages=0).exists()
    assert not LedgerEntry.objects.filter(tenant=tenant).exists()
