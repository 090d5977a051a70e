"""Another plan in mid-month, by LINE's rules."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Activity, Due
from billing import ledger, plan_changes, plans, quota
from billing.errors import NoPrices, NothingPlanned, OtherCountry
from billing.models import LedgerEntry, Plan, Subscription
from billing.plan_changes import Kind, PlanChange
from billing.pricing import price_accepted
from tests.billing.factories import MID_NOVEMBER, NOVEMBER, make_entry, make_tenant

pytestmark = pytest.mark.django_db
DECEMBER = date(2026, 12, 1)


def plan(code: str, country: str = "JP") -> Plan:
    return Plan.objects.get(country=country, code=code)


def change(tenant, code: str, *, at: datetime = MID_NOVEMBER, limit: int | None = None) -> PlanChange:
    return plan_changes.change(tenant.pk, plan(code), at=at, additional_limit=limit, by=None)


def code_in(tenant, month: date) -> str | None:
    terms = plans.terms(tenant.pk, month)
    return terms.plan.code if terms.plan else None


def booked(tenant) -> Decimal:
    return LedgerEntry.objects.of_month(tenant.pk, NOVEMBER).total().amount


def test_line_is_asked_for_its_limit_again_when_another_plan_holds_at_once():
    tenant = make_tenant("standard")
    change(tenant, "light")
    waits = Due.objects.filter(tenant=tenant, kind=quota.READING)
    assert not waits.exists()

    change(tenant, "standard", limit=10_000)

    assert waits.exists()


def test_up_down_and_up_again_in_one_month_is_the_highest_for_all_of_it():
    tenant = make_tenant("communication")
    ledger.post(tenant.pk, [make_entry(40_000)])

    kinds = [change(tenant, code).kind for code in ("light", "communication", "standard")]

    assert kinds == [Kind.UPGRADE, Kind.DOWNGRADE, Kind.UPGRADE]
    assert (code_in(tenant, NOVEMBER), code_in(tenant, DECEMBER)) == ("standard", "standard")
    assert booked(tenant) == 30_000


def test_an_upgrade_holds_for_the_whole_month_which_is_priced_again():
    tenant = make_tenant("light")
    ledger.post(tenant.pk, [make_entry(5_600)])
    assert ledger.month_total(tenant.pk, NOVEMBER).unplanned_count == 600

    found = change(tenant, "standard")

    assert (found.kind, found.holds_from, found.difference) == (Kind.UPGRADE, NOVEMBER, 10_000)
    assert (code_in(tenant, date(2026, 10, 1)), code_in(tenant, NOVEMBER)) == ("light", "standard")
    assert ledger.month_total(tenant.pk, NOVEMBER).free_count == 5_600


def test_a_downgrade_holds_from_the_next_month():
    tenant = make_tenant("standard")
    ledger.post(tenant.pk, [make_entry(30_100)])

    found = change(tenant, "light")

    assert (found.kind, found.holds_from) == (Kind.DOWNGRADE, DECEMBER)
    assert (code_in(tenant, NOVEMBER), code_in(tenant, DECEMBER)) == ("standard", "light")
    assert booked(tenant) == 300


def test_the_month_is_that_of_the_client():
    tenant = make_tenant("standard")

    found = change(tenant, "light", at=datetime(2026, 11, 30, 15, 0, tzinfo=UTC))

    assert found.holds_from == date(2027, 1, 1)


def test_another_limit_in_the_same_plan_holds_at_once():
    tenant = make_tenant("standard", additional_limit=1_000)
    assert plans.terms(tenant.pk, NOVEMBER).room(30_000) == 1_000

    found = change(tenant, "standard", limit=5_000)

    assert (found.kind, found.difference) == (Kind.LIMIT, 0)
    assert plans.terms(tenant.pk, NOVEMBER).room(30_000) == 5_000


def test_the_same_plan_and_limit_again_change_nothing():
    tenant = make_tenant("standard", additional_limit=1_000)

    found = change(tenant, "standard", limit=1_000)

    assert found.kind is Kind.NONE
    assert Subscription.objects.filter(tenant=tenant).count() == 1


def test_the_first_plan_holds_at_once():
    tenant = make_tenant(plan=None)
    ledger.post(tenant.pk, [make_entry(300)])

    found = change(tenant, "light")

    assert (found.kind, found.difference) == (Kind.FIRST, None)
    assert ledger.month_total(tenant.pk, NOVEMBER).free_count == 300


def test_an_upgrade_drops_a_downgrade_that_was_planned():
    tenant = make_tenant("light")
    change(tenant, "communication")

    found = change(tenant, "standard")

    assert found.replaces.plan.code == "communication"
    assert (code_in(tenant, NOVEMBER), code_in(tenant, DECEMBER)) == ("standard", "standard")


def test_another_limit_leaves_a_downgrade_that_was_planned():
    tenant = make_tenant("standard")
    change(tenant, "light")

    change(tenant, "standard", limit=1_000)

    assert (code_in(tenant, NOVEMBER), code_in(tenant, DECEMBER)) == ("standard", "light")


def test_a_planned_change_can_be_taken_back_until_it_holds():
    tenant = make_tenant("standard")
    change(tenant, "light")

    plan_changes.take_back(tenant.pk, at=MID_NOVEMBER, by=None)

    assert code_in(tenant, DECEMBER) == "standard"
    with pytest.raises(NothingPlanned):
        plan_changes.take_back(tenant.pk, at=MID_NOVEMBER, by=None)
    verbs = Activity.objects.filter(tenant=tenant, verb__startswith="plan.").order_by("pk")
    assert list(verbs.values_list("verb", flat=True)) == ["plan.changed", "plan.change_taken_back"]


def test_taking_back_leaves_what_holds_already():
    tenant = make_tenant("standard")
    change(tenant, "light")

    with pytest.raises(NothingPlanned):
        plan_changes.take_back(tenant.pk, at=datetime(2026, 12, 2, tzinfo=UTC), by=None)

    assert code_in(tenant, DECEMBER) == "light"


def test_what_a_change_would_cost_is_shown_before_it_is_made():
    tenant = make_tenant("standard")
    ledger.post(tenant.pk, [make_entry(30_100)])

    down = plan_changes.preview(tenant.pk, plan("light"), at=MID_NOVEMBER)

    assert (down.before.total, down.after.total, down.difference) == (15_300, 5_000, -10_300)
    assert (down.after.price.unplanned_count, down.after.room) == (25_100, 0)
    assert code_in(tenant, DECEMBER) == "standard"


def test_a_plan_of_another_country_is_refused():
    tenant = make_tenant("standard")

    with pytest.raises(OtherCountry):
        plan_changes.change(tenant.pk, plan("pro", "TH"), at=MID_NOVEMBER, by=None)

    assert code_in(tenant, NOVEMBER) == "standard"


def test_a_plan_without_prices_is_refused():
    tenant = make_tenant("light")
    unpriced = Plan.objects.create(country="JP", code="new", name_ja="新プラン", name_en="New plan")

    with pytest.raises(NoPrices):
        plan_changes.change(tenant.pk, unpriced, at=MID_NOVEMBER, by=None)

    assert code_in(tenant, NOVEMBER) == "light"


def test_abroad_the_same_rules_hold_in_the_currency_of_the_country():
    tenant = make_tenant("medium_usage", country="TW")

    found = plan_changes.change(tenant.pk, plan("high_usage", "TW"), at=MID_NOVEMBER, by=None)

    assert (found.kind, found.difference, found.after.terms.currency) == (Kind.UPGRADE, 400, "TWD")


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    first=st.sampled_from(["communication", "light", "standard"]),
    steps=st.lists(
        st.one_of(
            st.integers(1, 60_000),
            st.sampled_from(["communication", "light", "standard"]),
            st.sampled_from([("standard", 100), ("standard", 90_000), ("light", 7)]),
        ),
        max_size=8,
    ),
)
def test_in_any_order_of_sends_and_changes_the_month_has_the_price_of_the_plan_that_holds(first, steps):
    tenant = make_tenant(first)
    for step in steps:
        if isinstance(step, int):
            ledger.post(tenant.pk, [make_entry(step)])
        else:
            code, limit = step if isinstance(step, tuple) else (step, None)
            change(tenant, code, limit=limit)

    total = sum(step for step in steps if isinstance(step, int))
    terms = plans.terms(tenant.pk, NOVEMBER)
    highest = max([plan_rank(first), *(plan_rank(step) for step in steps if not isinstance(step, int))])
    month = price_accepted(terms.tariff, 0, total)
    assert booked(tenant) == month.amount
    assert ledger.month_total(tenant.pk, NOVEMBER).free_count == month.free_count
    assert plan_rank(terms.plan.code) == highest
    assert Subscription.objects.filter(tenant=tenant, valid_from__gt=NOVEMBER).count() <= 1


def plan_rank(step: str | tuple[str, int]) -> int:
    return ["communication", "light", "standard"].index(step[0] if isinstance(step, tuple) else step)
