"""Who sees which money: LINE's cost, or the client's price; and that nothing is paid twice."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
import time_machine
from django_tenants.utils import schema_context

from contracts.models import ContractOption
from costs.periods import Period
from costs.spending import Spend
from tests.costs.factories import AT, NOVEMBER, agree, make_result, make_send, reported, row, subscribe
from tests.factories import make_user

GROSS = {"shows": "gross", "counts_fees_in_return": True}
OF_NOVEMBER = "first=2026-11-01&last=2026-11-30"


@pytest.fixture(autouse=True)
def _later():
    with time_machine.travel(datetime(2026, 12, 20, 3, tzinfo=UTC)):
        yield


@pytest.fixture
def send(tenant):
    """¥30,000 of messages and ¥15,000 of fee, all of the month."""
    subscribe("standard")
    made = make_send(40_000)
    make_result(made, opened=500, orders=3, revenue=90_000)
    return made


def seen(role: str, **asked) -> Spend:
    return reported(user=make_user(role), **asked).total.spend


def test_without_a_contract_everybody_sees_lines_cost(send):
    assert seen("marketer") == seen("owner") == Spend(messages=Decimal(30_000), line_fee=Decimal(15_000))


def test_a_reader_of_gross_sees_the_mark_up_in_the_messages_and_not_again(send):
    agree(kind="markup", rate="0.2", base_fee=10_000, **GROSS)

    assert seen("marketer") == Spend(
        messages=Decimal(36_000), line_fee=Decimal(18_000), agency=Decimal(10_000)
    )


def test_the_agency_sees_net_and_the_mark_up_beside_it(send):
    agree(kind="markup", rate="0.2", base_fee=10_000, **GROSS)

    assert seen("owner") == Spend(messages=Decimal(30_000), line_fee=Decimal(15_000), agency=Decimal(19_000))


@pytest.mark.parametrize("view", ["marginal", "average", "list_price"])
@pytest.mark.parametrize(
    "terms",
    [
        {"kind": "markup", "rate": "0.2"},
        {"kind": "margin", "rate": "0.2"},
        {"kind": "margin", "rate": "0.2", "passes_monthly_fee": False},
        {"kind": "per_message", "unit_price": "4.5"},
        {"kind": "per_message", "unit_price": "4.5", "charges_free_messages": True, "minimum": 300_000},
        {"kind": "markup", "rate": "0.2", "payer": "client", "base_fee": 10_000, "minimum": 50_000},
    ],
)
def test_with_all_fees_both_see_the_same_in_all(send, terms, view):
    agree(**terms, **GROSS)

    assert abs(seen("marketer", view=view).total - seen("owner", view=view).total) <= Decimal("0.0001")


def test_the_share_of_what_is_paid_by_the_month_has_no_mark_up_of_messages_in_it(send):
    agree(kind="markup", rate="0.2", base_fee=10_000, **GROSS)

    [month] = reported(user=make_user("owner")).months

    assert month.monthly.total == 15_000 + 3_000 + 10_000
    assert sum(line.shared.total for line in month.lines) == month.monthly.total


def test_options_and_the_least_charge_count_in_the_months_that_they_are_of(send):
    contract = agree(minimum=35_000, base_fee=1_000, **GROSS)
    with schema_context("public"):
        given = {"contract": contract, "name_ja": "制作", "name_en": "Production"}
        ContractOption.objects.create(**given, unit_price=2_000)
        ContractOption.objects.create(**given, unit_price=7_000, month=date(2026, 12, 1))

    assert seen("owner").agency == 5_000 + 1_000 + 2_000


def test_the_least_charge_is_not_counted_before_the_month_is_over(send):
    agree(minimum=35_000, **GROSS)

    with time_machine.travel(datetime(2026, 11, 20, 3, tzinfo=UTC)):
        assert seen("owner").agency == 0


@pytest.mark.parametrize(("counts", "with_fees"), [(False, True), (True, False)])
def test_fees_count_only_if_contract_and_reader_want_it(send, counts, with_fees):
    agree(kind="markup", rate="0.2", base_fee=10_000, counts_fees_in_return=counts)

    assert seen("owner", with_fees=with_fees).agency == 0


def test_a_contract_holds_from_its_month_on(send):
    agree(since=date(2026, 12, 1), kind="markup", rate="0.2", **GROSS)

    assert seen("marketer").messages == 30_000


def test_each_month_of_a_period_is_seen_by_its_own_contract(send):
    agree(kind="markup", rate="0.2", shows="gross")
    agree(since=date(2026, 12, 1), shows="net")
    make_send(40_000, at=datetime(2026, 12, 5, 3, tzinfo=UTC))

    found = reported(Period(NOVEMBER, date(2026, 12, 31)), user=make_user("marketer"), by="month")

    assert [row(found, key).spend.messages for key in ("2026-11", "2026-12")] == [36_000, 30_000]


@pytest.mark.parametrize(
    "address",
    [
        f"cost/returns/?{OF_NOVEMBER}",
        f"cost/returns/?{OF_NOVEMBER}&view=average&by=month",
        f"cost/returns/?{OF_NOVEMBER}&view=list_price&fees=without",
        f"cost/returns/chart/?{OF_NOVEMBER}",
        f"cost/returns/file/?{OF_NOVEMBER}&kind=utf-8",
        "cost/returns/send/{owner}/?" + OF_NOVEMBER,
        "cost/returns/sends/{pk}/",
    ],
)
def test_no_page_shows_net_to_a_reader_of_gross(send, visit, address):
    agree(kind="markup", rate="0.37", **GROSS)
    at = address.format(owner=send.ledger_owner, pk=send.pk)

    shown, told = visit("marketer").get(at).content.decode(), visit("owner").get(at).content.decode()

    net = [
        each for each in ("¥30,000", "¥45,000", "¥15,000", "30000.0", "45000.0", "15000.0") if each in shown
    ]
    assert net == []
    assert any(each in told for each in ("45,000", "30,000", "120,000", "61650", "61,650"))


def test_a_send_costs_its_part_of_what_the_client_bears(send):
    agree(kind="markup", rate="0.2", base_fee=10_000, **GROSS)
    other = make_send(10_000, at=AT.replace(day=11))

    found = reported(user=make_user("marketer"))

    assert row(found, other.ledger_owner).spend == Spend(
        messages=Decimal(36_000), line_fee=Decimal(3_600), agency=Decimal(2_000)
    )
