"""Prices that change after sends: the month is right again, and so is each send."""

from datetime import date
from decimal import Decimal

import pytest

from billing import ledger, services
from billing.models import LedgerEntry, MonthUsage, NoticePrice, PriceTable, Total
from tests.billing.factories import NOVEMBER, make_entry, make_tenant

pytestmark = pytest.mark.django_db
NOTICE = LedgerEntry.Kind.NOTICE
SHIPPED = {"plan__code": "standard", "plan__country": "JP", "valid_from": date(2026, 10, 1), "tenant": None}


def of_owners(tenant, *owners: str) -> list[Decimal]:
    totals = ledger.by_owners(tenant.pk, owners)
    return [totals[owner].amount for owner in owners]


def own_prices(tenant, **prices) -> PriceTable:
    """What this client alone pays for the standard plan."""
    shipped = PriceTable.objects.get(**SHIPPED, superseded_at=None)
    shipped.pk = shipped.id = None
    shipped._state.adding = True
    for name, value in ({"tenant": tenant} | prices).items():
        setattr(shipped, name, value)
    shipped.save()
    return shipped


def test_another_plan_in_mid_month_leaves_each_send_at_its_new_price():
    tenant = make_tenant("light")
    ledger.post(
        tenant.pk, [make_entry(5_000, "broadcast:1/batch:1"), make_entry(10_000, "broadcast:2/batch:1")]
    )

    services.subscribe(tenant.pk, plan="standard", since=NOVEMBER)
    ledger.post(tenant.pk, [make_entry(20_000, "broadcast:3/batch:1")])

    assert of_owners(tenant, "broadcast:1", "broadcast:2", "broadcast:3") == [0, 0, 15_000]
    assert ledger.month_total(tenant.pk, NOVEMBER) == Total(35_000, 30_000, 5_000, Decimal(15_000))


def test_the_first_send_of_a_dearer_table_pays_for_it_and_the_last_does_not():
    tenant = make_tenant("standard")
    ledger.post(
        tenant.pk, [make_entry(30_100, "broadcast:1/batch:1"), make_entry(100, "broadcast:2/batch:1")]
    )
    brackets = [{"up_to": 100, "unit_price": "4"}, {"up_to": None, "unit_price": "2"}]
    table = own_prices(tenant, brackets=brackets)

    services.subscribe(tenant.pk, plan="standard", since=date(2026, 10, 1))
    services.apply_subscription(services.subscribe(tenant.pk, plan="standard", since=NOVEMBER))

    assert ledger.month_total(tenant.pk, NOVEMBER).amount == 600  # as before: 200 × 3 = 100 × 4 + 100 × 2
    assert of_owners(tenant, "broadcast:1", "broadcast:2") == [400, 200]
    assert MonthUsage.objects.get(tenant=tenant, month=NOVEMBER).price_table == table


def test_what_is_priced_again_says_so_with_the_table_it_was_priced_by():
    tenant = make_tenant(plan=None)
    ledger.post(tenant.pk, [make_entry(30_100, "broadcast:1/batch:1")])

    services.subscribe(tenant.pk, plan="standard", since=NOVEMBER)

    sent, corrected = LedgerEntry.objects.filter(tenant=tenant).order_by("pk")
    assert (sent.price_table, sent.why) == (None, "")
    assert (corrected.messages, corrected.amount, corrected.label) == (0, 300, "Autumn sale")
    assert corrected.price_table.plan.code == "standard"
    assert corrected.why == "The plan or its prices changed: priced again"


def test_pricing_again_goes_back_to_nothing_when_the_plan_was_right_before():
    tenant = make_tenant("standard")
    ledger.post(tenant.pk, [make_entry(31_000, "broadcast:1/batch:1")])

    services.subscribe(tenant.pk, plan="light", since=NOVEMBER)
    services.subscribe(tenant.pk, plan="standard", since=NOVEMBER)

    assert of_owners(tenant, "broadcast:1") == [3_000]
    assert ledger.by_owners(tenant.pk, ["broadcast:1"])["broadcast:1"].free_count == 30_000


