from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import override

from billing import ledger, plans
from billing.models import NoticePrice, Plan, PriceTable
from billing.pricing import price_accepted
from tests.billing.factories import NOVEMBER, make_entry, make_tenant

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("month", "code", "name", "fee", "free", "covered", "tax"),
    [
        (date(2019, 9, 1), "communication", "フリープラン", 0, 1_000, 1_000, "0.08"),
        (date(2019, 10, 1), "communication", "フリープラン", 0, 1_000, 1_000, "0.10"),
        (date(2023, 5, 1), "light", "ライトプラン", 5_000, 15_000, None, "0.10"),
        (date(2023, 5, 1), "standard", "スタンダードプラン", 15_000, 45_000, None, "0.10"),
        (date(2023, 6, 1), "communication", "コミュニケーションプラン", 0, 200, 200, "0.10"),
        (NOVEMBER, "communication", "コミュニケーションプラン", 0, 200, 200, "0.10"),
        (NOVEMBER, "light", "ライトプラン", 5_000, 5_000, 5_000, "0.10"),
        (NOVEMBER, "standard", "スタンダードプラン", 15_000, 30_000, None, "0.10"),
    ],
)
def test_the_japanese_plans_are_shipped(month, code, name, fee, free, covered, tax):
    table = PriceTable.objects.in_force(month).get(plan__country="JP", plan__code=code)

    tariff = table.tariff()

    assert (tariff.monthly_fee, tariff.free_messages, tariff.covered_messages) == (fee, free, covered)
    assert (tariff.tax_rate, tariff.is_tax_included) == (Decimal(tax), False)
    with override("ja"):
        assert table.plan_name == name


@pytest.mark.parametrize(
    ("country", "code", "currency", "fee", "free", "covered"),
    [
        ("TW", "light_usage", "TWD", 0, 200, 200),
        ("TW", "medium_usage", "TWD", 800, 3_000, 3_000),
        ("TW", "high_usage", "TWD", 1_200, 6_000, None),
        ("TH", "free", "THB", 0, 300, 300),
        ("TH", "basic", "THB", 1_280, 15_000, None),
        ("TH", "pro", "THB", 1_780, 35_000, None),
    ],
)
def test_plans_abroad_are_shipped_and_not_confirmed(country, code, currency, fee, free, covered):
    table = PriceTable.objects.in_force(NOVEMBER).get(plan__country=country, plan__code=code)

    tariff = table.tariff()

    assert (tariff.currency, tariff.monthly_fee, tariff.free_messages) == (currency, fee, free)
    assert tariff.covered_messages == covered
    assert not table.is_confirmed


def test_the_month_decides_which_table_holds():
    standard = PriceTable.objects.filter(plan__country="JP", plan__code="standard")

    assert standard.in_force(date(2026, 9, 1)).get().valid_from == date(2023, 6, 1)
    assert standard.in_force(date(2026, 10, 1)).get().valid_from == date(2026, 10, 1)
    assert standard.in_force(date(2023, 5, 1)).get().valid_from == date(2019, 10, 1)
    assert not standard.in_force(date(2019, 3, 1)).exists()


def test_prices_nobody_has_confirmed_say_so():
    tables = PriceTable.objects.in_force(NOVEMBER)

    standard = tables.get(plan__country="JP", plan__code="standard")

    assert not standard.is_confirmed
    assert "no source with the new prices was found" in standard.source
    assert tables.get(plan__country="JP", plan__code="light").is_confirmed


def shipped() -> list[tuple[str, str, str]]:
    """Every shipped table: its country, plan and first month."""
    months = {"JP": ["2019-04-01", "2019-10-01", "2023-06-01"], "TW": ["2023-09-01"], "TH": ["2023-02-01"]}
    codes = {
        "JP": ["communication", "light", "standard"],
        "TW": ["light_usage", "medium_usage", "high_usage"],
        "TH": ["free", "basic", "pro"],
    }
    found = [
        (country, code, month) for country in months for code in codes[country] for month in months[country]
    ]
    return [*found, ("JP", "standard", "2026-10-01")]


def test_every_shipped_table_is_tried_here():
    rows = PriceTable.objects.of_everybody().values_list("plan__country", "plan__code", "valid_from")

    assert {(country, code, str(month)) for country, code, month in rows} == set(shipped())


@pytest.mark.parametrize(("country", "code", "month"), shipped())
def test_at_each_edge_of_a_bracket_one_more_message_costs_the_next_price(country, code, month):
    tables = PriceTable.objects.select_related("plan")
    tariff = tables.get(plan__country=country, plan__code=code, valid_from=month).tariff()
    prices = [Decimal(0), *(bracket.unit_price for bracket in tariff.brackets), Decimal(0)]
    edges = [0, *(bracket.up_to for bracket in tariff.brackets if bracket.up_to)]

    for number, edge in enumerate(edges):
        last = tariff.free_messages + edge
        below, on, above = (price_accepted(tariff, 0, last + step).amount for step in (-1, 0, 1))
        assert (on - below, above - on) == (prices[number], prices[number + 1])


