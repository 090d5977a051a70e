"""The quota page: what is used, coming and left, where the month ends, and the days beside LINE's."""

from datetime import date, timedelta

import pytest
from django.utils import timezone
from django.utils.html import strip_tags
from django_tenants.utils import schema_context

from billing import ledger, live, month_end, quota, quota_chart
from billing.live import Course
from billing.models import Reserve
from billing.quota import Committed
from billing.reconciling import booking, days
from tests.billing.factories import make_entry


@pytest.fixture
def used(tenant, channel):
    """On the standard plan; 1,000 sent by Musubi, and 200 by LINE's console yesterday."""
    now = timezone.now()
    ledger.post(tenant.pk, [make_entry(1_000, at=now)])
    quota.record_reading(tenant.pk, limit=30_000, used=1_200, at=now)
    return now


def text_of(page: str) -> str:
    """What the page says, without its markup."""
    return " ".join(strip_tags(page.replace("<", " <")).split())


def test_every_part_of_the_month_has_its_figure_and_its_words(visit, tenant, used):
    Reserve.objects.create(tenant=tenant, valid_from=date(2026, 1, 1), messages=2_000)

    text = text_of(visit().read("cost/quota/"))

    assert "Sent by Musubi 1,000 3.3%" in text
    assert "Sent outside Musubi 200" in text
    assert "Kept back for automatic messages 2,000" in text
    assert "Still free 26,800" in text
    assert "Limit at LINE 30,000" in text


def test_before_line_was_asked_the_limit_is_the_plans(visit, channel):
    page = visit().read("cost/quota/")

    assert "LINE has not been asked about this month yet" in page
    assert "only what is scheduled is expected" in page


def test_more_scheduled_than_left_is_told(tenant, used):
    found = live.LiveQuota(quota.status(tenant.pk, used), Committed({used.date(): 40_000}, 500), 0)

    assert (found.missing, found.remaining, found.free) == (11_700, 0, 0)
    assert sum(share.length for share in found.shares) <= 100


def test_parts_of_the_bar_follow_each_other_to_the_end(tenant, used):
    found = live.LiveQuota(quota.status(tenant.pk, used), Committed({used.date(): 3_000}, 500), 2_000)

    starts = [share.start for share in found.shares]
    ends = [round(share.start + share.length, 1) for share in found.shares]

    assert [share.code for share in found.shares] == [
        "ours",
        "outside",
        "reserved",
        "scheduled",
        "kept",
        "free",
    ]
    assert [round(start, 1) for start in starts[1:]] == ends[:-1]
    assert ends[-1] == 100.0


def test_asking_line_brings_its_answer_onto_the_page(visit, channel, simulator):
    simulator.configure(channel.channel_id, quota=4_321)
    visitor = visit()

    visitor.post("channel/quota/")

    assert "4,321" in visitor.read("cost/quota/")


def test_the_days_say_why_the_counts_differ(visit, tenant, used):
    yesterday = days.today_of(used) - timedelta(days=1)
    booking.record(tenant.pk, yesterday, {"targeting": 200}, at=used)
    booking.book(tenant.pk, yesterday, yesterday, at=used)

    page = visit().read("cost/quota/", {"month": f"{yesterday:%Y-%m}"})

    assert "LINE’s console: to some friends" in page
    assert "Sent in LINE Official Account Manager" in page
    assert "+200" in page


def test_a_month_that_is_none_is_named(visit, channel):
    assert "A month is written like 2026-11." in visit().read("cost/quota/", {"month": "２０２６－９９"})


def test_the_bar_alone_costs_few_queries(tenant, used, django_assert_max_num_queries):
    with django_assert_max_num_queries(18):
        assert live.now(tenant, used).shares


def test_the_course_is_drawn_from_the_first_to_the_last_day():
    first = date(2026, 11, 1)
    rest = [date(2026, 11, day) for day in range(20, 31)]
    end = month_end.expect(rest, used=500, scheduled={rest[3]: 500}, before=[])

    drawn = quota_chart.draw(first, Course({first: 100, rest[0]: 500}, end, 0.5), 1_500)

    assert drawn.most == 1_500
    assert drawn.limit == 0.0
    assert drawn.used == "0.00,40.00 3.33,37.33 65.00,26.67"
    assert drawn.expected.endswith("100.00,13.33")
    assert drawn.columns[-1].expected == 1_000


def test_a_limit_far_above_does_not_flatten_the_drawing():
    rest = [date(2026, 11, 30)]
    end = month_end.expect(rest, used=500, scheduled={}, before=[])

    assert quota_chart.draw(date(2026, 11, 1), Course({rest[0]: 500}, end, 1.0), 200_000).limit is None


def test_another_clients_use_is_not_shown(visit, used, other_tenant):
    with schema_context("public"):
        ledger.post(other_tenant.pk, [make_entry(7_777, at=used)])

    assert "7,777" not in visit().read("cost/quota/")
