"""What was spent and what came of it, by send, campaign, scenario, route and month."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from attribution.counting import turns
from billing import adjusting, ledger, three_views
from billing.models import LedgerEntry
from billing.three_views import View
from campaigns import services as campaigns
from costs import services
from costs.outcomes import Code, Orders
from costs.periods import Period
from costs.rows import ELSE, By
from costs.spending import Spend
from friends.models import Friend
from routes import costs as ads
from routes.costs import NewCost
from shops.models import ShopSettings
from shops.orders import upsert_orders
from tests.attribution.factories import arrive, click
from tests.costs.factories import (
    AT,
    IN_NOVEMBER,
    NOVEMBER,
    agree,
    book,
    make_clicks,
    make_result,
    make_send,
    reported,
    row,
    subscribe,
    sums,
)
from tests.factories import (
    make_arrival,
    make_customer,
    make_friend,
    make_link,
    make_order,
    make_route,
    make_user,
)

DAY = timedelta(days=1)
DECEMBER_20 = datetime(2026, 12, 20, 3, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _later():
    """November is over."""
    with time_machine.travel(DECEMBER_20):
        yield


@pytest.fixture
def plan(tenant):
    """Japan's standard plan: ¥15,000 with 30,000 free messages, then ¥3."""
    subscribe("standard")
    return tenant


def bought(customer: str, at: datetime, total: int) -> None:
    make_order(customer=customer, placed_at=at.isoformat(), total=total)


def pay(amount: int, **fields) -> None:
    route = fields.pop("route", None) or make_route("Ads")
    ads.add_cost(NewCost(route, IN_NOVEMBER.first, IN_NOVEMBER.last, Decimal(amount)), by=None)


def test_a_send_costs_its_messages_and_its_share_of_the_monthly_fee(plan):
    first, second = make_send(30_000), make_send(10_000, at=AT + DAY)

    found = reported()

    assert row(found, first.ledger_owner).spend == Spend(messages=Decimal(0), line_fee=Decimal(11_250))
    assert row(found, second.ledger_owner).spend == Spend(messages=Decimal(30_000), line_fee=Decimal(3_750))
    assert found.total.spend.total == sums(found) == Decimal(45_000)


@pytest.mark.parametrize(
    ("view", "amounts"),
    [
        (View.MARGINAL, [11_250, 33_750]),
        (View.AVERAGE, [33_750, 11_250]),
        (View.LIST_PRICE, [90_000, 30_000]),
    ],
)
def test_three_views_tell_three_costs_of_a_send(plan, view, amounts):
    first, second = make_send(30_000), make_send(10_000, at=AT + DAY)

    found = reported(view=view)

    assert [row(found, each.ledger_owner).spend.total for each in (first, second)] == amounts


@pytest.mark.parametrize("view", [View.MARGINAL, View.AVERAGE])
def test_the_views_are_those_of_the_ledger(plan, view):
    sends = [make_send(count, at=AT + count * timedelta(seconds=1)) for count in (333, 31_007, 12_345)]

    found, told = reported(view=view), three_views.of_month(plan.pk, NOVEMBER)

    for each in sends:
        spend = row(found, each.ledger_owner).spend
        seen = spend.messages if view == View.MARGINAL else spend.total
        assert abs(seen - told[each.ledger_owner].amount(view)) <= Decimal("0.0002")


def test_what_is_known_to_have_come_of_a_send_is_set_against_its_cost(plan):
    friends = [make_friend().pk for _ in range(4)]
    make_link(Friend.objects.get(pk=friends[0]), make_customer("1"))
    send = make_send(40_000, tracks_people=True)
    make_result(send, opened=500, clickers=(*friends, friends[0]), linked=9)
    for total in (10_000, 30_000, 50_000):
        bought("1", AT + DAY, total)

    found = row(reported(), send.ledger_owner)

    each = {code: measure.each for code, measure in found.measures.items()}
    assert each == {
        Code.OPENS: 90,
        Code.CLICKS: 9_000,
        Code.CLICKERS: 11_250,
        Code.LINKS: 5_000,
        Code.ORDERS: 15_000,
        Code.REVENUE: Decimal("0.5"),
    }
    assert found.measures[Code.REVENUE].per_spend == 2


