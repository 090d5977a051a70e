"""What all clients of an agency used, by the agency's own key."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django_tenants.utils import schema_context

from accounts import services as accounts
from billing import ledger, quota
from contracts.models import Contract, ContractOption
from tests.billing.factories import MID_NOVEMBER, NOVEMBER, make_entry, make_tenant, supersede
from tests.factories import make_user
from tests.visiting import sign_in

ADDRESS = "/agency/api/v1/usage/"
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def public(db):
    with schema_context("public"):
        yield


def key_of(agency) -> str:
    return accounts.create_agency_key(agency, name="ERP")[1]


def ask(key: str, query: str = "?month=2026-11", address: str = ADDRESS):
    with schema_context("public"):
        headers = {"Accept-Language": "en", "Authorization": f"Bearer {key}"}
        return Client(headers=headers).get(f"{address}{query}")


def book(tenant, *counts: int) -> None:
    with transaction.atomic():
        ledger.post(tenant.pk, [make_entry(count) for count in counts])


def agree(tenant, **terms) -> Contract:
    return Contract.objects.create(tenant=tenant, valid_from=NOVEMBER, **terms)


def test_a_client_shows_what_it_used_what_line_charges_and_what_it_is_billed():
    shop = make_tenant("standard")
    book(shop, 29_000, 2_000)
    contract = agree(shop, kind="markup", rate=Decimal("0.2"), base_fee=10_000)
    ContractOption.objects.create(contract=contract, name_ja="運用", name_en="Running", unit_price=5_000)
    quota.record_reading(shop.pk, 100_000, 31_500, datetime(2026, 11, 20, tzinfo=UTC))

    [row] = ask(key_of(shop.agency)).json()["clients"]

    assert row == {
        "client": shop.slug,
        "name": shop.name,
        "agency": "billing",
        "plan": "standard",
        "is_confirmed": False,
        "currency": "JPY",
        "messages": 31_000,
        "free_count": 30_000,
        "paid_count": 1_000,
        "unplanned_count": 0,
        "notice_count": 0,
        "monthly_fee": "15000.0000",
        "message_amount": "3000.0000",
        "notice_amount": "0.0000",
        "net": "18000.0000",
        "billed": "36600.0000",  # 3,600 + 18,000 + 10,000 + 5,000
        "contract": "markup",
        "line_limit": 100_000,
        "line_used": 31_500,
    }


def test_without_contract_plan_or_sends_a_client_is_there_with_what_is_known():
    shop = make_tenant(None)

    [row] = ask(key_of(shop.agency)).json()["clients"]

    assert (row["plan"], row["contract"], row["line_used"]) == (None, None, None)
    assert (row["messages"], row["net"], row["billed"]) == (0, "0.0000", "0.0000")


@pytest.mark.parametrize(
    ("figures", "net", "billed"),
    [({}, "1280.1000", "1280.1000"), ({"is_tax_included": True}, "1196.3551", "1196.3500")],
)
def test_a_client_abroad_is_billed_in_its_own_currency_before_tax(figures, net, billed):
    shop = make_tenant("basic", country="TH")
    supersede(plan="basic", country="TH", valid_from=date(2023, 2, 1), **figures)
    book(shop, 15_001)

    [row] = ask(key_of(shop.agency)).json()["clients"]

    assert (row["currency"], row["net"], row["billed"]) == ("THB", net, billed)


def test_clients_come_by_name_and_only_those_of_the_agency():
    mine = [make_tenant("light") for _ in range(3)]
    make_tenant("light", agency="other")

    found = ask(key_of(mine[0].agency)).json()

    assert found["month"] == "2026-11"
    assert [row["client"] for row in found["clients"]] == sorted(client.slug for client in mine)


def test_a_thousand_clients_take_no_more_queries_than_one():
    shop = make_tenant("light")
    key = key_of(shop.agency)
    ask(key)  # notes that the key was used

    with CaptureQueriesContext(connection) as one:
        ask(key)
    for _ in range(5):
        agree(make_tenant("standard"))
    with CaptureQueriesContext(connection) as many:
        assert len(ask(key).json()["clients"]) == 6

    assert len(many) <= len(one) + 1  # the options of contracts, where there are any


def test_a_month_that_is_none_is_refused():
    answer = ask(key_of(make_tenant().agency), "?month=13")

    assert answer.status_code == 400
    assert answer.json()["fields"] == {"month": ["Give a month such as 2026-11."]}


@pytest.mark.parametrize("key", ["", "ma_00000000_nothing", "mk_00000000_nothing", "\u00e9", "ma_\0"])
def test_without_a_living_key_there_is_nothing(key):
    assert ask(key).status_code == 401


def test_a_revoked_key_stops_at_once():
    agency = make_tenant().agency
    key, text = accounts.create_agency_key(agency, name="ERP")

    accounts.revoke_agency_key(key)

    assert ask(text).status_code == 401


def test_a_clients_key_does_not_open_the_agencys_api(tenant):
    with schema_context("public"):
        _key, text = accounts.create_api_key(tenant, name="Shop", scopes=["*"])

    assert ask(text).status_code == 401


def test_an_agencys_key_does_not_open_a_clients_api(tenant):
    with schema_context("public"):
        key = key_of(tenant.agency)

    assert ask(key, "", "/c/apparel/api/v1/friends/").status_code == 401


def test_people_of_the_agency_may_ask_those_of_a_client_may_not(tenant):
    finance = sign_in(make_user("finance", whole_agency=True))
    marketer = sign_in(make_user("marketer"))

    with schema_context("public"):
        seen = finance.get(f"{ADDRESS}?month=2026-11")
        refused = marketer.get(ADDRESS)

    assert "apparel" in [row["client"] for row in seen.json()["clients"]]
    assert refused.status_code == 403


def test_the_document_names_the_address():
    document = ask(key_of(make_tenant().agency), "?format=json", "/agency/api/v1/schema/").json()

    assert list(document["paths"]) == [
        "/figures/",
        "/figures/known/",
        "/figures/median/",
        "/kpi-sets/",
        "/kpi-sets/{id}/",
        "/usage/",
    ]
    assert document["servers"] == [{"url": "http://testserver/agency/api/v1"}]
    assert "create_agency_key" in document["info"]["description"]


def test_another_address_says_that_there_is_nothing():
    answer = ask(key_of(make_tenant().agency), "", "/agency/api/v1/nothing/")

    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def test_a_key_is_made_on_the_command_line(capsys):
    shop = make_tenant()

    call_command("create_agency_key", shop.agency.slug)

    text = capsys.readouterr().out.splitlines()[0]
    assert ask(text).json()["clients"][0]["client"] == shop.slug


def test_the_present_month_is_the_one_in_japan(time_machine):
    time_machine.move_to(datetime(2026, 11, 30, 15, 30, tzinfo=UTC))
    shop = make_tenant()
    with transaction.atomic():
        ledger.post(shop.pk, [make_entry(7, at=MID_NOVEMBER)])

    assert ask(key_of(shop.agency), "").json()["month"] == "2026-12"
