"""The pages of cost: the month's bill, the three views, purposes, the ledger and its files."""

import csv
import io
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django_tenants.utils import schema_context

from accounts.models import Activity
from billing import ledger, services
from billing.models import LedgerEntry, NoticePrice
from tests.billing.factories import make_entry
from tests.invoices.factories import make_contract

KIND = LedgerEntry.Kind


@pytest.fixture(autouse=True)
def in_november(time_machine) -> None:
    time_machine.move_to(datetime(2026, 11, 20, 3, tzinfo=UTC), tick=False)


@pytest.fixture
def booked(tenant) -> None:
    """On the standard plan: 40,000 messages, ¥30,000; and 10 notices at ¥12."""
    with schema_context("public"):
        services.subscribe(tenant.pk, plan="standard", since=date(2023, 6, 1))
        NoticePrice.objects.create(tenant=tenant, valid_from=date(2026, 10, 1), unit_price=Decimal(12))
    ledger.post(
        tenant.pk,
        [
            make_entry(30_000, "broadcast:1/batch:1"),
            make_entry(9_990, "broadcast:2/batch:1"),
            make_entry(10, "test:3/push", kind=KIND.TEST),
        ],
    )
    ledger.post_notices(tenant.pk, [make_entry(10, "notice:shipped/day:1")])


def rows_of(content: bytes, encoding: str = "utf-8-sig") -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode(encoding))))


def test_the_month_has_fee_and_tax(visit, booked):
    page = visit().read("cost/")

    assert "¥45,120" in page  # 30,000 + 15,000 + 120
    assert "Tax (10 %)" in page
    assert "¥4,512" in page
    assert "¥49,632" in page


def test_the_same_sends_are_seen_in_the_view_that_is_asked_for(visit, booked):
    visitor = visit()

    marginal, average, listed = (
        visitor.read("cost/", {"view": view}) for view in ("marginal", "average", "list_price")
    )

    assert 'data-label="Added to the bill">¥29,970<' in marginal
    assert 'data-label="Share of the bill">¥11,239<' in average  # 45,000 × 9,990 ÷ 40,000
    assert 'data-label="List price">¥90,000<' in listed
    assert "every message of the month bears the same" in average


@pytest.mark.parametrize("view", ["", "gross", "🤑", "%00"])
def test_a_view_that_there_is_not_is_the_first(visit, booked, view):
    assert "who sends first uses the free messages" in visit().read("cost/", {"view": view})


def test_sends_are_summed_and_found_by_purpose(visit, booked):
    page = visit().read("cost/")
    tests = visit().read("cost/", {"purpose": "test"})

    assert all(name in page for name in ("Broadcasts", "Test sends", "Notification messages"))
    assert tests.count("<tr>\n    <th scope") == 1
    assert 'data-label="Messages">10<' in tests


def test_many_sends_are_paged(visit, tenant, booked, django_assert_max_num_queries):
    ledger.post(tenant.pk, [make_entry(1, f"broadcast:{number}/batch:1") for number in range(100, 220)])
    visitor = visit()
    visitor.read("cost/")

    with django_assert_max_num_queries(30):
        first = visitor.read("cost/")
    newest = list(LedgerEntry.objects.filter(tenant=tenant.pk).order_by("-pk")[:50])
    second = visitor.read("cost/", {"before": str(newest[-1].pk)})

    assert first.count("<tr>\n    <th scope") == second.count("<tr>\n    <th scope") == 50
    assert "Older" in first
    assert "Newest" in second


def test_who_sees_the_clients_price_sees_no_net(visit, tenant, booked):
    with schema_context("public"):
        make_contract(tenant, rate=Decimal("0.2"), passes_monthly_fee=False)

    theirs, ours = visit("viewer").read("cost/"), visit("finance").read("cost/")

    assert "¥36,000" in theirs
    assert all(net not in theirs for net in ("¥30,000", "¥15,000", "By price", "List price", "Prices used"))
    assert all(net in ours for net in ("¥30,000", "¥15,000", "By price", "List price", "Prices used"))


def test_the_clients_price_is_rounded_and_taxed_as_it_is_billed(visit, tenant, booked):
    terms = {"kind": "margin", "rate": Decimal("0.15"), "rounding": "up", "tax_rate": Decimal("0.08")}
    with schema_context("public"):
        make_contract(tenant, **terms)

    page = visit("viewer").read("cost/")

    # 35,294.1… + 17,647.05… + 141.1… are billed as 35,295 + 17,648 + 142, and 4,246.8 of tax as 4,246.
    assert all(amount in page for amount in ("¥17,648", "¥53,085", "¥4,246", "¥57,331"))


def test_the_views_of_a_send_are_shown_elsewhere(visit, other_tenant, booked):
    part = visit().read("cost/of-owner/", {"owner": "broadcast:2"})
    with schema_context("public"):
        ledger.post(other_tenant.pk, [make_entry(5, "broadcast:9/batch:1")])
    theirs = visit().read("cost/of-owner/", {"owner": "broadcast:9"})

    assert all(amount in part for amount in ("¥29,970", "¥11,239"))
    assert "<html" not in part
    assert "Nothing is booked for it" in theirs


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, 4),
        ({"month": "2026-11", "kind": "test"}, 1),
        ({"owner": "broadcast:"}, 2),
        ({"owner": "broadcast:2/", "kind": "multicast"}, 1),
        ({"month": "2026-10"}, 0),
        ({"owner": "が🎏%"}, 0),
    ],
)
def test_the_ledger_is_narrowed_and_so_is_its_file(visit, booked, asked, found):
    visitor = visit()

    page = visitor.read("cost/entries/", asked)
    file = visitor.get("cost/entries/file/", asked | {"file": "utf-8"})

    assert page.count('class="entry-name"') == found
    assert len(rows_of(file.content)) == found + 1
    assert ("No entry fits" in page) == (found == 0)


def test_a_month_of_the_ledger_that_is_none_is_named(visit, booked):
    assert "A month is written like 2026-11." in visit().read("cost/entries/", {"month": "💴"})


def test_the_file_has_what_the_reader_may_see_and_is_on_the_log(visit, tenant, booked):
    with schema_context("public"):
        make_contract(tenant, rate=Decimal("0.2"), passes_monthly_fee=False)

    theirs = visit("viewer").get("cost/entries/file/?file=cp932&kind=multicast")
    ours = visit("finance").get("cost/entries/file/?file=cp932&kind=multicast")

    assert rows_of(theirs.content, "cp932")[1][10] == "35964.00000000"
    assert rows_of(ours.content, "cp932")[1][10] == "29970.0000"
    assert Activity.objects.filter(verb="ledger.exported").count() == 2


def test_an_excel_file_is_one(visit, booked):
    assert visit().get("cost/entries/file/").content.startswith(b"PK")