def test_entries_that_take_back_lie_where_they_took_from():
    tenant = make_tenant("light")
    ledger.post(tenant.pk, [make_entry(31_000, "broadcast:1/batch:1")])
    ledger.post(tenant.pk, [make_entry(-900, "broadcast:1/reconcile:2", kind=LedgerEntry.Kind.ADJUSTMENT)])

    services.subscribe(tenant.pk, plan="standard", since=NOVEMBER)

    assert of_owners(tenant, "broadcast:1") == [300]


def test_another_currency_leaves_nothing_of_the_first():
    tenant = make_tenant("standard")
    ledger.post(tenant.pk, [make_entry(30_100, "broadcast:1/batch:1")])
    own_prices(tenant, currency="TWD", brackets=[{"up_to": None, "unit_price": "0.2"}])

    services.apply_subscription(services.subscribe(tenant.pk, plan="standard", since=NOVEMBER))

    rows = LedgerEntry.objects.filter(tenant=tenant).values_list("currency", "amount")
    assert sum(amount for currency, amount in rows if currency == "JPY") == 0
    assert sum(amount for currency, amount in rows if currency == "TWD") == 20
    assert ledger.month_total(tenant.pk, NOVEMBER).amount == 20


def test_notices_cost_their_contract_price_and_take_no_free_messages():
    tenant = make_tenant("standard")
    NoticePrice.objects.create(tenant=tenant, valid_from=date(2026, 10, 1), unit_price=Decimal("9.5"))

    posted = ledger.post_notices(tenant.pk, [make_entry(40, "notice:shipped/day:1")])
    ledger.post(tenant.pk, [make_entry(30_000, "broadcast:1/batch:1")])

    assert (posted.count, posted.amount) == (1, 380)
    assert ledger.notice_total(tenant.pk, NOVEMBER) == Total(40, 0, 40, Decimal(380))
    assert ledger.month_total(tenant.pk, NOVEMBER) == Total(30_000, 30_000, 0, Decimal(0))
    entry = LedgerEntry.objects.get(tenant=tenant, kind=NOTICE)
    assert entry.parts == [{"kind": "notice", "count": 40, "unit_price": "9.5000"}]


def test_notices_without_a_price_are_unplanned_until_it_is_entered():
    tenant = make_tenant("standard")
    ledger.post_notices(tenant.pk, [make_entry(40, "notice:shipped/day:1")])
    before = ledger.by_owners(tenant.pk, ["notice:shipped"])["notice:shipped"]

    NoticePrice.objects.create(tenant=tenant, valid_from=NOVEMBER, unit_price=Decimal(10))
    ledger.price_again(tenant.pk, NOVEMBER)
    ledger.price_again(tenant.pk, NOVEMBER)

    after = ledger.by_owners(tenant.pk, ["notice:shipped"])["notice:shipped"]
    assert (before.unplanned_count, before.amount) == (40, 0)
    assert (after.unplanned_count, after.amount, after.notice_amount) == (0, 400, 400)
    assert ledger.notice_total(tenant.pk, NOVEMBER).amount == 400


def test_a_hundred_owners_are_priced_again_in_as_many_statements_as_one(django_assert_max_num_queries):
    tenant = make_tenant("light")
    ledger.post(tenant.pk, [make_entry(500, f"broadcast:{number}/batch:1") for number in range(100)])
    subscription = services.subscribe(tenant.pk, plan="light", since=date(2026, 10, 1))
    type(subscription).objects.create(tenant=tenant, plan=own_prices(tenant).plan, valid_from=NOVEMBER)

    with django_assert_max_num_queries(10):
        ledger.price_again(tenant.pk, NOVEMBER)

    assert ledger.month_total(tenant.pk, NOVEMBER).free_count == 30_000