@pytest.mark.parametrize("month", ["2019-10-01", "2023-06-01", "2026-10-01"])
def test_seventy_thousand_extra_messages_of_the_standard_plan_cost_206000_yen(month):
    """The worked example of line-sm.com/blog/lineofficial_message_count."""
    table = PriceTable.objects.get(plan__country="JP", plan__code="standard", valid_from=month)
    tariff = table.tariff()

    assert price_accepted(tariff, 0, tariff.free_messages + 70_000).amount == Decimal(206_000)


def test_a_plan_is_named_in_the_readers_language():
    plan = Plan.objects.get(country="JP", code="light")

    with override("ja"):
        assert plan.name == "ライトプラン"
    with override("en"):
        assert plan.name == "Light plan"


@pytest.mark.parametrize(
    "brackets",
    [
        [{"up_to": None, "unit_price": 3.0}],
        [{"up_to": None, "unit_price": "three"}],
        [{"up_to": 10.5, "unit_price": "3"}],
        [{"up_to": 20, "unit_price": "3"}, {"up_to": 10, "unit_price": "2"}],
        [{"unit_price": "3"}],
        {"up_to": None},
        ["3"],
    ],
)
def test_a_price_list_that_cannot_be_read_is_refused(brackets):
    table = PriceTable.objects.get(plan__code="standard", valid_from=date(2026, 10, 1))
    table.full_clean()

    table.brackets = brackets
    with pytest.raises(ValidationError) as refusal:
        table.full_clean()

    assert "brackets" in refusal.value.error_dict


def test_a_price_table_begins_on_the_first_of_a_month():
    table = PriceTable.objects.get(plan__code="standard", valid_from=date(2026, 10, 1))

    table.valid_from = date(2026, 10, 2)

    with pytest.raises(ValidationError, match="first day of a month"):
        table.full_clean()


def test_a_table_in_use_cannot_be_changed_or_deleted_in_the_database():
    ledger.post(make_tenant("standard").pk, [make_entry(500)])
    table = PriceTable.objects.filter(plan__code="standard", valid_from=date(2026, 10, 1))

    with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
        table.update(monthly_fee=1)
    with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
        table._raw_delete(table.db)
    table.update(is_confirmed=True, source="LINE's price list of 2026-10")

    assert table.get().is_confirmed


def test_a_table_is_in_use_when_a_month_was_booked_in_its_time_on_its_plan():
    ledger.post(make_tenant("light").pk, [make_entry(500)])
    japan = PriceTable.objects.filter(plan__country="JP")

    assert japan.filter(plan__code="communication", valid_from=date(2023, 6, 1)).update(monthly_fee=1) == 1
    assert japan.filter(plan__code="light", valid_from=date(2019, 10, 1)).update(monthly_fee=1) == 1
    with pytest.raises(IntegrityError, match="never changed"):
        japan.filter(plan__code="light", valid_from=date(2023, 6, 1)).update(monthly_fee=1)


def test_terms_say_the_currency_and_the_name_of_the_time():
    taiwan = make_tenant("high_usage", country="TW")
    japan = make_tenant("communication", since=date(2019, 4, 1))

    with override("ja"):
        assert plans.terms(japan.pk, date(2023, 5, 1)).name == "フリープラン"
        assert plans.terms(japan.pk, NOVEMBER).name == "コミュニケーションプラン"
    assert plans.terms(taiwan.pk, NOVEMBER).currency == "TWD"


def test_plans_are_compared_within_a_country():
    taiwan = make_tenant("medium_usage", country="TW")

    codes = [table.plan.code for table in plans.tables(taiwan.pk, NOVEMBER)]

    assert codes == ["light_usage", "medium_usage", "high_usage"]


def test_of_two_notice_prices_of_a_month_the_newer_holds():
    tenant = make_tenant()
    for month, price in ((date(2026, 4, 1), "8"), (date(2026, 10, 1), "9"), (date(2026, 10, 1), "7.5")):
        NoticePrice.objects.create(tenant=tenant, valid_from=month, unit_price=price, source="Contract")

    assert plans.notice_price(tenant.pk, date(2026, 9, 1)).unit_price == 8
    assert plans.notice_price(tenant.pk, NOVEMBER).unit_price == Decimal("7.5")
    assert plans.notice_price(tenant.pk, date(2026, 3, 1)) is None
    assert plans.notice_price(make_tenant().pk, NOVEMBER) is None
