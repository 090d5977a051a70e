"""Pages of returns: the table, a row taken apart, files, the fee of a tool, the part on a send's result."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from io import BytesIO
from zipfile import ZipFile

import pytest
import time_machine
from django_tenants.utils import tenant_context

from accounts.models import Activity
from attribution.counting import turns
from campaigns import services as campaigns
from costs.models import FeeSettings
from tests.attribution.factories import buy, make_buyer
from tests.costs.factories import AT, NOVEMBER, book, make_result, make_send, subscribe
from tests.factories import make_broadcast

OF_NOVEMBER = "first=2026-11-01&last=2026-11-30"
RETURNS = f"cost/returns/?{OF_NOVEMBER}"


@pytest.fixture(autouse=True)
def _later():
    """November is over, and the browser's session is not."""
    with time_machine.travel(datetime(2026, 12, 20, 3, tzinfo=UTC)):
        yield


@pytest.fixture
def plan(tenant):
    subscribe("standard")
    return tenant


@pytest.fixture
def page(plan, visit):
    """A marketer's browser."""
    return visit("marketer")


@pytest.fixture
def send(plan):
    """40,000 messages for ¥30,000, the month's fee of ¥15,000, 500 opens and 3 orders after a click."""
    made = make_send(40_000, tracks_people=True)
    friend, customer = make_buyer()
    make_result(made, opened=500, clickers=(friend.pk,), linked=9)
    for total in (10_000, 30_000, 50_000):
        buy(customer, AT + timedelta(days=1), total)
    turns.catch_up()
    return made


def test_a_send_stands_with_what_it_cost_and_what_each_thing_cost(page, send):
    shown = page.read(RETURNS)

    assert "Autumn sale" in shown
    assert "¥45,000" in shown
    assert "¥90.0" in shown  # each open
    assert "¥15,000.0" in shown  # each order
    assert "200%" in shown


def test_every_figure_says_how_it_was_reckoned(page, send):
    shown = page.read(f"cost/returns/send/{send.ledger_owner}/?{OF_NOVEMBER}")

    assert "¥45,000 ÷ 500 = ¥90.0" in shown
    assert "¥90,000 ÷ ¥45,000 = 200%" in shown
    assert "¥45,000 ÷ ¥90,000 = ¥0.50" in shown


def test_the_share_of_the_monthly_fee_is_shown_with_its_arithmetic(page, send):
    make_send(10_000, name="Other", at=AT + timedelta(days=1))

    shown = page.read(f"cost/returns/send/{send.ledger_owner}/?{OF_NOVEMBER}")

    assert "¥12,000" in shown  # 40,000 of 50,000 messages bear so much of ¥15,000
    assert "50,000" in shown


def test_a_period_without_sends_says_what_will_stand_here(tenant, visit):
    assert "As soon as LINE accepts a message" in visit("marketer").read(RETURNS)


def test_a_fee_of_a_month_without_sends_is_shown_all_the_same(page):
    assert "Monthly fees while nothing was sent" in page.read(RETURNS)


@pytest.mark.parametrize("by", ["send", "campaign", "scenario", "route", "month"])
def test_the_table_is_broken_down_in_five_ways(page, send, by):
    book("scenario:7/step:1", 20)
    campaigns.assign(
        send.ledger_owner, campaigns.create(name="Autumn 秋", starts_on=NOVEMBER, by=None), by=None
    )

    assert "Total" in page.read(f"{RETURNS}&by={by}")


@pytest.mark.parametrize(
    "query",
    [
        "first=2026-11-30&last=2026-11-01",
        "first=0001-01-01&last=9999-12-31",
        "first=🎌&last=",
        "by=nothing&view=nothing&orders=nothing&fees=nothing&sort=nothing",
        "sort=%00&by=%00",
    ],
)
def test_what_cannot_be_asked_is_this_month(page, query):
    assert page.get(f"cost/returns/?{query}").status_code == 200


def test_what_is_not_there_is_not_found(page, send, other_tenant):
    with tenant_context(other_tenant):
        other = make_send(100, at=AT)

    for address in (
        "send/broadcast:999",
        f"send/broadcast:{other.pk + 1_000}",
        "nothing/broadcast:1",
        "month/2026-13",
    ):
        assert page.get(f"cost/returns/{address}/?{OF_NOVEMBER}").status_code == 404
    assert page.get(f"cost/returns/sends/{other.pk + 1_000}/").status_code == 404


def test_rows_are_sorted_by_a_column_what_is_not_known_last(page, send):
    make_send(50_000, name="Larger", at=AT - timedelta(days=1))

    shown = page.read(f"{RETURNS}&sort=spend")
    by_opens = page.read(f"{RETURNS}&sort=-opens")

    assert shown.index("Larger") < shown.index("Autumn sale")
    assert by_opens.index("Autumn sale") < by_opens.index("Larger")