def test_without_clicks_orders_or_figures_nothing_is_divided(plan):
    send = make_send(40_000)
    make_result(send, opened=None)

    found = row(reported(), send.ledger_owner)

    assert Code.OPENS not in found.measures
    assert found.measures[Code.CLICKS].each is None
    assert found.measures[Code.ORDERS].each is None


def test_what_cost_nothing_has_no_return_on_spend(tenant):
    send = make_send(100)
    make_result(send, orders=2, revenue=5_000)

    found = row(reported(), send.ledger_owner).measures

    assert (found[Code.ORDERS].each, found[Code.REVENUE].per_spend) == (0, None)


def test_an_order_after_two_clicks_counts_once_for_the_later_send_and_in_the_total(plan):
    aoi = make_friend("aoi")
    make_link(aoi, make_customer("1"))
    first, second = (make_send(1_000, at=AT + day * DAY, tracks_people=True) for day in (0, 1))
    for send in (first, second):
        make_result(send, clickers=(aoi.pk,), clicked_orders=1, clicked_revenue=3_000)
    bought("1", AT + 2 * DAY, 3_000)

    found = reported()

    assert [row(found, each.ledger_owner).measures[Code.ORDERS].count for each in (first, second)] == [0, 1]
    assert (found.total.measures[Code.ORDERS].count, found.total.measures[Code.REVENUE].count) == (1, 3_000)


def test_the_send_clicked_last_before_the_order_has_it_alone(plan):
    aoi = make_friend("aoi")
    make_link(aoi, make_customer("1"))
    first, second = (make_send(1_000, at=AT + day * DAY, tracks_people=True) for day in (0, 1))
    for send in (first, second):
        make_result(send, clicked_orders=1, clicked_revenue=3_000)
    make_clicks(first, (aoi.pk,), at=AT + 1.5 * DAY)
    make_clicks(second, (aoi.pk,), at=AT + 3 * DAY)
    bought("1", AT + 2 * DAY, 3_000)
    campaigns.assign(first.ledger_owner, autumn := make_campaign(), by=None)

    found = reported(by=By.CAMPAIGN)

    assert row(found, f"campaign:{autumn.pk}").measures[Code.ORDERS].count == 1
    assert row(found, ELSE).measures[Code.ORDERS].count == 0


def test_a_send_that_is_clicked_again_has_been_clicked_last(plan):
    aoi = make_friend("aoi")
    make_link(aoi, make_customer("1"))
    first, second = (make_send(1_000, at=AT + day * DAY, tracks_people=True) for day in (0, 1))
    for send, days in ((first, 0.5), (second, 1.5), (first, 1.75)):
        make_clicks(send, (aoi.pk,), at=AT + days * DAY)
    bought("1", AT + 2 * DAY, 3_000)

    found = reported()

    assert [row(found, each.ledger_owner).measures[Code.ORDERS].count for each in (first, second)] == [1, 0]


def test_scenarios_and_broadcasts_share_no_order(plan):
    aoi = make_friend("aoi")
    make_link(aoi, make_customer("1"))
    send = make_send(100, tracks_people=True)
    book("scenario:7", 300)
    make_clicks(send, (aoi.pk,), at=AT + DAY)
    bought("1", AT + 1.5 * DAY, 3_000)
    click(aoi, "scenario:7/step:a", AT + 2 * DAY)
    bought("1", AT + 3 * DAY, 5_000)

    found = reported(by=By.SCENARIO)

    revenue = {each.key: each.measures[Code.REVENUE].count for each in found.rows}
    assert revenue == {"scenario:7": 5_000, ELSE: 3_000}
    assert found.total.measures[Code.REVENUE].count == 8_000
    assert found.total.measures[Code.ORDERS].count == 2
    assert row(found, "scenario:7").measures[Code.ORDERS].is_repeated is False


def test_an_order_that_is_cancelled_later_comes_off_the_return(plan):
    aoi = make_friend("aoi")
    make_link(aoi, make_customer("1"))
    send = make_send(100, tracks_people=True)
    make_clicks(send, (aoi.pk,), at=AT + DAY)
    order = make_order(customer="1", placed_at=(AT + 2 * DAY).isoformat(), total=3_000)
    before = reported().total.measures[Code.REVENUE].count

    upsert_orders([{"number": order.number, "status": "cancelled"}])

    assert before == 3_000
    assert reported().total.measures[Code.REVENUE].count == 0


