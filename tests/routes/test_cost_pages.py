"""Ad costs on the dashboard: entered, shown per friend, changed and deleted."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django_tenants.utils import tenant_context

from routes.models import AdCost
from tests.factories import make_ad_cost, make_route

TODAY = date(2026, 11, 20)
COST = {"from_on": "2026-11-01", "to_on": "2026-11-10", "amount": "30000"}


@pytest.fixture
def page(tenant, visit):
    """A marketer's browser."""
    return visit("marketer")


def test_a_cost_is_entered_and_shown_on_its_route(page):
    route = make_route("Flyer")

    answer = page.post("routes/costs/new/", COST | {"route": route.pk, "campaign": "autumn"})
    shown = page.get(f"routes/{route.pk}/")

    assert answer.status_code == 302
    assert AdCost.objects.get().amount == 30_000
    assert "autumn" in shown.content.decode()


def test_a_refusal_is_shown_on_the_form_with_what_to_do(page):
    cost = make_ad_cost(amount=5_000)

    answer = page.post("routes/costs/new/", COST | {"route": cost.route_id})

    assert answer.status_code == 200
    assert "¥5,000" in answer.content.decode()
    assert AdCost.objects.count() == 1


@pytest.mark.parametrize(
    "fault",
    [
        {"amount": ""},
        {"amount": "-1"},
        {"amount": "NaN"},
        {"amount": "9" * 40},
        {"to_on": "2026-10-01"},
        {"from_on": "tomorrow"},
        {"route": "999999"},
        {"campaign": "🍁" * 101},
        {"clicks": "-1"},
    ],
)
def test_what_cannot_be_a_cost_is_not_entered(page, fault):
    answer = page.post("routes/costs/new/", COST | {"route": make_route().pk} | fault)

    assert answer.status_code == 200
    assert not AdCost.objects.exists()


def test_a_cost_is_changed_and_then_deleted_after_a_question(page):
    cost = make_ad_cost()

    page.post(f"routes/costs/{cost.pk}/", COST | {"route": cost.route_id, "amount": "100.50"})
    changed = AdCost.objects.get().amount
    asked = page.get(f"routes/costs/{cost.pk}/delete/")
    page.post(f"routes/costs/{cost.pk}/delete/")

    assert changed == Decimal("100.50")
    assert asked.status_code == 200
    assert not AdCost.objects.exists()


def test_what_friends_cost_is_shown_beside_what_they_bring(page):
    period = {"first": "2026-11-01", "last": "2026-11-02"}

    shown = page.get("routes/costs/", period)
    file = page.get("routes/costs.csv", period)

    assert shown.url == "/c/apparel/acquisition/?first=2026-11-01&last=2026-11-02"
    assert file.url == "/c/apparel/acquisition/file/?first=2026-11-01&last=2026-11-02&kind=utf-8"


@pytest.mark.parametrize(
    "query", [{}, {"first": "2026-12-01", "last": "2026-01-01"}, {"first": "x"}, {"first": "0001-01-01"}]
)
def test_any_period_is_answered(page, query):
    assert page.get("routes/costs/", query).status_code == 302


def test_the_list_is_paged_and_narrowed_to_a_route(page):
    route, other = make_route("Flyer"), make_route("Shop")
    days = [date(2026, 1, 1) + timedelta(days=number) for number in range(60)]
    [make_ad_cost(route, number, from_on=day, to_on=day) for number, day in enumerate(days)]
    make_ad_cost(other, 77_777)

    narrowed = page.get("routes/costs/entered/", {"route": route.pk}).content.decode()

    assert "77,777" not in narrowed
    assert "before=" in narrowed


def test_what_another_client_paid_is_not_found(page, other_tenant):
    with tenant_context(other_tenant):
        foreign = make_ad_cost()

    for path in (f"routes/costs/{foreign.pk}/", f"routes/costs/{foreign.pk}/delete/"):
        assert page.get(path).status_code == 404
