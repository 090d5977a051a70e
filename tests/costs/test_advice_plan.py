"""Which plan fits next month, by the months that were and what is scheduled."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from billing import offers, quota
from broadcasts.models import Broadcast
from costs.advice import habits, plan
from tests.billing.test_offers import plan_lists
from tests.costs.factories import book, subscribe
from tests.factories import make_broadcast

MID_DECEMBER = datetime(2026, 12, 15, 3, tzinfo=UTC)
SINCE = date(2025, 12, 1)


@pytest.fixture(autouse=True)
def in_december(tenant):
    with time_machine.travel(MID_DECEMBER, tick=False):
        yield


def months_of(*counts: int) -> None:
    """The full months before December 2026, the last at the end."""
    for back, count in enumerate(reversed(counts)):
        place = 2026 * 12 + 10 - back
        at = datetime(place // 12, place % 12 + 1, 10, 3, tzinfo=UTC)
        book("broadcast:1", count, at=at)


def advised(tenant) -> plan.Advice:
    return plan.of(tenant.pk, MID_DECEMBER)


def test_a_plan_that_would_cost_less_is_advised_with_what_it_saves(tenant):
    subscribe("standard", since=SINCE)
    months_of(4_000, 4_500, 3_000, 20_000)

    found = advised(tenant)

    assert found.month == date(2027, 1, 1)
    assert found.outlook == plan.Outlook(4_000, 4_500, 20_000)
    assert (found.best.offer.code, found.is_change, found.is_lower) == ("light", True, True)
    assert found.saving == Decimal(10_000)
    # In the three small months ¥5,000 instead of ¥15,000; in the large one Light had to be upgraded.
    assert found.past_saving == Decimal(30_000)
    assert (found.high.amount, found.high.upgraded_to) == (Decimal(15_000), "Standard plan")


def test_a_plan_that_is_too_small_is_told_to_be(tenant):
    subscribe("light", since=SINCE)
    months_of(6_000, 7_000, 8_000)

    found = advised(tenant)

    assert (found.best.offer.code, found.is_too_small, found.is_lower) == ("standard", True, False)
    assert found.saving == 0


def test_the_present_plan_stays_if_no_other_costs_less(tenant):
    subscribe("standard", since=SINCE)
    months_of(40_000, 50_000, 60_000)

    found = advised(tenant)

    assert (found.best.offer.code, found.is_change) == ("standard", False)
    assert found.best.expected.amount == 15_000 + 20_000 * 3


def test_what_is_scheduled_for_the_month_is_the_least_that_is_expected(tenant):
    subscribe("light", since=SINCE)
    months_of(1_000, 1_000, 1_000)
    made = make_broadcast()
    at = datetime(2027, 1, 5, 3, tzinfo=UTC)
    Broadcast.objects.filter(pk=made.pk).update(status="scheduled", send_at=at, estimated_count=9_000)

    found = advised(tenant)

    assert (found.scheduled, found.outlook) == (9_000, plan.Outlook(9_000, 9_000, 9_000))
    assert found.best.offer.code == "standard"


def test_the_present_month_can_be_the_high_one_before_it_is_over(tenant):
    subscribe("standard", since=SINCE)
    months_of(1_000, 1_000, 1_000)
    book("broadcast:2", 29_800, at=MID_DECEMBER)

    found = advised(tenant)

    assert found.outlook == plan.Outlook(1_000, 1_000, 29_800)
    assert (found.high.amount, found.high.upgraded_to) == (Decimal(15_000), "Standard plan")


def test_two_full_months_are_too_few(tenant):
    subscribe("light", since=SINCE)
    months_of(1_000, 2_000)

    found = advised(tenant)

    assert (found.best, found.missing_months) == (None, 1)


def test_a_month_counts_by_line_where_others_sent_too(tenant):
    subscribe("light", since=SINCE)
    months_of(1_000, 1_000, 1_000)
    quota.record_reading(tenant.pk, limit=5_000, used=4_000, at=datetime(2026, 11, 29, 3, tzinfo=UTC))

    assert [count for _month, count in advised(tenant).history] == [1_000, 1_000, 4_000]


def test_a_month_without_messages_counts_once_sending_has_begun(tenant):
    subscribe("light", since=SINCE)
    book("broadcast:1", 900, at=datetime(2026, 9, 10, 3, tzinfo=UTC))

    assert [count for _month, count in advised(tenant).history] == [900, 0, 0]


def test_thirteen_months_ago_is_forgotten(tenant):
    subscribe("light", since=SINCE)
    months_of(*range(1, 14))

    assert [count for _month, count in advised(tenant).history] == list(range(2, 14))


def test_without_a_plan_none_is_advised(tenant):
    months_of(1_000, 1_000, 1_000)

    assert not advised(tenant).is_change
    assert advised(tenant).saving is None


def test_free_messages_that_are_left_every_month_are_told(tenant):
    subscribe("light", since=SINCE)
    months_of(4_000, 4_400, 4_800)

    found = habits.free_left(advised(tenant).history, tenant.pk)

    assert (found.average, found.free_messages) == (600, 5_000)


def test_a_month_that_used_all_its_free_messages_is_no_habit(tenant):
    subscribe("light", since=SINCE)
    months_of(4_000, 5_000, 4_800)

    assert habits.free_left(advised(tenant).history, tenant.pk) is None


@given(st.lists(st.integers(0, 100_000), min_size=1, max_size=12), st.integers(0, 100_000))
def test_an_outlook_rises_and_is_never_below_what_is_scheduled(history, scheduled):
    found = plan.outlook_of(history, scheduled)

    assert scheduled <= found.low <= found.expected <= found.high == max(*history, scheduled)


@given(plan_lists(), st.lists(st.integers(0, 60_000), min_size=3, max_size=12))
def test_no_row_of_the_table_is_cheaper_in_the_expected_month_than_the_best(among, past):
    outlook = plan.outlook_of(past, 0)

    rows = plan.compare(among, outlook, past)

    best = offers.cheapest(among, outlook.expected)
    costs = [row.expected.amount for row in rows if row.expected and not row.expected.upgraded_to]
    assert (best.month_cost(outlook.expected) if best else None) == min(costs, default=None)


@given(plan_lists(), st.integers(0, 60_000))
def test_a_month_that_outgrows_its_plan_costs_what_a_higher_one_does(among, messages):
    for offer in among:
        cost = plan.cost_of(offer, among, messages)
        higher = [each for each in among if each.rank > offer.rank]
        possible = [offer] if offer.month_cost(messages) is not None else higher

        least = min((c for o in possible if (c := o.month_cost(messages)) is not None), default=None)
        assert (cost.amount if cost else None) == least
