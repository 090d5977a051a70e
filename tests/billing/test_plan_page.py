"""The page of a client's LINE plan: what it has, what another would change."""

from datetime import date

import pytest
from django_tenants.utils import schema_context

from billing import ledger, plan_changes, plans, services
from billing.models import Plan, Subscription
from contracts.models import Contract
from tests.billing.factories import MID_NOVEMBER, NOVEMBER, make_entry

DECEMBER = date(2026, 12, 1)


@pytest.fixture(autouse=True)
def _now(time_machine) -> None:
    time_machine.move_to(MID_NOVEMBER)


@pytest.fixture
def light(tenant) -> None:
    """The client has the light plan, and has sent 4,000 messages this month."""
    subscribe(tenant, "light")
    ledger.post(tenant.pk, [make_entry(4_000)])


@pytest.fixture
def page(tenant, visit):
    """The browser of somebody who keeps the client's books."""
    return visit("finance")


def subscribe(tenant, plan: str, country: str = "JP") -> None:
    with schema_context("public"):
        services.subscribe(tenant.pk, plan=plan, since=date(2026, 1, 1), country=country)


def code_in(tenant, month: date) -> str:
    return plans.terms(tenant.pk, month).plan.code


def test_plans_are_shown_with_what_the_month_would_cost_in_each(page, light):
    shown = page.read("cost/plan/")

    assert "2026/11: 4,000 messages so far" in shown
    assert "Does not cover it" in shown
    assert "¥5,000" in shown
    assert "¥15,000" in shown
    assert "¥3.0–¥1.0" in shown


def test_an_upgrade_is_shown_in_money_and_then_registered(page, tenant, light):
    preview = page.read("cost/plan/change/?plan=standard")
    assert "it holds at once, for the whole of 2026/11" in preview
    assert "+¥10,000" in preview
    assert code_in(tenant, NOVEMBER) == "light"

    answer = page.send("cost/plan/change/", {"plan": "standard", "additional_limit": "20000"})

    assert "Registered." in answer
    assert code_in(tenant, NOVEMBER) == "standard"
    assert plans.terms(tenant.pk, NOVEMBER).room(30_000) == 20_000


def test_a_downgrade_is_planned_and_can_be_taken_back(page, tenant, light):
    assert "does not" not in page.read("cost/plan/")
    warned = page.read("cost/plan/change/?plan=communication")
    assert "it holds from 2026/12 on" in warned
    assert "would not cover 3,800 of the messages" in warned

    planned = page.send("cost/plan/change/", {"plan": "communication"})
    assert "From 2026/12 on the plan will be “Communication plan”." in planned
    assert code_in(tenant, DECEMBER) == "communication"

    assert "Taken back" in page.send("cost/plan/take-back/", {})
    assert code_in(tenant, DECEMBER) == "light"
    assert "No change of plan is planned." in page.send("cost/plan/take-back/", {})


def test_the_first_plan_may_be_of_any_country(page, tenant):
    assert "High usage" in page.read("cost/plan/?country=TW")

    page.send("cost/plan/change/", {"plan": "high_usage", "country": "TW"})

    assert code_in(tenant, NOVEMBER) == "high_usage"
    assert "NT$1,200" in page.read("cost/plan/")


def test_of_a_country_that_there_is_not_no_plan_is_offered(page):
    for country in ("%00", "x" * 500, "🎌"):
        page.read(f"cost/plan/?country={country}")
        page.read(f"cost/plan/change/?plan=light&country={country}")


def test_another_limit_of_extra_messages_is_registered(page, tenant):
    subscribe(tenant, "standard")
    assert 'name="additional_limit"' in page.read("cost/plan/change/?plan=standard")

    page.send("cost/plan/change/", {"plan": "standard", "additional_limit": "7000"})

    assert plans.terms(tenant.pk, NOVEMBER).room(30_000) == 7_000
    assert "7,000" in page.read("cost/plan/")


@pytest.mark.parametrize(
    "fault",
    [
        {"plan": "pro"},
        {"plan": "pro", "country": "TH"},
        {"plan": ""},
        {"plan": "💴" * 50},
        {"plan": "standard", "additional_limit": "-1"},
        {"plan": "standard", "additional_limit": "9" * 30},
        {"plan": "standard", "additional_limit": "ten"},
    ],
)
def test_what_cannot_be_registered_is_refused_on_the_form(page, tenant, light, fault):
    answer = page.post("cost/plan/change/", fault)

    assert answer.status_code == 200
    assert 'role="alert"' in answer.content.decode()
    assert Subscription.objects.filter(tenant=tenant).count() == 1


def test_who_sees_only_the_clients_price_sees_no_fee_of_line(visit, tenant, light):
    with schema_context("public"):
        Contract.objects.create(
            tenant=tenant, valid_from=date(2026, 1, 1), kind="markup", rate="0.2", shows="gross"
        )

    shown = visit("marketer").read("cost/plan/")

    assert "Light plan" in shown
    assert "¥" not in shown
    assert "Not confirmed" not in shown
    assert "LINE’s own list" not in shown


def test_who_keeps_no_books_looks_but_changes_nothing(visit, tenant, light):
    marketer = visit("marketer")

    assert "Change to this" not in marketer.read("cost/plan/")
    assert marketer.get("cost/plan/change/?plan=standard").status_code == 403
    assert marketer.post("cost/plan/change/", {"plan": "standard"}).status_code == 403
    assert marketer.post("cost/plan/take-back/").status_code == 403


def test_another_clients_planned_change_stays(page, tenant, other_tenant, light):
    with schema_context("public"):
        services.subscribe(other_tenant.pk, plan="standard", since=date(2026, 1, 1))
        plan = Plan.objects.get(country="JP", code="light")
        plan_changes.change(other_tenant.pk, plan, at=MID_NOVEMBER, by=None)

    page.send("cost/plan/take-back/", {})

    with schema_context("public"):
        assert code_in(other_tenant, DECEMBER) == "light"