def test_orders_of_people_reached_are_marked_where_several_sends_may_have_them(plan):
    for day in (0, 1):
        make_result(make_send(1_000, at=AT + day * DAY), orders=4, revenue=8_000)

    found = reported(orders=Orders.REACHED)

    assert found.total.measures[Code.REVENUE].count == 16_000
    assert found.has_repeated


def test_which_orders_count_follows_from_whether_anybody_knows_who_clicked(plan):
    make_result(make_send(1_000), orders=4, revenue=8_000)
    without = reported().orders
    make_result(make_send(1_000, at=AT + DAY, tracks_people=True), orders=4, revenue=8_000)

    assert (without, reported().orders) == (Orders.REACHED, Orders.CLICKED)


def test_a_campaign_has_its_sends_and_the_ads_of_its_routes(plan):
    campaign, route = make_campaign(), make_route("Ads")
    send, _other = make_send(40_000), make_send(100, at=AT + DAY)
    make_result(send, orders=10, revenue=90_000)
    pay(15_000, route=route)
    campaigns.assign(send.ledger_owner, campaign, by=None)
    campaigns.assign(f"route:{route.pk}", campaign, by=None)

    found = reported(by=By.CAMPAIGN)

    autumn = row(found, f"campaign:{campaign.pk}")
    assert (autumn.messages, autumn.spend.ads) == (40_000, 15_000)
    assert autumn.measures[Code.REVENUE].spend == autumn.spend.total
    assert sums(found) == found.total.spend.total


@pytest.mark.parametrize("by", By)
def test_what_routes_are_credited_with_is_in_their_campaign_or_beside_the_sends_and_in_the_total(plan, by):
    campaign, route = make_campaign(), make_route("Flyer")
    campaigns.assign(f"route:{route.pk}", campaign, by=None)
    make_send(100, tracks_people=True)
    friend, customer = make_friend(), make_customer()
    make_link(friend, customer)
    arrive(friend, route, AT)
    make_order(customer=customer.number, placed_at=(AT + DAY).isoformat(), total=3_000)
    turns.catch_up()

    found = reported(by=by)

    key = {By.CAMPAIGN: f"campaign:{campaign.pk}", By.MONTH: "2026-11"}.get(by, "ads")
    revenue = Decimal(3_000)
    assert found.total.measures[Code.REVENUE].count == revenue
    assert by == By.ROUTE or row(found, key).measures[Code.REVENUE].count == revenue


def test_revenue_in_another_currency_than_cost_is_set_against_nothing(plan):
    ShopSettings.objects.create(pk=1, currency="USD")
    make_result(make_send(1_000), orders=4, revenue=8_000)

    found = reported()

    assert found.is_apart
    assert Code.REVENUE not in found.total.measures
    assert found.total.measures[Code.ORDERS].count == 4


def test_scenarios_stand_by_themselves(plan):
    book("scenario:7/step:1", 200)
    book("scenario:7/step:2", 100)
    make_send(100)

    found = reported(by=By.SCENARIO)

    assert [(each.key, each.messages) for each in found.rows] == [("scenario:7", 300), (ELSE, 100)]


def test_a_route_costs_its_ads_and_brings_friends(plan):
    route = make_route("Ads")
    pay(30_000, route=route)
    for _ in range(3):
        make_arrival(make_friend(), route=route, at=AT)
    make_send(100)

    found = reported(by=By.ROUTE)

    came = row(found, f"route:{route.pk}")
    assert (came.spend.total, came.measures[Code.FRIENDS].each) == (30_000, 10_000)
    assert found.total.measures[Code.FRIENDS].each == 10_000
    assert sums(found) == found.total.spend.total == 45_000


def test_ads_stand_beside_the_sends_that_they_are_not_of(plan):
    make_send(100)
    pay(5_000)

    found = reported()

    assert row(found, "ads").spend == Spend(ads=Decimal(5_000))
    assert sums(found) == found.total.spend.total


def test_months_add_up_to_the_period(plan):
    make_send(40_000)
    make_send(50_000, at=AT + 30 * DAY)
    pay(5_000)

    found = reported(Period(NOVEMBER, date(2026, 12, 31)), by=By.MONTH)

    assert [each.key for each in found.rows] == ["2026-12", "2026-11"]
    assert [each.spend.total for each in found.rows] == [75_000, 50_000]
    assert found.total.spend.total == sums(found)


