from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.utils.translation import override

from billing import ledger, quota
from billing.errors import PlanExceeded
from billing.forecast import check, forecast
from billing.models import Reserve
from tests.billing.factories import MID_NOVEMBER, NOVEMBER, make_entry, make_tenant

pytestmark = pytest.mark.django_db


def test_a_forecast_tells_the_price_now_and_the_months_end():
    tenant = make_tenant("standard")
    ledger.post(tenant.pk, [make_entry(28_000)])

    result = forecast(tenant.pk, messages=5_000, at=MID_NOVEMBER, already_scheduled=60_000)

    assert (result.month_used, result.free_count, result.paid_count) == (28_000, 2_000, 3_000)
    assert result.amount_now == Decimal(9_000)
    assert [(part.count, part.unit_price) for part in result.parts] == [
        (2_000, Decimal(0)),
        (3_000, Decimal("3.0")),
    ]
    assert result.month_end_messages == 93_000
    assert result.month_end_amount == Decimal(50_000 * 3) + 13_000 * Decimal("2.8")
    assert (result.bracket.up_to, result.bracket.unit_price) == (100_000, Decimal("2.8"))
    assert (result.fits, result.remaining) == (True, None)
    assert (result.monthly_fee, result.currency) == (Decimal(15_000), "JPY")


def test_the_prices_since_october_2026_are_told_to_be_unconfirmed():
    november = forecast(make_tenant("standard").pk, messages=1, at=MID_NOVEMBER)
    light = forecast(make_tenant("light").pk, messages=1, at=MID_NOVEMBER)

    assert not november.is_confirmed
    assert light.is_confirmed


def test_a_send_beyond_the_plan_is_refused_with_how_many_fit():
    tenant = make_tenant("light")
    ledger.post(tenant.pk, [make_entry(4_000)])

    check(tenant.pk, 700, MID_NOVEMBER, already_scheduled=300)
    with pytest.raises(PlanExceeded) as refusal:
        check(tenant.pk, 1_701, MID_NOVEMBER, already_scheduled=300)

    assert refusal.value.code == "plan_exceeded"
    assert refusal.value.remaining == 700
    with override("en"):
        assert "1,701 messages, but only 700 are left this month" in refusal.value.message


def test_the_plan_that_would_cover_the_send_is_named():
    tenant = make_tenant("light")

    result = forecast(tenant.pk, messages=20_000, at=MID_NOVEMBER)

    assert (result.fits, result.remaining) == (False, 5_000)
    assert (result.cheaper_plan.code, result.cheaper_plan.month_amount) == ("standard", Decimal(15_000))
    assert result.cheaper_plan.saving is None


def test_a_plan_that_would_cost_less_is_named():
    tenant = make_tenant("standard")

    few = forecast(tenant.pk, messages=4_000, at=MID_NOVEMBER)
    many = forecast(tenant.pk, messages=40_000, at=MID_NOVEMBER)

    assert (few.cheaper_plan.code, few.cheaper_plan.saving) == ("light", Decimal(10_000))
    assert many.cheaper_plan is None


def test_the_owners_cap_on_extra_messages_limits_the_month():
    tenant = make_tenant("standard", additional_limit=1_000)

    check(tenant.pk, 31_000, MID_NOVEMBER)
    with pytest.raises(PlanExceeded):
        check(tenant.pk, 31_001, MID_NOVEMBER)


def test_the_limit_that_line_told_counts_with_what_others_sent():
    tenant = make_tenant("standard")
    ledger.post(tenant.pk, [make_entry(1_000)])
    quota.record_reading(tenant.pk, limit=30_000, used=21_000, at=MID_NOVEMBER)
    ledger.post(tenant.pk, [make_entry(500)])

    result = forecast(tenant.pk, messages=9_000, at=MID_NOVEMBER)

    assert result.month_used == 21_500
    assert (result.fits, result.remaining) == (False, 8_500)
    assert (result.free_count, result.paid_count) == (8_500, 500)


def test_without_a_registered_plan_only_lines_own_limit_counts():
    tenant = make_tenant(plan=None)
    check(tenant.pk, 100_000, MID_NOVEMBER)

    quota.record_reading(tenant.pk, limit=5_000, used=0, at=MID_NOVEMBER)
    result = forecast(tenant.pk, messages=100_000, at=MID_NOVEMBER)

    assert (result.plan_name, result.remaining, result.fits) == (None, 5_000, False)
    assert result.price_now.unplanned_count == 100_000


