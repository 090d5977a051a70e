from datetime import date, timedelta

import pytest
from django.utils import timezone
from django_tenants.utils import schema_context, tenant_context

from billing import ledger, quota, services
from billing.reconciling import booking, days
from tests.billing.factories import make_entry


@pytest.fixture
def used(tenant, other_tenant):
    now = timezone.now()
    with schema_context("public"):
        for each in (tenant, other_tenant):
            services.subscribe(each.pk, plan="standard", since=date(2023, 6, 1))
    ledger.post(tenant.pk, [make_entry(1_000, at=now)])
    quota.record_reading(tenant.pk, limit=30_000, used=1_200, at=now)
    with tenant_context(other_tenant):
        ledger.post(other_tenant.pk, [make_entry(7_000, at=now)])
    return now


def test_the_quota_by_parts_and_where_the_month_ends(call, used):
    told = call().get("quota/").json()

    month_end, read_at = told.pop("month_end"), told.pop("read_at")
    assert told == {
        "month": f"{timezone.localtime(used):%Y-%m}",
        "limit": 30_000,
        "is_lines_limit": True,
        "used": 1_200,
        "sent_by_us": 1_000,
        "sent_outside": 200,
        "reserved": 0,
        "scheduled": 0,
        "kept_back": 0,
        "remaining": 28_800,
        "free": 28_800,
        "missing": 0,
        "used_by_line": 1_200,
    }
    assert read_at
    assert (month_end["low"], month_end["expected"], month_end["high"]) == (1_200, 1_200, 1_200)
    assert month_end["days"][-1]["expected"] == 1_200


def test_days_tell_both_counts_and_why_they_differ(call, tenant, used):
    yesterday = days.today_of(used) - timedelta(days=1)
    booking.record(tenant.pk, yesterday, {"targeting": 200}, at=used)
    booking.book(tenant.pk, yesterday, yesterday, at=used)

    told = call().get(f"quota/days/?month={yesterday:%Y-%m}").json()

    [newest, *_rest] = told["days"]
    assert (told["outside"], told["correction"]) == (200, 0)
    assert (newest["day"], newest["ours"], newest["by_line"]) == (yesterday.isoformat(), 0, 200)
    assert newest["kinds"] == [
        {
            "kind": "targeting",
            "ours": 0,
            "by_line": 200,
            "booked_outside": 200,
            "booked_correction": 0,
            "reasons": ["by_hand"],
            "explained": [
                "Sent in LINE Official Account Manager; booked as sent outside Musubi, "
                "since it uses the same quota."
            ],
        }
    ]


def test_a_month_that_is_none_is_refused(call, used):
    assert call().get("quota/days/?month=2026-13").status_code == 400


def test_a_month_to_come_has_no_days(call, used):
    told = call().get("quota/days/?month=2099-01").json()

    assert (told["days"], told["rest"]) == ([], None)
