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
