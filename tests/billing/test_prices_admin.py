"""Price tables in the admin: the operator's for everybody, an agency's own for its clients."""

from datetime import date

import pytest
from django.test import Client

from accounts import services as accounts
from accounts.models import Due, User
from billing import ledger, plans, tables
from billing.models import NoticePrice, Plan, PriceTable
from tests.billing.factories import NOVEMBER, make_entry, make_tenant

pytestmark = pytest.mark.django_db
SHARED, OWN = "/admin/billing/pricetable/", "/admin/billing/clientpricetable/"
OCTOBER = date(2026, 10, 1)
FIGURES = {
    "valid_to": "",
    "currency": "JPY",
    "monthly_fee": "16000",
    "free_messages": "30000",
    "brackets": "50,000: 3.0\n＊： 2.9",
    "tax_rate": "0.10",
    "is_confirmed": "on",
    "source": "LINE's price list of 2026-10",
}


NOTICE = {"valid_from": "2026-11-01", "unit_price": "8.5", "currency": "JPY", "source": "Contract of 2026-10"}


@pytest.fixture
def ours():
    return make_tenant("standard")


@pytest.fixture
def operator() -> Client:
    User.objects.create_superuser("operator@example.com", "a long password")
    return signed_in("operator@example.com")


@pytest.fixture
def finance(ours) -> Client:
    """Of the agency, signed in."""
    accounts.invite("finance@example.com", agency=ours.agency, role="finance")
    return signed_in("finance@example.com")


def signed_in(email: str) -> Client:
    """The browser of somebody who reads English."""
    User.objects.filter(email=email).update(language="en")
    browser = Client()
    browser.force_login(User.objects.get(email=email))
    return browser


def standard() -> PriceTable:
    shared = PriceTable.objects.filter(tenant=None, superseded_at=None, valid_from=OCTOBER)
    return shared.get(plan__code="standard", plan__country="JP")


def test_a_table_in_use_offers_only_what_may_still_change(operator, ours):
    ledger.post(ours.pk, [make_entry(500)])
    table = standard()
    address = f"{SHARED}{table.pk}/change/"

    page = operator.get(address).content.decode()
    saved = operator.post(address, {**FIGURES, "monthly_fee": "1", "free_messages": "1"})

    assert 'name="monthly_fee"' not in page
    assert f"{SHARED}add/?supersedes={table.pk}" in page
    assert "50,000: 3.0" in page
    assert saved.status_code == 302
    table.refresh_from_db()
    assert (table.is_confirmed, table.source) == (True, FIGURES["source"])
    assert (table.monthly_fee, table.free_messages) == (15_000, 30_000)


def test_a_table_that_nobody_uses_can_be_corrected(operator):
    table = PriceTable.objects.get(plan__country="TH", plan__code="basic")
    figures = FIGURES | {"monthly_fee": "1380", "brackets": "*: 0.12", "currency": "THB"}

    saved = operator.post(f"{SHARED}{table.pk}/change/", figures)

    assert saved.status_code == 302
    table.refresh_from_db()
    assert (table.monthly_fee, table.brackets) == (1_380, [{"up_to": None, "unit_price": "0.12"}])


def test_a_later_table_ends_the_one_before_and_two_never_begin_together(operator):
    form = FIGURES | {"plan": standard().plan_id}

    taken = operator.post(f"{SHARED}add/", form | {"valid_from": "2026-10-01"})
    later = operator.post(f"{SHARED}add/", form | {"valid_from": "2027-04-01"})

    assert "supersede that one" in taken.content.decode()
    assert later.status_code == 302
    assert standard().valid_to == date(2027, 3, 31)


