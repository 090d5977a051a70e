from datetime import date

import pytest
from django.test import Client

from accounts import services as accounts
from billing import ledger
from billing.models import LedgerEntry, Plan, Subscription
from tests.billing.factories import make_entry, make_tenant

pytestmark = pytest.mark.django_db


@pytest.fixture
def ours():
    return make_tenant("light")


@pytest.fixture
def client(ours) -> Client:
    """The agency's owner, signed in."""
    browser = Client()
    browser.force_login(accounts.invite("owner@example.com", agency=ours.agency, role="owner"))
    return browser


def test_the_ledger_can_be_read_but_not_written(client, ours):
    ledger.post(ours.pk, [make_entry(500, "broadcast:7/batch:1")])
    entry = LedgerEntry.objects.get(tenant=ours)

    assert "broadcast:7/batch:1" in client.get("/admin/billing/ledgerentry/").content.decode()
    assert client.get(f"/admin/billing/ledgerentry/{entry.pk}/change/").status_code == 200
    assert client.get("/admin/billing/ledgerentry/add/").status_code == 403
    assert client.post(f"/admin/billing/ledgerentry/{entry.pk}/delete/", {"post": "yes"}).status_code == 403
    assert client.post(f"/admin/billing/ledgerentry/{entry.pk}/change/", {"messages": 1}).status_code == 403


def test_the_ledger_shows_whole_yen_as_such(client):
    tenant = make_tenant("standard")
    ledger.post(tenant.pk, [make_entry(30_500, "broadcast:7/batch:1")])

    assert "¥1,500<" in client.get("/admin/billing/ledgerentry/").content.decode()


def test_another_agencys_ledger_is_not_there(client, ours):
    other = make_tenant("light", agency="other")
    ledger.post(ours.pk, [make_entry(500, "broadcast:7/batch:1")])
    ledger.post(other.pk, [make_entry(500, "broadcast:8/batch:1")])
    entry = LedgerEntry.objects.get(tenant=other)

    page = client.get("/admin/billing/ledgerentry/").content.decode()

    assert "broadcast:7/batch:1" in page
    assert "broadcast:8/batch:1" not in page
    assert other.name not in page
    assert client.get(f"/admin/billing/ledgerentry/{entry.pk}/change/").status_code == 302


def test_a_new_plan_prices_the_month_again(client, ours):
    ledger.post(ours.pk, [make_entry(5_100, "broadcast:7/batch:1")])
    standard = Plan.objects.get(country="JP", code="standard")

    form = {"tenant": ours.pk, "plan": standard.pk, "valid_from": "2026-11-01", "additional_limit": ""}
    assert client.post("/admin/billing/subscription/add/", form).status_code == 302

    assert Subscription.objects.in_force(ours.pk, date(2026, 11, 1)).plan == standard
    assert ledger.month_total(ours.pk, date(2026, 11, 1)).free_count == 5_100


def test_a_corrected_plan_prices_all_its_months_again(client, ours):
    ledger.post(ours.pk, [make_entry(5_100, "broadcast:7/batch:1")])
    row = Subscription.objects.get(tenant=ours)

    form = {"plan": row.plan_id, "valid_from": "2026-12-01", "additional_limit": ""}
    assert client.post(f"/admin/billing/subscription/{row.pk}/change/", form).status_code == 302

    assert Subscription.objects.in_force(ours.pk, date(2026, 11, 1)) is None
    assert ledger.month_total(ours.pk, date(2026, 11, 1)).unplanned_count == 5_100


def test_a_plan_for_another_agencys_client_is_refused(client, ours):
    other = make_tenant(plan=None, agency="other")
    plan = Subscription.objects.get(tenant=ours).plan

    form = {"tenant": other.pk, "plan": plan.pk, "valid_from": "2026-11-01", "additional_limit": ""}
    response = client.post("/admin/billing/subscription/add/", form)

    assert response.status_code == 200
    assert not Subscription.objects.filter(tenant=other).exists()