def test_the_quota_shows_our_count_and_lines():
    tenant = make_tenant("standard")
    ledger.post(tenant.pk, [make_entry(1_000)])
    quota.record_reading(tenant.pk, limit=30_000, used=3_000, at=MID_NOVEMBER)

    status = quota.status(tenant.pk, MID_NOVEMBER)

    assert (status.limit, status.used, status.remaining) == (30_000, 3_000, 27_000)
    assert (status.used_by_us, status.used_outside, status.used_by_line) == (1_000, 2_000, 3_000)


def test_the_newest_reading_of_the_month_counts_and_none_of_the_last():
    tenant = make_tenant("light")
    quota.record_reading(tenant.pk, limit=100, used=90, at=datetime(2026, 10, 31, 14, 59, tzinfo=UTC))
    assert quota.status(tenant.pk, MID_NOVEMBER).limit == 5_000

    quota.record_reading(tenant.pk, limit=200, used=0, at=datetime(2026, 11, 2, tzinfo=UTC))
    quota.record_reading(tenant.pk, limit=None, used=0, at=datetime(2026, 11, 3, tzinfo=UTC))

    status = quota.status(tenant.pk, MID_NOVEMBER)
    assert (status.limit, status.remaining) == (5_000, 5_000)


def test_what_it_adds_is_what_the_month_costs_less_without_it():
    tenant = make_tenant("standard")
    ledger.post(tenant.pk, [make_entry(20_000)])

    result = forecast(tenant.pk, messages=15_000, at=MID_NOVEMBER, already_scheduled=4_000, to_come=1_000)
    without = forecast(tenant.pk, messages=0, at=MID_NOVEMBER, already_scheduled=4_000, to_come=1_000)

    assert result.month_end_messages == 40_000
    assert result.added_amount == result.month_end_amount - without.month_end_amount == Decimal(30_000)
    assert result.amount_now == Decimal(15_000)


def test_series_that_are_to_come_refuse_nothing_but_are_told_when_they_will_not_fit():
    tenant = make_tenant("light")

    result = forecast(tenant.pk, messages=4_000, at=MID_NOVEMBER, to_come=1_001)

    assert (result.fits, result.fits_with_series, result.missing) == (True, False, 1)
    assert result.plan_needed.code == "standard"
    check(tenant.pk, 4_000, MID_NOVEMBER)


@pytest.mark.parametrize(
    ("plan", "cap", "line_limit", "obstacle", "needed"),
    [
        ("light", None, None, "plan", "standard"),
        ("standard", 1_000, None, "cap", None),
        ("standard", None, 5_000, "line", None),
        (None, None, 5_000, "line", None),
        ("standard", None, None, None, None),
    ],
)
def test_what_stands_against_a_send_is_told_with_the_plan_it_needs(plan, cap, line_limit, obstacle, needed):
    tenant = make_tenant(plan, additional_limit=cap)
    quota.record_reading(tenant.pk, limit=line_limit, used=0, at=MID_NOVEMBER)

    result = forecast(tenant.pk, messages=40_000, at=MID_NOVEMBER)

    assert result.obstacle == obstacle
    assert (result.plan_needed.code if result.plan_needed else None) == needed


def test_what_is_kept_back_is_not_for_sends_to_many():
    tenant = make_tenant("light")
    Reserve.objects.create(tenant=tenant, valid_from=NOVEMBER, messages=1_000)

    result = forecast(tenant.pk, messages=4_500, at=MID_NOVEMBER)
    check(tenant.pk, 4_500, MID_NOVEMBER, is_bulk=False)
    with pytest.raises(PlanExceeded) as refusal:
        check(tenant.pk, 4_500, MID_NOVEMBER)

    assert (result.obstacle, result.remaining, result.kept_back, result.plan_needed) == (
        "reserve",
        4_000,
        1_000,
        None,
    )
    assert (refusal.value.remaining, refusal.value.kept_back) == (4_000, 1_000)


@pytest.mark.parametrize("messages", [29_999, 30_000, 30_001, 79_999, 80_000, 80_001])
def test_the_bracket_is_that_of_the_last_message(messages):
    result = forecast(make_tenant("standard").pk, messages=messages, at=MID_NOVEMBER)

    price = result.bracket.unit_price if result.bracket else None
    assert price == (None if messages <= 30_000 else Decimal("3.0") if messages <= 80_000 else Decimal("2.8"))
