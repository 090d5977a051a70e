"""The plan and the price tables by API."""

from datetime import date

import pytest
from django_tenants.utils import schema_context

from billing import ledger, plans, services, tables
from billing.models import PriceTable, Subscription
from contracts.models import Contract
from tests.billing.factories import MID_NOVEMBER, NOVEMBER, make_entry

SCOPES = ["billing.view_subscription", "billing.add_subscription", "billing.view_pricetable"]


@pytest.fixture(autouse=True)
def light(tenant, time_machine) -> None:
    """It is the middle of November, and the client has the light plan."""
    time_machine.move_to(MID_NOVEMBER)
    with schema_context("public"):
        services.subscribe(tenant.pk, plan="light", since=date(2026, 1, 1))


def sells_at_its_own_price(tenant) -> None:
    """The agency lets the client see its own prices only."""
    with schema_context("public"):
        Contract.objects.create(
            tenant=tenant, valid_from=date(2026, 1, 1), kind="markup", rate="0.2", shows="gross"
        )


def test_the_present_plan_is_told(call):
    assert call().get("plan/").json() == {
        "month": "2026-11",
        "present": {
            "plan": "light",
            "name": "Light plan",
            "country": "JP",
            "currency": "JPY",
            "monthly_fee": "5000.0000",
            "free_messages": 5_000,
            "additional_limit": None,
            "is_confirmed": True,
        },
        "coming": None,
    }


def test_an_upgrade_holds_at_once_and_again_changes_nothing(call, tenant):
    ledger.post(tenant.pk, [make_entry(5_100)])

    first = call().put("plan/", {"plan": "standard", "additional_limit": 1_000})
    second = call().put("plan/", {"plan": "standard", "additional_limit": 1_000})

    assert (first.status_code, first.json()["kind"], first.json()["holds_from"]) == (
        200,
        "upgrade",
        "2026-11",
    )
    assert first.json()["present"]["additional_limit"] == 1_000
    assert second.json()["kind"] == "none"
    assert ledger.month_total(tenant.pk, NOVEMBER).free_count == 5_100
    assert Subscription.objects.filter(tenant=tenant).count() == 2


def test_a_downgrade_comes_next_month_unless_it_is_taken_back(call, tenant):
    planned = call().put("plan/", {"plan": "communication"}).json()
    assert (planned["kind"], planned["present"]["plan"]) == ("downgrade", "light")
    assert planned["coming"] == {
        "plan": "communication",
        "name": "Communication plan",
        "holds_from": "2026-12",
        "additional_limit": None,
    }

    assert call().delete("plan/coming/").status_code == 204
    assert call().get("plan/").json()["coming"] is None
    assert call().delete("plan/coming/").json()["code"] == "nothing_planned"


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"plan": "pro"},
        {"plan": "ライト"},
        {"plan": "standard", "additional_limit": -1},
        {"plan": "standard", "additional_limit": 10**30},
        ["standard"],
    ],
)
def test_what_is_no_plan_is_refused(call, tenant, body):
    assert call().put("plan/", body).status_code == 400

    assert Subscription.objects.filter(tenant=tenant).count() == 1


def test_price_tables_are_those_that_hold_for_the_client_in_the_month(call, tenant, other_tenant):
    standard = PriceTable.objects.get(plan__country="JP", plan__code="standard", valid_from="2026-10-01")
    with schema_context("public"):
        tables.enter(tables.copy(standard, tenant=tenant, monthly_fee=9_000), by=None)
        tables.enter(tables.copy(standard, tenant=other_tenant, monthly_fee=1), by=None)

    now = call().get("price-tables/").json()
    then = call().get("price-tables/?month=2023-05").json()

    assert [(row["plan"], row["monthly_fee"], row["is_own"]) for row in now] == [
        ("communication", "0.00", False),
        ("light", "5000.00", False),
        ("standard", "9000.00", True),
    ]
    assert now[2]["brackets"][1] == {"up_to": 100_000, "unit_price": "2.8"}
    assert [row["name"] for row in then] == ["Free plan", "Light plan", "Standard plan"]


def test_a_month_that_is_none_is_refused(call):
    assert call().get("price-tables/?month=never").status_code == 400


def test_who_sees_only_the_clients_price_sees_no_price_of_line(call, tenant):
    sells_at_its_own_price(tenant)

    assert call(*SCOPES).get("price-tables/").status_code == 403
    assert call(*SCOPES, "contracts.view_net").get("price-tables/").status_code == 200
    assert call(*SCOPES).get("plan/").json()["present"]["monthly_fee"] is None


def test_another_client_keeps_its_plan(call, other_tenant):
    with schema_context("public"):
        services.subscribe(other_tenant.pk, plan="light", since=date(2026, 1, 1))

    call().put("plan/", {"plan": "standard"})

    with schema_context("public"):
        assert plans.terms(other_tenant.pk, NOVEMBER).plan.code == "light"
