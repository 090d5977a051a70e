"""The one statement against plain loops in Python, over random histories."""

from collections import Counter
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from acquisition import counting, grouping, table
from acquisition.counting import HORIZON, Asked, Revenue
from acquisition.figures import MONTHS, Counted
from acquisition.grouping import By
from events.models import Event
from linking.models import Link
from routes.models import Arrival, Route
from shops.models import Order
from tests.acquisition.factories import DAY, NOW, buy, happen, join
from tests.factories import make_route

MONTH, WEEK = 30 * DAY, 7 * DAY
FIRST, LAST = (NOW - 150 * DAY).date(), (NOW - 2 * DAY).date()
orders = st.tuples(st.integers(-5, 180), st.integers(1, 9_000), st.sampled_from(["paid", "cancelled"]))
people = st.tuples(
    st.sampled_from([None, 0, 1]),  # the route
    st.integers(0, 200),  # days ago
    st.lists(st.tuples(st.sampled_from(["blocked", "unblocked"]), st.integers(1, 110)), max_size=4),
    st.lists(
        st.tuples(st.integers(-5, 180), st.integers(1, 9_000), st.sampled_from(["paid", "cancelled"])),
        max_size=4,
    ),
    st.booleans(),  # unlinked since
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(histories=st.lists(people, max_size=7))
def test_what_sql_counts_is_what_python_counts(tenant, histories):
    with transaction.atomic():
        routes = [make_route("Flyer"), make_route("Ads", media=Route.Media.LINE_ADS)]
        for history in histories:
            live(routes, *history)
        asked = Asked(FIRST, LAST)

        by_route = counting.of(asked, grouping.ROUTE_OF)
        by_month = counting.of(asked, counting.OF_MONTH)
        of_ads = counting.of(Asked(FIRST, LAST, media="line_ads"), grouping.ROUTE_OF)

        expected = recount(lambda friend, _at: str(route) if (route := route_of(friend)) else None)
        assert by_route == expected
        assert by_month == recount(lambda _friend, at: f"{at + timedelta(hours=9):%Y-%m}")
        assert of_ads == {key: each for key, each in expected.items() if key == str(routes[1].pk)}
        transaction.set_rollback(True)


def live(routes, route, days_ago, turns, orders, is_unlinked):
    friend = join(None if route is None else routes[route], days_ago=days_ago)
    for type_, after in turns:
        if after <= days_ago:
            happen(friend, type_, NOW - (days_ago - after) * DAY)
    for after, total, status in orders:
        if after <= days_ago:
            buy(friend, days_ago=days_ago - after, total=total, status=status)
    if is_unlinked:
        Link.objects.filter(friend=friend).update(unlinked_at=NOW)


def route_of(friend: int) -> int | None:
    return Arrival.objects.filter(friend=friend).values_list("route", flat=True).first()


def recount(key_of) -> dict:
    start, end = Asked(FIRST, LAST).moments()
    found: dict = {}
    for follow in Event.objects.filter(type="followed"):
        if start <= follow.at < end:
            key = key_of(follow.friend_id, follow.at)
            found[key] = found.get(key, Counted()) + of_one(follow)
    return found


def of_one(follow: Event) -> Counted:
    whole = min((NOW - follow.at) // MONTH, MONTHS)
    link = Link.objects.filter(friend=follow.friend_id, unlinked_at=None).first()
    turns = [
        (turn.at, turn.type == "blocked")
        for turn in Event.objects.filter(friend_id=follow.friend_id, type__in=["blocked", "unblocked"])
        if turn.at > follow.at
    ]
    blocks = [at - follow.at for at, is_block in turns if is_block]
    gone = {}
    for month in range(1, HORIZON + 1):
        before = sorted(turn for turn in turns if turn[0] <= follow.at + month * MONTH)
        if whole >= month and before and before[-1][1]:
            gone[month] = 1
    sold: Counter = Counter()
    by_month: Counter = Counter()
    for order in Order.objects.filter(customer=link.customer_id) if link else ():
        if order.placed_at >= follow.at and order.status == "paid":
            sold[min((order.placed_at - follow.at) // MONTH, MONTHS), whole] += order.total
            by_month[f"{order.placed_at + timedelta(hours=9):%Y-%m}"] += order.total
    revenue = sum(sold.values(), Decimal(0))
    over_week = follow.at <= NOW - WEEK
    return Counted(
        new=1,
        linked=int(link is not None),
        over_week=int(over_week),
        blocked_week=int(over_week and any(after <= WEEK for after in blocks)),
        blocked_month=int(whole >= 1 and any(after <= MONTH for after in blocks)),
        buyers=int(bool(sold)),
        revenue=revenue,
        squares=float(revenue * revenue),
        full={whole: 1},
        sold=dict(sold),
        linked_in={(max((link.linked_at - follow.at) // MONTH, 0), whole): 1} if link else {},
        gone=gone,
        by_month=dict(by_month),
    )


@pytest.mark.parametrize("by", By)
def test_however_friends_are_put_side_by_side_each_counts_once(tenant, by):
    flyer = make_route("Flyer")
    join(flyer, utm_campaign="Autumn", utm_medium="cpc")
    join(flyer, utm_campaign="autumn ", utm_medium="CPC")
    join(flyer)
    join()

    found = table.of(Asked(FIRST, LAST), by, shows_cost=True)

    assert found.total.new == sum(row.people.new for row in found.rows) == 4
    assert found.row(grouping.UNKNOWN).new == 1


def test_credited_revenue_is_only_of_orders_that_attribution_gives_to_somebody(tenant):
    from attribution.counting import turns
    from attribution.tag import commands
    from tests.attribution.factories import click, tell_order

    commands.set_up(origins=["https://shop.example"], by=None)
    flyer = make_route("Flyer")
    friend = join(flyer)
    click(friend, "broadcast:7", NOW - 50 * DAY)
    buy(friend, days_ago=49, total=1_000)
    buy(friend, days_ago=10, total=500)
    tell_order("N-1", NOW - 48 * DAY, friend=friend, amount=70, currency="USD")
    turns.catch_up()

    credited = table.of(Asked(FIRST, LAST, Revenue.CREDITED), By.ROUTE, shows_cost=True)
    joined = table.of(Asked(FIRST, LAST), By.ROUTE, shows_cost=True)

    assert credited.total.people.revenue == 1_000
    assert joined.total.people.revenue == 1_500