def test_links_made_in_the_month_are_set_against_all_that_was_spent(plan):
    make_send(100)
    make_link(make_friend("aoi"), make_customer("1"), linked_at=AT)
    make_link(make_friend("ren"), make_customer("2"), linked_at=AT - 30 * DAY)

    links = reported().total.measures[Code.LINKS]

    assert (links.count, links.each) == (1, 15_000)


def test_a_part_of_a_month_has_its_days_of_what_is_paid_by_the_month(plan):
    first = make_send(1_000)
    make_send(1_000, at=AT + 15 * DAY)

    found = reported(Period(NOVEMBER, date(2026, 11, 15)))

    assert [each.key for each in found.rows] == [first.ledger_owner]
    assert found.total.spend.total == 7_500


def test_a_month_without_messages_has_a_fee_that_nothing_bears(plan):
    found = reported()

    assert [(each.key, each.spend.line_fee) for each in found.rows] == [("idle", 15_000)]
    assert found.total.spend.line_fee == 15_000


def test_a_correction_counts_for_its_month_whenever_it_was_booked(plan):
    make_send(40_000)
    adjusting.adjust(plan.pk, -1_000, month=NOVEMBER, reason="Counted twice", by=make_user("owner"))

    found = reported()

    assert found.total.messages == 39_000
    assert found.total.spend.messages == 27_000
    assert sums(found) == found.total.spend.total


def test_a_price_that_changed_later_changes_what_a_send_has_cost(plan):
    send = make_send(40_000)
    subscribe("light", since=NOVEMBER)

    found = reported()

    assert sums(found) == found.total.spend.total
    assert row(found, send.ledger_owner).spend.messages == ledger.month_total(plan.pk, NOVEMBER).amount


def test_a_send_over_the_end_of_a_month_costs_something_in_both(plan):
    send = make_send(40_000, at=datetime(2026, 11, 30, 14, 59, tzinfo=UTC))
    book(send.ledger_owner, 60_000, at=datetime(2026, 11, 30, 15, 1, tzinfo=UTC))
    make_result(send, orders=1, revenue=1_000)

    november, december = (reported(Period.of_month(date(2026, month, 1))) for month in (11, 12))

    assert [row(each, send.ledger_owner).messages for each in (november, december)] == [40_000, 60_000]
    assert Code.ORDERS in row(november, send.ledger_owner).measures
    assert row(december, send.ledger_owner).measures == {}


def test_notification_messages_keep_their_own_price(plan):
    make_send(30_000)
    book("notice:1", 10, kind=LedgerEntry.Kind.NOTICE)

    found = reported(view=View.AVERAGE)

    assert row(found, "notice").spend == Spend()
    assert sums(found) == found.total.spend.total == 15_000


def test_the_fee_of_a_tool_counts_from_its_month_on_if_fees_count(plan):
    services.set_tool_fee(name="Musubi", amount=Decimal(9_000), since=NOVEMBER, by=None)
    make_send(1_000)

    assert reported().total.spend.tool == 9_000
    assert reported(with_fees=False).total.spend.tool == 0
    assert reported(Period.of_month(date(2026, 10, 1))).total.spend.tool == 0


SENDS = st.lists(
    st.tuples(
        st.sampled_from(
            ["broadcast:1", "broadcast:2", "scenario:7", "test:1", "chats", "outside:2026-11-03"]
        ),
        st.integers(1, 60_000),
        st.integers(-40 * 24 * 60, 45 * 24 * 60),
    ),
    max_size=12,
)


@pytest.mark.parametrize("kind", ["pass_through", "markup", "margin", "per_message"])
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(SENDS, st.sampled_from(list(View)))
def test_whatever_was_sent_rows_sum_to_the_month(plan, kind, sends, view):
    with transaction.atomic():
        agree(since=date(2026, 10, 1), kind=kind, rate="0.2", unit_price="4.1", counts_fees_in_return=True)
        for place, (owner, messages, minutes) in enumerate(sends):
            book(f"{owner}/{place}", messages, at=AT + timedelta(minutes=minutes))

        period = Period(date(2026, 10, 1), date(2026, 12, 31))
        found = [reported(period, by=by, view=view) for by in (By.SEND, By.SCENARIO, By.CAMPAIGN, By.MONTH)]

        assert {sums(each) for each in found} == {found[0].total.spend.total}
        transaction.set_rollback(True)


def make_campaign():
    return campaigns.create(name="Autumn", starts_on=NOVEMBER, by=None)
