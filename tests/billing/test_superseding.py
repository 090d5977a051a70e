"""New versions of price tables, own prices of clients, and what is booked meanwhile."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Activity, Due, User
from billing import ledger, offers, plans, tables
from billing.errors import AlreadySuperseded, OtherTable
from billing.models import LedgerEntry, NoticePrice, PriceTable
from billing.pricing import price_accepted
from tests.billing.factories import NOVEMBER, make_entry, make_tenant, supersede

pytestmark = pytest.mark.django_db
OCTOBER = date(2026, 10, 1)
SMALLER_DISCOUNT = [{"up_to": 50_000, "unit_price": "3.0"}, {"up_to": None, "unit_price": "2.95"}]


def standard() -> PriceTable:
    shared = PriceTable.objects.filter(tenant=None, superseded_at=None, valid_from=OCTOBER)
    return shared.get(plan__code="standard", plan__country="JP")


def own(tenant, **figures) -> PriceTable:
    """Own prices of a client on the standard plan from October on."""
    return tables.enter(tables.copy(standard(), **({"tenant": tenant} | figures)), by=None)


def booked(tenant, month: date = NOVEMBER) -> Decimal:
    return LedgerEntry.objects.of_month(tenant.pk, month).total().amount


def cheapest(tenant) -> str:
    """The plan that covers 4,000 messages for the least."""
    found = offers.offers(tenant.pk, NOVEMBER, plans.terms(tenant.pk, NOVEMBER))
    return offers.cheapest(found, 4_000).code


def called() -> set[int]:
    """Clients that the board will have priced again."""
    return set(Due.objects.filter(kind=tables.REPRICING).values_list("tenant", flat=True))


def test_a_new_version_prices_the_months_again_that_rest_on_the_old_one():
    tenant, old = make_tenant("standard"), standard()
    ledger.post(tenant.pk, [make_entry(130_000)])
    ledger.post(tenant.pk, [make_entry(130_000, at=datetime(2026, 9, 15, tzinfo=UTC))])
    assert (booked(tenant), booked(tenant, date(2026, 9, 1))) == (290_000, 290_000)

    new = supersede(brackets=SMALLER_DISCOUNT, is_confirmed=True)
    tables.price_months_again(tenant.pk)

    assert (booked(tenant), booked(tenant, date(2026, 9, 1))) == (297_500, 290_000)
    assert ledger.month_total(tenant.pk, NOVEMBER).amount == 297_500
    old.refresh_from_db()
    assert (old.superseded_by, old.is_superseded, old.brackets[1]["unit_price"]) == (new, True, "2.8")
    assert plans.terms(tenant.pk, NOVEMBER).is_confirmed


def test_pricing_again_twice_adds_nothing_the_second_time():
    tenant = make_tenant("standard")
    ledger.post(tenant.pk, [make_entry(130_000)])
    supersede(brackets=SMALLER_DISCOUNT)
    tables.price_months_again(tenant.pk)
    count = LedgerEntry.objects.filter(tenant=tenant).count()

    tables.price_months_again(tenant.pk)

    assert LedgerEntry.objects.filter(tenant=tenant).count() == count


def test_only_clients_on_the_plan_are_priced_again():
    ours, other = make_tenant("standard"), make_tenant("light")

    supersede(brackets=SMALLER_DISCOUNT)

    assert called() & {ours.pk, other.pk} == {ours.pk}


def test_of_two_who_supersede_a_table_the_second_is_told():
    old, first = standard(), supersede(brackets=SMALLER_DISCOUNT)

    with pytest.raises(AlreadySuperseded):
        tables.supersede(old, tables.copy(old, monthly_fee=1), reason="Mistyped", by=None)
    tables.supersede(first, tables.copy(first, monthly_fee=16_000), reason="Mistyped", by=None)

    assert standard().monthly_fee == 16_000


def test_a_version_is_of_the_same_plan_client_and_month():
    old = standard()

    with pytest.raises(OtherTable):
        tables.supersede(old, tables.copy(old, valid_from=NOVEMBER), reason="Later", by=None)
    with pytest.raises(OtherTable):
        tables.supersede(old, tables.copy(old, tenant=make_tenant()), reason="Rebate", by=None)

    assert standard() == old


def test_versions_show_who_why_and_what_differs():
    person = User.objects.create_user("finance@example.com", name="Finance")
    old = standard()

    new = tables.supersede(old, tables.copy(old, monthly_fee=16_000), reason="LINE's list", by=person)

    assert [(each.pk, each.created_by, each.reason) for each in tables.versions(new)] == [
        (new.pk, person, "LINE's list"),
        (old.pk, None, ""),
    ]
    assert [(each.field.name, each.old, each.new) for each in tables.differences(old, new)] == [
        ("monthly_fee", Decimal(15_000), 16_000)
    ]
    told = Activity.objects.get(verb="price_table.superseded")
    assert (told.user, told.detail["changed"]) == (person, ["monthly_fee"])


def test_confirming_a_table_is_told_and_prices_nothing_again():
    ledger.post(make_tenant("standard").pk, [make_entry(500)])
    table = standard()
    table.is_confirmed, table.source = True, "LINE's price list of 2026-10"

    tables.amend(table, ["is_confirmed", "source"], by=None)

    assert standard().is_confirmed
    assert Activity.objects.get(verb="price_table.confirmed").detail["changed"] == ["is_confirmed", "source"]
    assert not called()


def test_a_later_table_ends_the_one_before_it():
    july = date(2027, 7, 1)

    tables.enter(tables.copy(standard(), valid_from=july, monthly_fee=20_000), by=None)

    assert standard().valid_to == date(2027, 6, 30)
    assert PriceTable.objects.of_plan(standard().plan_id, july).monthly_fee == 20_000


def test_own_prices_hold_for_one_client_alone():
    ours, other = make_tenant("standard"), make_tenant("standard")
    for tenant in (ours, other):
        ledger.post(tenant.pk, [make_entry(30_100)])

    own(ours, brackets=[{"up_to": None, "unit_price": "2.5"}])
    for tenant in (ours, other):
        tables.price_months_again(tenant.pk)

    assert (booked(ours), booked(other)) == (250, 300)
    assert plans.terms(ours.pk, NOVEMBER).is_own
    assert not plans.terms(other.pk, NOVEMBER).is_own
    assert not plans.terms(ours.pk, date(2026, 9, 1)).is_own


def test_own_prices_decide_which_plan_is_the_cheapest():
    ours, other = make_tenant("communication"), make_tenant("communication")

    own(ours, monthly_fee=1_000)

    assert [cheapest(tenant) for tenant in (ours, other)] == ["standard", "light"]


def test_a_new_version_for_everybody_leaves_own_prices_alone():
    tenant = make_tenant("standard")
    ledger.post(tenant.pk, [make_entry(30_100)])
    own(tenant, brackets=[{"up_to": None, "unit_price": "2.5"}])

    supersede(brackets=[{"up_to": None, "unit_price": "9"}])
    tables.price_months_again(tenant.pk)

    assert booked(tenant) == 250


def test_own_prices_that_are_withdrawn_give_way_to_everybodys():
    tenant = make_tenant("standard")
    table = own(tenant, brackets=[{"up_to": None, "unit_price": "2.5"}])
    ledger.post(tenant.pk, [make_entry(30_100)])
    assert booked(tenant) == 250

    tables.withdraw(table, by=None)
    tables.price_months_again(tenant.pk)

    assert booked(tenant) == 300
    assert called() == {tenant.pk}


def test_the_same_prices_are_entered_for_several_clients():
    clients = [make_tenant("standard") for _ in range(3)]

    made = tables.enter_for(clients, tables.copy(standard(), monthly_fee=10_000), by=None)

    assert [table.tenant for table in made] == clients
    assert {plans.terms(tenant.pk, NOVEMBER).tariff.monthly_fee for tenant in clients} == {10_000}
    assert standard().monthly_fee == 15_000


def test_a_notice_price_has_the_clients_months_priced_again():
    tenant = make_tenant()

    price = NoticePrice(tenant=tenant, valid_from=NOVEMBER, unit_price="8.5", source="Contract of 2026-10")
    tables.enter_notice_price(price, by=None)

    assert plans.notice_price(tenant.pk, NOVEMBER).unit_price == Decimal("8.5")
    assert called() == {tenant.pk}


PRICES = st.decimals(min_value=0, max_value=9, places=4)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.one_of(st.integers(1, 50_000), PRICES), max_size=8))
def test_in_any_order_of_sends_and_versions_the_month_has_its_price(steps):
    tenant = make_tenant("standard")
    for step in steps:
        if isinstance(step, int):
            ledger.post(tenant.pk, [make_entry(step)])
        else:
            supersede(
                brackets=[{"up_to": 20_000, "unit_price": str(step)}, {"up_to": None, "unit_price": "1"}]
            )
    tables.price_months_again(tenant.pk)

    total = sum(step for step in steps if isinstance(step, int))
    tariff = plans.terms(tenant.pk, NOVEMBER).tariff
    assert booked(tenant) == price_accepted(tariff, 0, total).amount
    assert ledger.month_total(tenant.pk, NOVEMBER).amount == booked(tenant)
