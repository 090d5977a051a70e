"""Daily figures: what is counted on which day of the client, what is revised, what belongs to a campaign."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine
from django_tenants.utils import tenant_context

from accounts.models import Due
from attribution.counting import turns
from attribution.tag import commands
from broadcasts.models import LinkClick
from campaigns import services as campaigns
from costs.periods import Period
from costs.spending import Eyes
from events import registry as event_types
from friends.models import AudienceDay
from invitations.models import LinkDay
from planning import counting, reading, tasks
from planning.metrics import sources
from planning.models import Actual, Count
from prizes.points import entering
from shops.models import Order
from tests.attribution import factories as attributed
from tests.costs.factories import AT, agree, book, make_clicks, make_send, subscribe
from tests.factories import (
    make_ad_cost,
    make_arrival,
    make_campaign,
    make_friend,
    make_order,
    make_route,
    make_user,
)
from tests.prizes.factories import make_open_point_campaign

NOW = datetime(2026, 11, 12, 3, tzinfo=UTC)
DAY = date(2026, 11, 10)
NOVEMBER = Period(date(2026, 11, 1), date(2026, 11, 30))
OURS = {"friends": 90, "linked_friends": 30, "customers": 50, "linked_customers": 30}


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def plan(tenant):
    subscribe("standard")
    return tenant


def count() -> None:
    counting.work(lambda: True)


def value(metric: str, day: date = DAY, owner: str = "") -> Decimal | None:
    return Actual.objects.filter(metric=metric, day=day, owner=owner).values_list("value", flat=True).first()


def test_messages_and_clicks_are_counted_on_their_day_by_what_they_are_of(plan):
    send = make_send(500, tracks_people=True)
    make_clicks(send, (make_friend().pk, make_friend().pk))

    count()

    assert value("messages", owner=send.ledger_owner) == 500
    assert value("clicks", owner=send.ledger_owner) == 2


def test_a_day_is_the_clients_own_also_shortly_before_midnight(plan):
    book("chats", 3, at=datetime(2026, 11, 9, 15, tzinfo=UTC))  # 10 November, 0:00 in Japan
    book("chats", 4, at=datetime(2026, 11, 10, 14, 59, tzinfo=UTC))

    count()

    assert value("messages", owner="chats") == 7


@pytest.mark.parametrize(("clock", "hours"), [("2026-03-29", 23), ("2026-10-25", 25)])
def test_every_hour_of_a_day_counts_where_the_clock_changes(tenant, clock, hours):
    tenant.time_zone = "Europe/Berlin"
    day = date.fromisoformat(clock)
    start = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=3)
    with time_machine.travel(start + timedelta(days=2)):
        for hour in range(30):
            make_order(f"{hour}", placed_at=(start + timedelta(hours=hour)).isoformat(), total=100)
        count()

    assert value("shop_orders", day) == hours


def test_friends_are_by_lines_count_and_ratios_have_what_they_are_made_of(tenant):
    AudienceDay.objects.create(
        day=DAY - timedelta(days=1), added=1_000, reach=700, blocks=200, fetched_at=NOW
    )
    AudienceDay.objects.create(day=DAY, added=1_040, reach=720, blocks=210, fetched_at=NOW)

    count()

    found = {metric: value(metric) for metric in ("friends", "reach", "blocks", "net_growth", "new_friends")}
    assert found == {"friends": 830, "reach": 720, "blocks": 210, "net_growth": 30, "new_friends": 40}


def test_our_own_count_never_stands_in_for_lines_count_of_the_night(tenant):
    AudienceDay.objects.create(day=date(2026, 11, 9), added=1_000, reach=700, blocks=200, fetched_at=NOW)
    for day in (9, 10, 11):
        LinkDay.objects.create(day=date(2026, 11, day), **OURS)

    count()

    assert [value("friends", date(2026, 11, day)) for day in (9, 10, 11)] == [800, None, None]
    assert value("linked", date(2026, 11, 11)) == 30


def test_net_growth_of_a_month_is_its_end_without_its_beginning_though_line_was_silent_for_a_day(tenant):
    for day, added in ((1, 1_000), (2, 1_010), (4, 1_050), (5, 1_055)):
        AudienceDay.objects.create(
            day=date(2026, 11, day), added=added, reach=700, blocks=200, fetched_at=NOW
        )

    count()

    grown = [value("net_growth", date(2026, 11, day)) for day in (2, 3, 4, 5)]
    assert grown == [10, None, 40, 5]


def test_where_line_has_long_told_nothing_friends_are_those_we_know(tenant):
    AudienceDay.objects.create(day=date(2026, 10, 1), added=1_000, reach=700, blocks=200, fetched_at=NOW)
    LinkDay.objects.create(day=DAY, **OURS)

    count()

    assert value("friends") == 90


def test_what_people_do_is_counted_for_the_thing_they_did_it_with(tenant):
    campaign = make_open_point_campaign()
    for friend in (make_friend(), make_friend()):
        entering.enter(campaign, friend.pk, way="page")

    with time_machine.travel(NOW + timedelta(days=1), tick=False):
        count()

    assert value("entries", date(2026, 11, 12), campaign.ledger_owner) == 2


def test_what_ads_cost_is_spread_over_their_days_and_sums_to_what_was_paid(tenant):
    route = make_route()
    make_ad_cost(route, 1_000, from_on=date(2026, 11, 1), to_on=date(2026, 11, 3))

    count()

    paid = [value("ads", date(2026, 11, day), f"route:{route.pk}") for day in (1, 2, 3)]
    assert sum(each for each in paid if each) == 1_000


def test_new_friends_are_counted_for_their_route(tenant):
    route = make_route()
    make_arrival(route=route, kind="new", at=AT)

    count()

    assert value("route_friends", owner=f"route:{route.pk}") == 1


def test_what_is_corrected_later_is_counted_anew_and_what_is_gone_taken_away(tenant):
    order = make_order("A-1", placed_at=AT.isoformat(), total=5_000)
    count()
    assert value("shop_revenue") == 5_000

    type(order).objects.filter(pk=order.pk).update(refunded=2_000)
    count()
    assert value("shop_revenue") == 3_000

    type(order).objects.filter(pk=order.pk).update(status="cancelled")
    count()
    assert value("shop_revenue") is None


def test_counting_twice_counts_the_same_and_writes_nothing(plan):
    make_send(500)
    count()
    before = list(Actual.objects.order_by("pk").values_list("pk", "value"))

    count()

    assert list(Actual.objects.order_by("pk").values_list("pk", "value")) == before


def test_days_that_were_missed_are_caught_up_and_older_ones_left_alone(plan):
    count()
    Count.objects.update(counted_until=date(2026, 9, 30))
    book("chats", 9, at=datetime(2026, 8, 1, 3, tzinfo=UTC))
    book("chats", 5, at=datetime(2026, 10, 1, 3, tzinfo=UTC))

    count()

    assert value("messages", date(2026, 8, 1), "chats") is None
    assert value("messages", date(2026, 10, 1), "chats") == 5
    assert Count.present().counted_until == date(2026, 11, 11)


def test_a_person_can_have_older_days_counted_again(plan):
    count()
    book("chats", 9, at=datetime(2026, 8, 1, 3, tzinfo=UTC))

    counting.recount(date(2026, 8, 1))
    count()

    assert value("messages", date(2026, 8, 1), "chats") == 9
    assert Count.present().from_day is None


def test_a_turn_that_is_over_goes_on_where_it_was(tenant):
    counting.work(lambda: False)
    first = Count.present().counted_until

    counting.work(lambda: True)

    assert first < date(2026, 11, 11)
    assert Count.present().counted_until == date(2026, 11, 11)


def test_a_campaign_has_what_belongs_to_it_now(plan):
    autumn, winter = make_campaign("Autumn"), make_campaign("Winter")
    send = make_send(500)
    campaigns.assign(send.ledger_owner, autumn, by=None)
    count()
    eyes = Eyes(plan)

    campaigns.assign(send.ledger_owner, winter, by=None)

    found = reading.of_campaigns(eyes, [autumn.pk, winter.pk], ["messages"], NOVEMBER)
    assert found == {winter.pk: {"messages": {DAY: 500}}}


def test_cost_is_shown_as_the_reader_sees_it(plan):
    agree(kind="markup", rate=Decimal("0.5"), shows="gross")
    make_send(40_000)  # 10,000 beyond the free ones, for ¥3 each
    count()

    own = reading.of_client(Eyes(plan, make_user("marketer")), ["cost"], NOVEMBER)
    agency = reading.of_client(Eyes(plan, make_user("account_manager")), ["cost"], NOVEMBER)

    assert agency["cost"] == {DAY: 30_000}
    assert own["cost"] == {DAY: 45_000}


def test_the_task_comes_back_after_midnight_and_counts_only_its_own_client(tenant, other_tenant):
    with tenant_context(other_tenant):
        make_order("B-1", placed_at=AT.isoformat(), total=900)
    counting.keep_going()

    tasks.count_days.apply(headers={"musubi_schema": tenant.schema_name}, throw=True)

    due = Due.objects.get(tenant=tenant.pk, kind=counting.KIND)
    assert due.due_at == datetime(2026, 11, 12, 15, 20, tzinfo=UTC)
    assert not Actual.objects.filter(metric="shop_orders").exists()


def test_clicks_by_nobody_known_count_too(plan):
    send = make_send(500)
    make_clicks(send, (make_friend().pk,))
    LinkClick.objects.update(friend_id=None)

    count()

    assert value("clicks", owner=send.ledger_owner) == 1


@pytest.mark.parametrize("type_", sources.DEEDS)
def test_what_names_the_thing_is_what_the_event_has(type_):
    _metric, _kind, named = sources.DEEDS[type_]

    assert named in event_types.get(type_).kinds


def test_what_ads_cost_in_yen_is_no_cost_where_messages_are_paid_in_other_money(tenant):
    subscribe("basic", country="TH")
    route = make_route()
    make_ad_cost(route, 1_000, from_on=DAY, to_on=DAY)
    count()

    days = reading.of_client(Eyes(tenant), ["cost"], NOVEMBER)

    assert sum(days["cost"].values()) == 0


def test_an_order_in_another_currency_counts_and_its_amount_is_in_no_sum(tenant):
    commands.set_up(origins=["https://shop.example"], by=None)
    friend = make_friend()
    attributed.click(friend, "broadcast:7")
    attributed.tell_order("N-1", friend=friend, amount=3_000)
    attributed.tell_order("N-2", friend=friend, amount=20, currency="USD")
    turns.catch_up()

    count()

    codes = ("orders", "revenue", "orders_apart")
    assert [value(code, owner="broadcast:7") for code in codes] == [2, 3_000, 1]


def test_an_order_of_the_shop_in_another_currency_counts_and_its_amount_is_in_no_sum(tenant):
    for currency in ("JPY", "USD", "EUR"):
        made = make_order(currency, total=2_000, placed_at=AT.isoformat())
        Order.objects.filter(pk=made.pk).update(currency=currency)

    count()

    codes = ("shop_orders", "shop_revenue", "shop_orders_apart")
    assert [value(code) for code in codes] == [3, 2_000, 2]
