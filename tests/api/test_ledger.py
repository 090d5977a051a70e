from datetime import UTC, date, datetime

import pytest
from django_tenants.utils import schema_context, tenant_context

from billing import ledger, services
from billing.ledger import NewEntry
from billing.models import LedgerEntry

MID_NOVEMBER = datetime(2026, 11, 15, 3, tzinfo=UTC)
MID_OCTOBER = datetime(2026, 10, 15, 3, tzinfo=UTC)


@pytest.fixture
def booked(tenant, other_tenant) -> None:
    """On the standard plan, whose first 30,000 are free and the next 3 yen each."""
    with schema_context("public"):
        for each in (tenant, other_tenant):
            services.subscribe(each.pk, plan="standard", since=date(2023, 6, 1))
    book(tenant.pk, 29_000, "broadcast:7/batch:1", MID_NOVEMBER)
    book(tenant.pk, 2_000, "broadcast:7/batch:2", MID_NOVEMBER)
    book(tenant.pk, 500, "broadcast:6/batch:1", MID_OCTOBER)
    with tenant_context(other_tenant):
        book(other_tenant.pk, 500, "broadcast:7/batch:1", MID_NOVEMBER)


def book(tenant_id: int, messages: int, reference: str, at: datetime) -> None:
    ledger.post(tenant_id, [NewEntry(LedgerEntry.Kind.MULTICAST, reference, "Sale", messages, at)])


def test_a_month_is_summed(call, booked):
    assert call().get("ledger/months/2026-11/").json() == {
        "month": "2026-11",
        "plan": "standard",
        "is_confirmed": False,
        "currency": "JPY",
        "monthly_fee": "15000.0000",
        "messages": 31_000,
        "free_count": 30_000,
        "paid_count": 1_000,
        "unplanned_count": 0,
        "amount": "3000.0000",
        "notice_count": 0,
        "notice_amount": "0.0000",
    }


def test_an_entry_shows_the_parts_of_its_price(call, booked):
    entry = call().get("ledger/?month=2026-11&limit=1").json()["items"][0]

    assert (entry["reference"], entry["messages"], entry["amount"]) == (
        "broadcast:7/batch:2",
        2_000,
        "3000.0000",
    )
    assert entry["parts"] == [
        {"kind": "free", "count": 1_000, "unit_price": "0.0000"},
        {"kind": "additional", "count": 1_000, "unit_price": "3.0000"},
    ]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["broadcast:6/batch:1", "broadcast:7/batch:2", "broadcast:7/batch:1"]),
        ("month=2026-11", ["broadcast:7/batch:2", "broadcast:7/batch:1"]),
        ("owner=broadcast:6", ["broadcast:6/batch:1"]),
        ("owner=broadcast", []),
    ],
)
def test_entries_are_found_by(call, booked, query, found):
    entries = call().get(f"ledger/?{query}").json()["items"]

    assert [entry["reference"] for entry in entries] == found


@pytest.mark.parametrize("address", ["ledger/?month=2026-13", "ledger/months/2026-1x/", "ledger/months/x/"])
def test_a_month_that_is_none_is_refused(call, address):
    answer = call().get(address)

    assert answer.status_code == 400
    assert answer.json()["fields"] == {"month": ["Give a month such as 2026-11."]}


def test_what_each_send_cost_is_told_in_three_views(call, booked):
    found = call("billing.view_ledgerentry", "contracts.view_net").get("ledger/owners/?month=2026-11").json()

    [send] = found["owners"]
    assert (send["owner"], send["purpose"], send["messages"]) == ("broadcast:7", "broadcast", 31_000)
    assert (send["marginal"], send["average"], send["list_price"]) == (
        "3000.0000",
        "18000.0000",
        "93000.0000",
    )


def test_some_owners_alone_can_be_asked_for(call, booked):
    found = call().get("ledger/owners/?month=2026-11&owner=broadcast:8&owner=broadcast:6").json()

    assert found == {"month": "2026-11", "owners": []}


@pytest.mark.parametrize("query", ["", "?month=2026-13", "?month=2026-11&owner=" + "x" * 121])
def test_owners_of_no_month_are_refused(call, booked, query):
    assert call().get(f"ledger/owners/{query}").status_code == 400


def test_entries_are_found_by_kind(call, booked):
    assert call().get("ledger/?kind=test").json()["items"] == []
    assert len(call().get("ledger/?kind=multicast").json()["items"]) == 3
    assert call().get("ledger/?kind=gift").status_code == 400


def test_an_adjustment_is_an_entry_with_its_reason(call, booked):
    body = {"month": "2026-11", "messages": -500, "reason": "LINE's bill", "owner": "broadcast:7"}

    entry = call("billing.adjust_ledgerentry").post("ledger/adjustments/", body).json()

    assert (entry["kind"], entry["messages"], entry["reason"]) == ("adjustment", -500, "LINE's bill")
    assert call().get("ledger/months/2026-11/").json()["amount"] == "1500.0000"


def test_an_adjustment_repeated_with_its_key_is_booked_once(call, booked):
    body = {"month": "2026-11", "messages": 5, "reason": "LINE's bill"}
    program = call("billing.adjust_ledgerentry")

    answers = [
        program.post("ledger/adjustments/", body, **{"Idempotency-Key": "adjust-1"}).status_code
        for _time in range(2)
    ]

    assert answers == [201, 201]
    assert LedgerEntry.objects.filter(kind="adjustment").count() == 1


@pytest.mark.parametrize(
    ("given", "status", "code"),
    [
        ({"messages": 0}, 422, "nothing_to_adjust"),
        ({"messages": -40_000}, 422, "takes_back_too_much"),
        ({"owner": "broadcast:70"}, 422, "unknown_owner"),
        ({"month": "2098-01"}, 422, "month_not_begun"),
        ({"month": "9999-12"}, 400, "invalid"),
        ({"owner": "📣"}, 400, "invalid"),
        ({"reason": ""}, 400, "invalid"),
        ({"messages": 10**12}, 400, "invalid"),
    ],
)
def test_what_cannot_be_adjusted_is_refused(call, booked, given, status, code):
    body = {"month": "2026-11", "messages": 1, "reason": "LINE's bill"} | given

    answer = call("billing.adjust_ledgerentry").post("ledger/adjustments/", body)

    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_a_key_of_everything_does_not_adjust_the_ledger(call, booked):
    body = {"month": "2026-11", "messages": 1, "reason": "LINE's bill"}

    assert call().post("ledger/adjustments/", body).status_code == 403
    assert call("billing.adjust_ledgerentry").post("ledger/adjustments/", body).status_code == 201
