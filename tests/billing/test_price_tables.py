from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.utils.translation import override

from billing.models import Plan, PriceTable

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("code", "fee", "free", "covered"),
    [("communication", 0, 200, 200), ("light", 5_000, 5_000, 5_000), ("standard", 15_000, 30_000, None)],
)
def test_the_japanese_plans_are_shipped(code, fee, free, covered):
    table = PriceTable.objects.in_force(date(2026, 11, 1)).get(plan__country="JP", plan__code=code)

    tariff = table.tariff()

    assert (tariff.monthly_fee, tariff.free_messages, tariff.covered_messages) == (fee, free, covered)
    assert (tariff.tax_rate, tariff.is_tax_included) == (Decimal("0.10"), False)


def test_the_month_decides_which_table_holds():
    standard = PriceTable.objects.filter(plan__code="standard")

    assert standard.in_force(date(2026, 9, 1)).get().valid_from == date(2023, 6, 1)
    assert standard.in_force(date(2026, 10, 1)).get().valid_from == date(2026, 10, 1)
    assert not standard.in_force(date(2023, 5, 1)).exists()


def test_prices_nobody_has_confirmed_say_so():
    tables = PriceTable.objects.in_force(date(2026, 11, 1))

    assert not tables.get(plan__code="standard").is_confirmed
    assert "no source with the new prices was found" in tables.get(plan__code="standard").source


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
