"""What a send adds to its month, with series that are still to come, on the pages where it is decided."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
import time_machine
from django_tenants.utils import schema_context

from billing.models import Budget
from broadcasts import forecasts
from broadcasts.models import Broadcast
from broadcasts.timing import calendar
from broadcasts.timing.recurrence import Rule
from tests.api.conftest import call  # noqa: F401  (a fixture)
from tests.costs.factories import agree, book, subscribe
from tests.factories import make_broadcast, make_friend, make_segment, make_series

NOW = datetime(2026, 12, 10, 3, tzinfo=UTC)
SINCE = date(2026, 1, 1)
NEW_YEAR = datetime(2027, 1, 4, 3, tzinfo=UTC)


@pytest.fixture(autouse=True)
def in_december(tenant):
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def paying(tenant):
    """All free messages of December are used."""
    subscribe("standard", since=SINCE)
    book("broadcast:1000", 30_000, at=NOW)
    return [make_friend(), make_friend()]


def make_weekly(people: int) -> None:
    """Every Thursday from now on, to so many people: three more times in December."""
    series = make_series(every="week", weekdays=[3], starts_on=date(2026, 12, 11))
    Broadcast.objects.filter(pk=series.pattern_id).update(estimated_count=people)


def test_dates_of_series_that_are_to_come_count_for_the_months_end(paying):
    make_weekly(1_000)

    result = forecasts.of_messages(10, NOW)

    assert (result.to_come, result.month_end_messages) == (3_000, 33_010)
    assert (result.amount_now, result.added_amount) == (30, 30)
    assert result.month_end_amount == 9_030


def test_a_rule_counts_the_dates_that_follow_in_the_month_of_the_first(tenant):
    rule = Rule(
        every="week",
        interval=1,
        weekdays=[3],
        month_day=None,
        at=datetime(2026, 12, 10, 10).time(),  # noqa: DTZ001  (a time of day)
        starts_on=date(2026, 12, 17),
        ends_on=None,
    )

    assert forecasts.more_times(rule, datetime(2026, 12, 17, 1, tzinfo=UTC)) == 2
    assert forecasts.more_times(None, NOW) == 0


def test_the_composer_says_in_one_sentence_what_the_send_adds(visit, paying):
    page = visit("marketer").read("broadcasts/forecast/", {"segment": make_segment().pk})

    assert "It adds ¥6 to the bill of 2026/12, which then ends at ¥6 for 30,002 messages." in page
    assert "Price step reached at month end: ¥3.0 for each extra message up to number 50,000." in page


def test_a_send_within_the_free_messages_is_said_to_add_nothing(visit, tenant):
    subscribe("standard", since=SINCE)
    make_friend()

    page = visit("marketer").read("broadcasts/forecast/", {"segment": make_segment().pk})

    assert "It adds nothing to the bill of 2026/12" in page


def test_the_plan_that_is_needed_is_named_where_the_send_is_decided(visit, tenant):
    subscribe("communication", since=SINCE)
    book("broadcast:1000", 200, at=NOW)
    make_friend()

    page = visit("account_manager").read("broadcasts/forecast/", {"segment": make_segment().pk})

    assert "The month does not allow this: 1 messages are needed, 0 are left." in page
    assert "Plan needed: “Light plan”. The month would cost ¥5,000 with it" in page


def test_who_sees_the_clients_price_sees_it_and_no_prices_of_line(visit, paying):
    agree(since=SINCE, kind="markup", rate=Decimal("0.5"), shows="gross")

    page = visit("marketer").read("broadcasts/forecast/", {"segment": make_segment().pk})

    assert "It adds ¥9 to the bill of 2026/12" in page
    assert "Price step reached" not in page
    assert "¥3.0" not in page


def test_a_budget_that_would_stop_the_send_is_told_before_it_is_scheduled(visit, call, paying, tenant):  # noqa: F811
    with schema_context("public"):
        Budget.objects.create(tenant=tenant, amount=Decimal(5), stops=True)
    draft = make_broadcast()

    page = visit("marketer").read("broadcasts/forecast/", {"segment": draft.segment_id})
    told = call().get(f"broadcasts/{draft.pk}/forecast/").json()

    assert "stops this send: of its 2 messages 1 would still fit" in page
    assert "stops this send" in told["budget_refusal"]


def test_each_day_of_the_calendar_tells_what_its_messages_will_cost(visit, paying):
    for day in (12, 13):
        made = make_broadcast(name="Sale")
        at = datetime(2026, 12, day, 3, tzinfo=UTC)
        Broadcast.objects.filter(pk=made.pk).update(status="scheduled", send_at=at, estimated_count=30_000)

    days = {each.day.day: each for each in calendar.days(date(2026, 12, 1), date(2026, 12, 31))}
    page = visit("marketer").read("broadcasts/calendar/", {"on": "2026-12-01"})

    assert days[12].cost.amount == 30_000 * 3
    assert days[13].cost.amount == 20_000 * 3 + 10_000 * Decimal("2.8")
    assert "¥178,000" in page
    assert "Where the month will end with all of this" in page


def test_the_calendars_days_sum_to_where_the_month_ends(visit, paying):
    make_weekly(7_000)

    days = calendar.days(date(2026, 12, 1), date(2026, 12, 31))

    planned = sum((day.to_cost.amount for day in days), Decimal(0))
    assert planned == forecasts.of_messages(0, NOW).month_end_amount


def test_a_month_that_has_not_begun_starts_with_all_its_free_messages(paying):
    make_weekly(1_000)

    result = forecasts.of_messages(0, NEW_YEAR)

    assert (result.month, result.month_used, result.to_come) == (date(2027, 1, 1), 0, 4_000)
    assert result.month_end_amount == 0


def test_an_endpoint_tells_the_cost_of_a_day(call, paying):  # noqa: F811
    made = make_broadcast()
    Broadcast.objects.filter(pk=made.pk).update(
        status="scheduled", send_at=datetime(2026, 12, 12, 3, tzinfo=UTC), estimated_count=10
    )

    [day] = call().get("calendar/?since=2026-12-12&until=2026-12-12").json()

    assert day["amount"] == "30.0000"