def test_superseding_is_prefilled_and_keeps_both_versions(operator, ours):
    ledger.post(ours.pk, [make_entry(500)])
    old = standard()
    address = f"{SHARED}add/?supersedes={old.pk}"

    page = operator.get(address).content.decode()
    saved = operator.post(address, FIGURES | {"reason": "LINE's price list was read"})

    assert "100,000: 2.8" in page
    assert 'name="plan"' not in page
    assert saved.status_code == 302
    new = standard()
    assert (new.monthly_fee, new.reason, new.supersedes.get()) == (16_000, "LINE's price list was read", old)
    assert new.brackets == [
        {"up_to": 50_000, "unit_price": "3.0"},
        {"up_to": None, "unit_price": "2.9"},
    ]
    assert Due.objects.filter(tenant=ours, kind=tables.REPRICING).exists()
    history = operator.get(f"{SHARED}{new.pk}/change/").content.decode()
    assert "LINE&#x27;s price list was read" in history
    assert "Shipped with Musubi" in history


def test_a_version_needs_a_reason_and_prices_that_can_be_read(operator):
    address = f"{SHARED}add/?supersedes={standard().pk}"

    no_reason = operator.post(address, FIGURES)
    unreadable = operator.post(address, FIGURES | {"reason": "Read", "brackets": "fifty thousand: 3"})
    falling = operator.post(address, FIGURES | {"reason": "Read", "brackets": "50: 3\n40: 2"})
    backwards = operator.post(address, FIGURES | {"reason": "Read", "valid_to": "2026-09-30"})

    assert [each.status_code for each in (no_reason, unreadable, falling, backwards)] == [200] * 4
    assert "fifty thousand: 3" in unreadable.content.decode()
    assert "Not a list of price brackets" in falling.content.decode()
    assert "The last day is before the first." in backwards.content.decode()
    assert not standard().supersedes.exists()


def test_a_table_that_no_number_names_is_none(operator, finance):
    assert operator.get(f"{SHARED}add/?supersedes={'9' * 5_000}").status_code == 200
    assert finance.get(f"{OWN}add/?like={'9' * 5_000}").status_code == 200


def test_a_table_that_was_superseded_meanwhile_is_not_superseded_again(operator):
    old = standard()
    tables.supersede(old, tables.copy(old, monthly_fee=17_000), reason="Read", by=None)

    again = operator.post(f"{SHARED}add/?supersedes={old.pk}", FIGURES | {"reason": "Read"})

    assert "A newer version of this price table was entered already" in again.content.decode()
    assert standard().monthly_fee == 17_000


def test_an_agency_reads_everybodys_prices_and_writes_its_clients_own(finance, ours):
    table = standard()

    assert "100,000: 2.8" in finance.get(f"{SHARED}{table.pk}/change/").content.decode()
    assert finance.post(f"{SHARED}{table.pk}/change/", FIGURES).status_code == 403
    assert finance.get(f"{SHARED}add/?supersedes={table.pk}").status_code == 403

    prefilled = finance.get(f"{OWN}add/?like={table.pk}").content.decode()
    saved = finance.post(
        f"{OWN}add/", FIGURES | {"tenants": [ours.pk], "plan": table.plan_id, "valid_from": "2026-10-01"}
    )

    assert "100,000: 2.8" in prefilled
    assert saved.status_code == 302
    assert plans.terms(ours.pk, NOVEMBER).tariff.monthly_fee == 16_000
    assert plans.terms(make_tenant("standard").pk, NOVEMBER).tariff.monthly_fee == 15_000


def test_own_prices_are_entered_for_several_clients_and_once_for_each(finance, ours):
    second = make_tenant("standard")
    form = FIGURES | {"plan": standard().plan_id, "valid_from": "2026-10-01"}

    finance.post(f"{OWN}add/", form | {"tenants": [ours.pk, second.pk]})
    again = finance.post(f"{OWN}add/", form | {"tenants": [second.pk]})

    assert {plans.terms(each.pk, NOVEMBER).is_own for each in (ours, second)} == {True}
    assert second.name in again.content.decode()
    assert PriceTable.objects.filter(tenant=second).count() == 1


