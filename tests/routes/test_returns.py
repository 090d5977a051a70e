"""What friends cost by route, and what they brought."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from routes import costs, returns
from routes.costs import NewCost
from routes.models import Arrival, Route, Visit
from routes.returns import Return
from shops.orders import upsert_orders
from tests.factories import make_arrival, make_customer, make_friend, make_link, make_route

FIRST, LAST = date(2026, 11, 1), date(2026, 11, 30)
NOVEMBER_10 = datetime(2026, 11, 10, 3, tzinfo=UTC)


def add_cost(route: Route, amount: int, first: date = FIRST, last: date = LAST) -> None:
    costs.add_cost(NewCost(route, first, last, Decimal(amount)), by=None)


def come(route: Route, at: datetime = NOVEMBER_10, **fields: object) -> Arrival:
    return make_arrival(make_friend(), route=route, at=at, **fields)


def order(number: str, customer: str, placed_at: datetime, total: int, **fields: object) -> None:
    told = {"number": number, "customer": customer, "placed_at": placed_at.isoformat(), "total": total}
    assert upsert_orders([told | {"currency": "JPY"} | fields]).errors == []


def of_november(route: Route) -> Return:
    return dict(returns.of_period(FIRST, LAST))[route]


def test_the_cost_is_divided_by_those_who_became_friends_in_the_period(tenant):
    route = make_route("Flyer")
    add_cost(route, 30_000)
    come(route)
    come(route)
    come(route, at=NOVEMBER_10 - timedelta(days=30))
    come(route, kind=Arrival.Kind.ALREADY)

    found = of_november(route)

    assert (found.cost, found.new, found.cost_per_friend) == (30_000, 2, 15_000)


def test_the_clients_calendar_decides_in_which_month_somebody_came(tenant):
    route = make_route("Flyer")
    come(route, at=datetime(2026, 10, 31, 15, tzinfo=UTC))
    come(route, at=datetime(2026, 10, 31, 14, 59, tzinfo=UTC))
    come(route, at=datetime(2026, 11, 30, 15, tzinfo=UTC))

    assert of_november(route).new == 1


def test_orders_of_linked_friends_since_they_came_are_what_they_brought(tenant):
    route, other = make_route("Flyer"), make_route("Shop")
    add_cost(route, 1_000)
    make_link(come(route).friend, make_customer("1"))
    make_link(come(route).friend, make_customer("2"))
    make_link(come(route).friend, make_customer("3"), unlinked_at=timezone.now())
    make_link(come(other).friend, make_customer("4"))
    later, before = NOVEMBER_10 + timedelta(days=5), NOVEMBER_10 - timedelta(days=5)
    order("a", "1", later, 3_000)
    order("b", "1", later, 2_000)
    order("c", "1", before, 10_000)
    order("d", "1", later, 10_000, status="cancelled")
    order("e", "3", later, 10_000)
    order("f", "4", later, 700)

    found = of_november(route)

    assert (found.new, found.linked, found.buyers, found.revenue) == (3, 2, 1, 5_000)
    assert (found.cost_per_linked, found.per_cost) == (500, 5)
    assert of_november(other).revenue == 700


def test_where_nobody_came_nothing_is_divided_by_zero(tenant):
    route = make_route("Flyer")
    add_cost(route, 1_000)

    found = of_november(route)

    assert (found.new, found.linked, found.revenue) == (0, 0, 0)
    assert (found.cost_per_friend, found.cost_per_linked, found.per_cost) == (None, None, 0)


def test_a_cost_of_nothing_has_no_return(tenant):
    route = make_route("Flyer")
    add_cost(route, 0)
    come(route)

    assert (of_november(route).cost_per_friend, of_november(route).per_cost) == (0, None)


def test_who_came_by_plain_links_or_by_ads_without_a_link_is_unknown_and_not_none(tenant):
    plain, ads = make_route("Plain"), make_route("Ads", media=Route.Media.LINE_ADS)
    Visit.objects.create(route=plain, at=NOVEMBER_10, way="plain", device="phone")
    add_cost(plain, 1_000)
    add_cost(ads, 2_000)

    assert of_november(plain) == Return(cost=Decimal(1_000))
    assert of_november(ads) == Return(cost=Decimal(2_000))


def test_ads_whose_friends_signed_in_are_known(tenant):
    ads = make_route("Ads", media=Route.Media.LINE_ADS)
    add_cost(ads, 2_000)
    come(ads)

    assert of_november(ads).cost_per_friend == 2_000


def test_in_a_sum_only_routes_of_which_cost_and_friends_are_known_are_divided(tenant):
    flyer, ads = make_route("Flyer"), make_route("Ads", media=Route.Media.LINE_ADS)
    add_cost(flyer, 1_000)
    add_cost(ads, 2_000)
    come(flyer)
    site = make_route("Site")
    make_link(come(site).friend, make_customer("1"))
    order("a", "1", NOVEMBER_10 + timedelta(days=1), 5_000)

    whole = returns.total(found for _route, found in returns.of_period(FIRST, LAST))

    assert (whole.cost, whole.new, whole.revenue) == (3_000, 2, 5_000)
    assert (whole.cost_per_friend, whole.per_cost) == (1_000, 0)


def test_nothing_is_a_sum_of_nothing():
    assert returns.total([]) == Return()


@pytest.mark.parametrize("size", [3, 20])
def test_the_questions_asked_do_not_grow_with_the_routes(tenant, django_assert_num_queries, size):
    for number in range(size):
        route = make_route(f"Route {number}")
        add_cost(route, 1_000)
        come(route)

    with django_assert_num_queries(4):
        returns.of_period(FIRST, LAST)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    spans=st.lists(st.tuples(st.integers(0, 60), st.integers(0, 29), st.integers(0, 10**7)), max_size=4),
    came=st.lists(st.integers(0, 90), max_size=5),
    cut=st.integers(0, 88),
)
def test_two_periods_that_follow_each_other_sum_to_both_together(tenant, spans, came, cut):
    Arrival.objects.all().delete()
    start = date(2026, 9, 1)
    for begin, length, amount in spans:
        first = start + timedelta(days=begin)
        add_cost(make_route("Flyer"), amount, first, first + timedelta(days=length))
    flyer = make_route("Flyer")
    for day in came:
        come(flyer, at=datetime(2026, 8, 31, 15, tzinfo=UTC) + timedelta(days=day))
    middle, end = start + timedelta(days=cut), start + timedelta(days=90)

    first, second, both = (
        returns.total(found for _route, found in returns.of_period(*period))
        for period in [(start, middle), (middle + timedelta(days=1), end), (start, end)]
    )

    assert (first.cost or 0) + (second.cost or 0) == (both.cost or 0)
    assert (first.new or 0) + (second.new or 0) == (both.new or 0)
