"""What a send cost, in three views."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from billing import ledger, three_views
from billing.models import NoticePrice
from billing.three_views import View, shares
from tests.billing.factories import NOVEMBER, make_entry, make_tenant

pytestmark = pytest.mark.django_db


def test_the_same_sends_in_the_three_views():
    tenant = make_tenant("standard")
    ledger.post(
        tenant.pk, [make_entry(30_000, "broadcast:1/batch:1"), make_entry(10_000, "broadcast:2/batch:1")]
    )

    views = three_views.of_month(tenant.pk, NOVEMBER)

    first, second = views["broadcast:1"], views["broadcast:2"]
    assert (first.marginal, second.marginal) == (0, 30_000)
    assert (first.average, second.average) == (33_750, 11_250)  # of 15,000 + 30,000
    assert (first.list_price, second.list_price) == (90_000, 30_000)
    assert list(views) == ["broadcast:2", "broadcast:1"]


def test_what_cannot_be_divided_evenly_still_sums_to_the_bill():
    tenant = make_tenant("light")
    ledger.post(tenant.pk, [make_entry(1, f"broadcast:{number}/batch:1") for number in range(7)])

    averages = [each.average for each in three_views.of_month(tenant.pk, NOVEMBER).values()]

    assert sum(averages) == 5_000
    assert set(averages) == {Decimal("714.2857"), Decimal("714.2858")}


def test_some_owners_have_the_shares_they_have_among_all():
    tenant = make_tenant("standard")
    ledger.post(tenant.pk, [make_entry(10, "broadcast:1/batch:1"), make_entry(30, "broadcast:2/batch:1")])

    views = three_views.of_owners(tenant.pk, NOVEMBER, ["broadcast:1", "broadcast:9"])

    assert {owner: each.average for owner, each in views.items()} == {"broadcast:1": 3_750}


def test_a_plan_without_extra_messages_has_no_list_price():
    tenant = make_tenant("communication")
    ledger.post(tenant.pk, [make_entry(10, "broadcast:1/batch:1")])

    [views] = three_views.of_month(tenant.pk, NOVEMBER).values()

    assert views.list_price is None
    assert views.seen(View.LIST_PRICE) is None
    assert views.seen(View.AVERAGE).amount == 0


def test_notices_cost_the_same_in_every_view():
    tenant = make_tenant("standard")
    NoticePrice.objects.create(tenant=tenant, valid_from=NOVEMBER, unit_price=Decimal(10))
    ledger.post(tenant.pk, [make_entry(10, "broadcast:1/batch:1")])
    ledger.post_notices(tenant.pk, [make_entry(4, "notice:shipped/day:1")])

    views = three_views.of_month(tenant.pk, NOVEMBER)

    assert [views["notice:shipped"].amount(view) for view in View] == [40, 40, 40]
    assert views["broadcast:1"].average == 15_000


def test_a_send_over_the_turn_of_a_month_has_the_views_of_both():
    tenant = make_tenant("standard")
    december = datetime(2026, 12, 1, 3, tzinfo=UTC)
    ledger.post(
        tenant.pk,
        [make_entry(10, "broadcast:1/batch:1"), make_entry(20, "broadcast:1/batch:2", at=december)],
    )

    views = three_views.of_owner(tenant.pk, "broadcast:1")

    assert (views.total.messages, views.average, views.list_price) == (30, 30_000, 90)
    assert three_views.of_owner(tenant.pk, "broadcast:2") is None


def test_each_view_is_told_in_a_sentence_of_either_language():
    with translation.override("en"):
        english = [str(view.sentence) for view in View]
    with translation.override("ja"):
        japanese = [str(view.sentence) for view in View]

    assert len(set(english) | set(japanese)) == 6


@given(
    st.decimals(0, 10**8, places=4),
    st.lists(st.integers(-500, 10**6), max_size=30),
)
def test_shares_sum_to_the_bill(bill, sizes):
    counts = {f"broadcast:{number}": size for number, size in enumerate(sizes)}

    parts = shares(bill, counts)

    assert sum(parts.values()) == (bill if sum(counts.values()) > 0 else 0)
    assert parts.keys() == counts.keys()


def test_who_has_no_month_has_no_views():
    assert three_views.of_month(make_tenant().pk, date(2020, 1, 1)) == {}