def test_a_campaign_leads_to_its_sends(page, send):
    campaign = campaigns.create(name="Autumn", starts_on=NOVEMBER, by=None)
    campaigns.assign(send.ledger_owner, campaign, by=None)

    shown = page.read(f"cost/returns/campaign/campaign:{campaign.pk}/?{OF_NOVEMBER}")

    assert f"cost/returns/send/{send.ledger_owner}/" in shown.replace("%3A", ":")


def test_the_steps_of_a_scenario_cost_what_it_does(page):
    book("scenario:7/step:1", 30_000)
    book("scenario:7/step:2", 10_000)

    shown = page.read(f"cost/returns/scenario/scenario:7/?{OF_NOVEMBER}")

    assert "¥11,250" in shown  # 30,000 free messages and three quarters of the fee
    assert "¥33,750" in shown


def test_the_chart_has_twelve_months(page, send):
    shown = page.read(f"cost/returns/chart/?{OF_NOVEMBER}")

    assert "2025/12" in shown
    assert "2026/11: ¥45,000" in shown


def test_without_any_spend_there_is_no_chart(tenant, visit):
    assert "Nothing was spent" in visit("marketer").read(f"cost/returns/chart/?{OF_NOVEMBER}")


def test_the_result_of_a_send_has_its_cost(page, send):
    assert f"cost/returns/sends/{send.pk}/" in page.read(f"broadcasts/{send.pk}/results/")

    assert "¥45,000 ÷ 3 = ¥15,000.0" in page.read(f"cost/returns/sends/{send.pk}/")


def test_a_send_that_is_not_booked_has_no_cost_yet(page, plan):
    assert page.read(f"cost/returns/sends/{make_broadcast().pk}/") == ""


@pytest.mark.parametrize(("kind", "encoding"), [("utf-8", "utf-8-sig"), ("cp932", "cp932")])
def test_the_table_is_a_file(page, plan, kind, encoding):
    made = make_send(40_000, name="=秋セール🎌" if kind == "utf-8" else "=秋セール")

    file = page.get(f"cost/returns/file/?{OF_NOVEMBER}&kind={kind}").content.decode(encoding)

    assert f"{made.ledger_owner},'=秋セール" in file
    assert ",45000.0000," in file
    assert Activity.objects.filter(verb="returns.exported").exists()


def test_excel_has_numbers(page, send):
    file = page.get(f"cost/returns/file/?{OF_NOVEMBER}&kind=xlsx").content

    with ZipFile(BytesIO(file)) as book_of_sheets:
        sheet = book_of_sheets.read("xl/worksheets/sheet1.xml").decode()
    assert "<v>45000</v>" in sheet
    assert "<f>" not in sheet


def test_a_fee_is_entered_and_kept_with_those_before(plan, visit):
    owner = visit("owner")

    owner.send("cost/returns/fees/", {"name": "Musubi", "amount": "9000", "since": "2026-11"})
    shown = owner.send("cost/returns/fees/", {"name": "Musubi ＋", "amount": "12000", "since": "2026-12"})

    assert "¥9,000" in shown
    assert "Musubi ＋" in shown
    assert list(FeeSettings.objects.values_list("valid_from", "amount")) == [
        (date(2026, 12, 1), 12_000),
        (date(2026, 11, 1), 9_000),
    ]


@pytest.mark.parametrize(
    "given",
    [
        {"name": "", "amount": "1", "since": "2026-11"},
        {"name": "A" * 101, "amount": "1", "since": "2026-11"},
        {"name": "A", "amount": "-1", "since": "2026-11"},
        {"name": "A", "amount": "NaN", "since": "2026-11"},
        {"name": "A", "amount": "1e30", "since": "2026-11"},
        {"name": "A", "amount": "1.234", "since": "2026-11"},
        {"name": "A", "amount": "1", "since": "2026-13"},
        {"name": "A", "amount": "1", "since": "0001-01"},
        {"name": "A", "amount": "1", "since": "いつか"},
    ],
)
def test_what_cannot_be_a_fee_is_refused(plan, visit, given):
    response = visit("owner").post("cost/returns/fees/", given)

    assert response.status_code == 200
    assert not FeeSettings.objects.exists()


def test_a_marketer_sees_fees_and_enters_none(page):
    assert '<form method="post" class="stack">' not in page.read("cost/returns/fees/")
    assert (
        page.post("cost/returns/fees/", {"name": "A", "amount": "1", "since": "2026-11"}).status_code == 403
    )


def test_the_page_asks_as_much_for_many_sends_as_for_few(page, send, django_assert_max_num_queries):
    page.read(RETURNS)
    for place in range(20):
        made = make_send(100, at=AT + timedelta(minutes=place), name=f"Send {place}", tracks_people=True)
        make_result(made, opened=30, orders=1, revenue=Decimal(1_000))

    with django_assert_max_num_queries(40):
        page.read(RETURNS)
