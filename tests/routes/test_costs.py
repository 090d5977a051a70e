"""Ad costs: what is refused, what overlaps, and how a cost is spread over its days."""

from datetime import date, timedelta
from decimal import Decimal
from threading import Thread

import pytest
from django.db import connection
from django_tenants.utils import tenant_context
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import Activity
from routes import costs
from routes.costs import Books, NewCost
from routes.errors import BadCost, CostOverlaps
from routes.models import AdCost
from tests.factories import make_route, make_user

NOVEMBER = {"from_on": date(2026, 11, 1), "to_on": date(2026, 11, 30)}
days = st.dates(date(2026, 1, 1), date(2026, 12, 31))
amounts = st.decimals(0, 10**9, places=2)


def new_cost(route, amount: object = 30_000, **fields: object) -> NewCost:
    return NewCost(**({"route": route, "amount": Decimal(amount), **NOVEMBER} | fields))


def cost_of(amount: Decimal, first: date, last: date) -> AdCost:
    return AdCost(from_on=min(first, last), to_on=max(first, last), amount=amount)


@given(amounts, days, days, st.lists(days, max_size=5))
def test_parts_of_periods_that_follow_each_other_sum_to_the_whole(amount, first, last, cuts):
    cost = cost_of(amount, first, last)
    edges = [date(2025, 12, 31), *sorted(cuts), date(2026, 12, 31)]
    periods = [(before + timedelta(days=1), until) for before, until in zip(edges, edges[1:], strict=False)]

    assert sum(cost.within(*period) for period in periods) == amount


@given(amounts, days, days, days, days)
def test_no_part_is_negative_or_more_than_all(amount, first, last, start, end):
    part = cost_of(amount, first, last).within(min(start, end), max(start, end))

    assert 0 <= part <= amount


def test_a_cost_is_spread_evenly_over_its_days():
    cost = cost_of(Decimal(300), date(2026, 11, 1), date(2026, 11, 30))

    assert cost.within(date(2026, 11, 1), date(2026, 11, 1)) == 10
    assert cost.within(date(2026, 10, 1), date(2026, 11, 10)) == 100
    assert cost.within(date(2026, 12, 1), date(2026, 12, 31)) == 0


def test_a_cost_is_entered_changed_and_deleted_and_the_log_says_so(tenant):
    route, by = make_route("Flyer"), make_user("marketer")

    cost = costs.add_cost(new_cost(route), by=by)
    costs.change_cost(cost, new_cost(route, 40_000), by=by)
    costs.delete_cost(cost, by=by)

    verbs = Activity.objects.filter(tenant=tenant.pk, verb__startswith="ad_cost").order_by("pk")
    assert list(verbs.values_list("verb", flat=True)) == [
        "ad_cost.created",
        "ad_cost.changed",
        "ad_cost.deleted",
    ]
    assert verbs[1].detail["changes"]["amount"] == ["30000", "40000"]
    assert not AdCost.objects.exists()


@pytest.mark.parametrize(
    "days",
    [NOVEMBER, {"from_on": date(2026, 11, 30), "to_on": date(2026, 12, 5)}, {"to_on": date(2026, 11, 1)}],
)
def test_days_that_are_entered_already_are_refused_and_told(tenant, days):
    route = make_route("Flyer")
    costs.add_cost(new_cost(route), by=None)

    with pytest.raises(CostOverlaps) as refusal:
        costs.add_cost(new_cost(route, 1, **days), by=None)

    assert "¥30,000 from 2026-11-01 to 2026-11-30" in refusal.value.message


@pytest.mark.parametrize(
    "other",
    [
        {"campaign": "autumn"},
        {"medium": "cpc"},
        {"from_on": date(2026, 12, 1), "to_on": date(2026, 12, 1)},
        {"route": "another"},
    ],
)
def test_another_campaign_medium_route_or_day_does_not_overlap(tenant, other):
    route = make_route("Flyer")
    routes = {"another": make_route("Shop")}
    costs.add_cost(new_cost(route), by=None)

    fields = {name: routes.get(value, value) for name, value in other.items()}
    costs.add_cost(new_cost(**({"route": route} | fields)), by=None)

    assert AdCost.objects.count() == 2


@pytest.mark.parametrize(
    "fault",
    [
        {"amount": Decimal(-1)},
        {"amount": Decimal("NaN")},
        {"amount": Decimal("Infinity")},
        {"amount": Decimal(10) ** 30},
        {"amount": Decimal("1.005")},
        {"to_on": date(2026, 10, 31)},
        {"to_on": date(2028, 1, 1)},
        {"from_on": date(1, 1, 1)},
        {"from_on": date(9999, 12, 31), "to_on": date(9999, 12, 31)},
        {"campaign": "a" * 101},
        {"medium": "a\0"},
        {"key": "\n"},
        {"clicks": -1},
        {"impressions": 2**63},
    ],
)
def test_what_cannot_be_a_cost_is_refused(tenant, fault):
    with pytest.raises(BadCost):
        costs.add_cost(new_cost(**({"route": make_route("Flyer")} | fault)), by=None)


@pytest.mark.parametrize("campaign", ["", "秋🍁", "e\u0301", "ＡＢＣ"])
def test_a_campaign_may_be_called_anything_that_can_be_read(tenant, campaign):
    cost = costs.add_cost(new_cost(make_route("Flyer"), campaign=campaign), by=None)

    assert AdCost.objects.get(pk=cost.pk).campaign == campaign


@pytest.mark.parametrize("key", [None, "row-7"])
def test_putting_in_the_same_again_changes_nothing_and_news_replace_it(tenant, key):
    route = make_route("Flyer")
    books = Books(AdCost.Source.API, None, [route.pk])

    outcomes = [books.put(new_cost(route, amount, key=key))[1] for amount in (100, 100, 200)]

    assert outcomes == ["created", "unchanged", "updated"]
    assert AdCost.objects.get().amount == 200


def test_a_row_with_a_known_key_may_move_to_other_days_and_routes(tenant):
    flyer, shop = make_route("Flyer"), make_route("Shop")
    books = Books(AdCost.Source.API, None, [flyer.pk, shop.pk])
    books.put(new_cost(flyer, key="row-7"))

    _cost, outcome = books.put(new_cost(shop, from_on=date(2026, 11, 2), key="row-7"))

    assert outcome == "updated"
    assert AdCost.objects.get().route == shop
    assert books.put(new_cost(flyer))[1] == "created"


def test_the_same_days_under_another_key_overlap(tenant):
    route = make_route("Flyer")
    books = Books(AdCost.Source.API, None, [route.pk])
    books.put(new_cost(route, key="row-7"))

    with pytest.raises(CostOverlaps):
        books.put(new_cost(route, key="row-8"))


def test_two_workers_at_once_enter_a_cost_once(own_tenant):
    route, ends = make_route("Flyer"), []

    def enter() -> None:
        with tenant_context(own_tenant):
            try:
                costs.add_cost(new_cost(route), by=None)
                ends.append("entered")
            except CostOverlaps:
                ends.append("refused")
        connection.close()

    threads = [Thread(target=enter) for _ in range(2)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]

    assert sorted(ends) == ["entered", "refused"]
    assert AdCost.objects.count() == 1
