"""Pages of budgets: how they stand, setting, changing, lifting and deleting them, and the reserve."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django_tenants.utils import schema_context, tenant_context

from billing import ledger
from billing import services as billing
from billing.budgeting import reserve, standing, warning
from billing.models import Budget, BudgetLift
from contracts.models import Contract
from tests.billing.factories import make_entry
from tests.factories import make_budget, make_campaign


@pytest.fixture(autouse=True)
def _plan(tenant):
    with schema_context("public"):
        billing.subscribe(tenant.pk, plan="standard", since=date(2026, 1, 1))


def book(tenant, messages: int) -> None:
    with transaction.atomic():
        ledger.post(tenant.pk, [make_entry(messages, at=timezone.now())])


def test_without_budgets_the_page_says_what_they_are_for(visit):
    page = visit("owner").read("cost/budgets/")

    assert "No budgets yet" in page
    assert "Set the first budget" in page
    assert "Set the first budget" not in visit("viewer").read("cost/budgets/")


def test_how_a_budget_stands_is_shown_in_yen_and_per_cent(tenant, visit):
    make_budget(tenant, 6_000)
    book(tenant, 31_600)

    page = visit("marketer").read("cost/budgets/")

    for words in ("¥4,800", "80 %", "¥6,000", "Stops sends that would go beyond it."):
        assert words in page


def test_a_budget_is_set_with_its_points(tenant, visit):
    autumn = make_campaign("Autumn 🍁")
    form = {"campaign": autumn.pk, "month": "2026-12", "amount": "120000", "warn_percents": "９０、50, 50%"}

    visit("finance").post("cost/budgets/new/", form | {"stops": "on"})

    budget = Budget.objects.get(tenant=tenant.pk)
    assert (budget.campaign_id, budget.month, budget.stops) == (autumn.pk, date(2026, 12, 1), True)
    assert (budget.amount, budget.warn_percents) == (Decimal(120_000), [50, 90])


@pytest.mark.parametrize(
    "wrong",
    [
        {"amount": "-1"},
        {"amount": ""},
        {"amount": "9" * 40},
        {"amount": "💴"},
        {"warn_percents": "fifty"},
        {"warn_percents": "0"},
        {"warn_percents": "1000"},
        {"warn_percents": ",".join(map(str, range(1, 12)))},
        {"month": "2026-13"},
        {"campaign": "987654"},
    ],
)
def test_what_makes_no_budget_is_refused_with_the_reason(tenant, visit, wrong):
    right = {"campaign": "", "month": "", "amount": "100", "warn_percents": "50"}
    owner = visit("owner")

    page = owner.post("cost/budgets/new/", right | wrong)
    assert (page.status_code, Budget.objects.count()) == (200, 0)
    assert 'class="error"' in page.content.decode()
    owner.post("cost/budgets/new/", right)

    assert Budget.objects.count() == 1


def test_a_second_budget_for_the_same_is_refused_in_words(tenant, visit):
    make_budget(tenant, 1)

    page = visit("owner").send("cost/budgets/new/", {"amount": "2", "warn_percents": ""})

    assert "There is a budget for this already" in page


def test_a_budget_is_lifted_with_a_reason(tenant, visit):
    budget = make_budget(tenant, 6_000)
    owner = visit("owner")

    without_reason = owner.send(f"cost/budgets/{budget.pk}/lift/", {"up_to": "9000", "reason": ""})
    too_low = owner.send(f"cost/budgets/{budget.pk}/lift/", {"up_to": "5999", "reason": "Sale"})
    assert not BudgetLift.objects.exists()
    page = owner.send(f"cost/budgets/{budget.pk}/lift/", {"up_to": "9000", "reason": "Sale runs on"})

    assert "error" in without_reason
    assert "not below the budget" in too_low
    assert "Sale runs on" in page
    assert "¥9,000" in page


def test_a_budget_of_another_month_cannot_be_lifted_now(tenant, visit):
    later = make_budget(tenant, 1, month=date(2031, 1, 1))
    present = make_budget(tenant, 1)
    owner = visit("owner")

    assert owner.get(f"cost/budgets/{later.pk}/lift/").status_code == 404
    assert owner.get(f"cost/budgets/{present.pk}/lift/").status_code == 200


def test_a_deleted_budget_is_not_found_and_holds_no_more(tenant, visit):
    budget = make_budget(tenant, 0)
    owner = visit("owner")
    assert "will be deleted" in owner.read(f"cost/budgets/{budget.pk}/delete/")

    owner.post(f"cost/budgets/{budget.pk}/delete/")

    assert owner.get(f"cost/budgets/{budget.pk}/").status_code == 404
    assert standing.of_month(tenant.pk, timezone.now()) == []


def test_the_second_clients_budget_is_not_found(tenant, other_tenant, visit):
    with tenant_context(other_tenant):
        foreign = make_budget(other_tenant, 77_777)
    own = make_budget(tenant, 1)
    owner = visit("owner", whole_agency=True)

    assert owner.get(f"cost/budgets/{own.pk}/").status_code == 200
    for page in ("", "lift/", "delete/"):
        assert owner.get(f"cost/budgets/{foreign.pk}/{page}").status_code == 404
    assert "77,777" not in owner.read("cost/budgets/")


def test_what_is_kept_back_is_set_and_shown_with_what_is_used_of_it(tenant, visit):
    with transaction.atomic():
        ledger.post(tenant.pk, [make_entry(30, "chat:1/sending:1", at=timezone.now(), kind="push")])
        ledger.post(tenant.pk, [make_entry(40, "broadcast:1/batch:1", at=timezone.now(), kind="push")])

    page = visit("account_manager").send("cost/budgets/reserve/", {"messages": "500"})

    assert reserve.kept_back(tenant.pk, standing.month_of(tenant.pk, timezone.now())) == 470
    assert "470" in page


def test_the_strip_speaks_once_a_point_is_reached(tenant, visit):
    make_budget(tenant, 6_000, stops=False)
    owner = visit("owner")
    assert owner.read("cost/budgets/strip/").strip() == ""

    book(tenant, 31_600)

    assert "80 % used" in owner.read("cost/budgets/strip/")
    assert "cost/budgets/strip/" in owner.read("")


def test_the_console_names_the_highest_point(tenant, visit):
    make_budget(tenant, 6_000, stops=False)
    book(tenant, 31_600)
    warning.look()

    page = visit("account_manager", whole_agency=True).read("/agency/")

    assert "Budget: 80 % used" in page
    assert "50 % used" not in page


def test_who_sees_gross_sees_and_types_budgets_in_gross(tenant, visit):
    make_budget(tenant, 10_000)
    book(tenant, 31_000)
    terms = {"kind": "markup", "rate": Decimal("0.2"), "shows": "gross"}
    with schema_context("public"):
        Contract.objects.create(tenant=tenant, valid_from=date(2026, 1, 1), **terms)

    page = visit("marketer").read("cost/budgets/")

    assert "¥12,000" in page
    assert "¥3,600" in page
    for net in ("10,000", "3,000"):
        assert net not in page


def test_budgets_cost_a_constant_number_of_queries_but_for_campaigns(
    tenant, visit, django_assert_num_queries
):
    visitor = visit("owner")
    make_budget(tenant, 1)
    for month in range(1, 4):
        make_budget(tenant, 1, month=date(2031, month, 1))
    visitor.read("cost/budgets/")
    with CaptureQueriesContext(connection) as few:
        visitor.read("cost/budgets/")
    for month in range(4, 12):
        make_budget(tenant, 1, month=date(2031, month, 1))

    with django_assert_num_queries(len(few)):
        visitor.read("cost/budgets/")


def test_a_budget_on_the_last_day_of_a_month_is_that_months(tenant):
    budget = make_budget(tenant, 1, month=date(2030, 12, 31))

    assert budget.month == date(2030, 12, 1)
    assert standing.of_month(tenant.pk, datetime(2030, 12, 31, 14, 59, tzinfo=UTC))[0].budget == budget