def test_own_prices_are_superseded_and_withdrawn_like_everybodys(finance, ours):
    own = tables.enter(tables.copy(standard(), tenant=ours, monthly_fee=9_000), by=None)

    finance.post(f"{OWN}add/?supersedes={own.pk}", FIGURES | {"reason": "Agreed anew"})
    newer = PriceTable.objects.get(tenant=ours, superseded_at=None)
    assert plans.terms(ours.pk, NOVEMBER).tariff.monthly_fee == 16_000

    finance.post(OWN, {"action": "withdraw", "_selected_action": [newer.pk]})
    assert not plans.terms(ours.pk, NOVEMBER).is_own


def test_who_only_looks_in_another_agency_supersedes_no_prices_there(finance):
    there = make_tenant("standard", agency="other")
    accounts.invite("finance@example.com", agency=there.agency, role="analyst")
    own = tables.enter(tables.copy(standard(), tenant=there, monthly_fee=9_000), by=None)

    seen = finance.get(f"{OWN}{own.pk}/change/")
    finance.post(f"{OWN}add/?supersedes={own.pk}", FIGURES | {"reason": "Mine"})

    assert seen.status_code == 200
    assert plans.terms(there.pk, NOVEMBER).tariff.monthly_fee == 9_000


def test_own_prices_of_another_agencys_client_are_out_of_reach(finance):
    other = make_tenant("standard", agency="other")
    own = tables.enter(tables.copy(standard(), tenant=other, monthly_fee=9_000), by=None)
    form = FIGURES | {"plan": own.plan_id, "valid_from": "2027-01-01", "tenants": [other.pk]}

    assert other.name not in finance.get(OWN).content.decode()
    assert finance.get(f"{OWN}{own.pk}/change/").status_code == 302
    assert finance.post(f"{OWN}add/", form).status_code == 200
    finance.post(f"{OWN}add/?supersedes={own.pk}", FIGURES | {"reason": "Mine"})
    finance.post(OWN, {"action": "withdraw", "_selected_action": [own.pk]})

    assert PriceTable.objects.get(tenant=other) == own
    assert plans.terms(other.pk, NOVEMBER).tariff.monthly_fee == 9_000


def test_who_may_only_look_at_cost_enters_no_own_prices(ours):
    analyst = Client()
    analyst.force_login(accounts.invite("analyst@example.com", agency=ours.agency, role="analyst"))

    assert analyst.get(OWN).status_code == 200
    assert analyst.get(f"{OWN}add/").status_code == 403


def test_a_notice_price_is_entered_and_stays(finance, ours):
    form = {
        "valid_from": "2026-11-01",
        "unit_price": "8.5",
        "currency": "JPY",
        "source": "Contract of 2026-10",
    }

    assert finance.post("/admin/billing/noticeprice/add/", form | {"tenant": ours.pk}).status_code == 302

    price = NoticePrice.objects.get(tenant=ours)
    assert (price.created_by.email, plans.notice_price(ours.pk, NOVEMBER)) == ("finance@example.com", price)
    address = f"/admin/billing/noticeprice/{price.pk}/change/"
    assert finance.post(address, form | {"unit_price": "1"}).status_code == 403


def test_a_notice_price_for_another_agencys_client_is_refused(finance):
    other = make_tenant("standard", agency="other")
    form = {
        "tenant": other.pk,
        "valid_from": "2026-11-01",
        "unit_price": "8",
        "currency": "JPY",
        "source": "-",
    }

    assert finance.post("/admin/billing/noticeprice/add/", form).status_code == 200

    assert not NoticePrice.objects.exists()


def test_plans_are_named_by_the_operator_alone(operator, finance):
    plan = Plan.objects.get(country="TW", code="light_usage")

    assert operator.get(f"/admin/billing/plan/{plan.pk}/change/").status_code == 200
    assert finance.get("/admin/billing/plan/").status_code == 403
