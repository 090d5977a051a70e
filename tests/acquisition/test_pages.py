"""Pages of acquisition, and the same by API."""

from datetime import date
from decimal import Decimal

import pytest

from accounts.models import Activity
from acquisition import counting, services, table
from acquisition.counting import Asked
from acquisition.errors import NoMargin
from acquisition.grouping import By
from acquisition.models import Margin
from events.models import Event
from routes.models import Route, Visit
from tests.acquisition.factories import DAY, NOW, buy, happen, join, join_many
from tests.api.conftest import caller, make_key
from tests.factories import make_ad_cost, make_route

JOINED = date(2026, 8, 12)  # a hundred days ago


@pytest.fixture
def page(tenant, visit):
    """A marketer's browser."""
    return visit("marketer")


@pytest.fixture
def sold(tenant) -> tuple[Route, Route]:
    """Flyers for ¥10,000 that brought two friends of whom one bought for ¥8,000; ads that brought one."""
    flyer, ads = make_route("Flyer"), make_route("Ads", media=Route.Media.LINE_ADS)
    make_ad_cost(flyer, 10_000, from_on=JOINED, to_on=JOINED)
    make_ad_cost(ads, 9_000, from_on=JOINED, to_on=JOINED, campaign="Autumn", medium="cpc")
    buy(join(flyer), days_ago=50, total=8_000)
    happen(join(flyer), "blocked", NOW - 97 * DAY)
    join(ads, utm_campaign="autumn", utm_medium="cpc")
    join(days_ago=3)
    return flyer, ads


def test_routes_stand_side_by_side_with_what_they_cost_and_bring(page, sold):
    shown = page.read("acquisition/")

    assert shown.index("Flyer") < shown.index("Ads") < shown.index("Route not known")
    for figure in ("¥5,000", "¥4,000", "50.0%", "1 too recent"):
        assert figure in shown
    assert "All revenue counts against the cost" in shown


def test_of_a_cost_that_nobody_entered_nothing_is_said(page, tenant):
    join()

    shown = page.read("acquisition/")

    assert "No cost is entered for these days" in shown
    assert "All groups together." in shown
    assert "All groups with a cost" not in shown


def test_what_is_known_of_a_group_is_right_to_the_yen(sold):
    found = table.of(Asked(JOINED, NOW.date()), By.ROUTE, shows_cost=True)
    flyer = found.row(str(sold[0].pk))

    assert (flyer.cost_each, flyer.cost_linked, flyer.per_cost) == (5_000, 10_000, Decimal("0.8"))
    assert (flyer.people.block_week_rate, flyer.people.block_month_rate) == (0.5, 0.5)
    assert flyer.kept == (0.5, 0.5)
    assert flyer.pay_back.month is None
    assert found.total.people.young_week == 1
    assert found.total.cost_each == Decimal(19_000) / 3


def test_costs_of_ads_and_campaigns_are_found_by_their_names(sold):
    by_utm = table.of(Asked(JOINED, NOW.date()), By.UTM, shows_cost=True)
    by_ad = table.of(Asked(JOINED, NOW.date()), By.AD, shows_cost=True)

    assert by_utm.row("utm:autumn").cost_each == 9_000
    assert [(str(row.name.words), row.cost) for row in by_ad.rows][:2] == [
        ("Not by an ad", 10_000),
        ("Ads / autumn / cpc", 9_000),
    ]


def test_media_divide_only_what_is_known_on_both_sides(tenant):
    flyer, shop = make_route("Flyer"), make_route("Shop")
    make_ad_cost(flyer, 1_000, from_on=JOINED, to_on=JOINED)
    join(flyer)
    join(shop)

    owned = table.of(Asked(JOINED, NOW.date()), By.MEDIA, shows_cost=True).row("owned")

    assert (owned.new, owned.cost, owned.cost_each) == (2, 1_000, 1_000)


def test_of_routes_with_plain_links_nobody_knows_who_came(tenant):
    plain = make_route("Plain")
    Visit.objects.create(route=plain, at=NOW - 50 * DAY, way="plain", device="phone")

    row = table.of(Asked(JOINED, NOW.date()), By.ROUTE, shows_cost=True).row(str(plain.pk))

    assert (row.new, row.part.visits) == (None, 1)


def test_somebody_whose_follow_was_never_heard_of_joined_by_their_sign_in(tenant):
    friend = join(make_route(), days_ago=40)
    Event.objects.filter(friend_id=friend.pk).delete()

    assert sum(each.new for each in counting.of(Asked(JOINED, NOW.date()), "'all'").values()) == 1


def test_a_group_is_chosen_for_the_drawing(page, sold):
    shown = page.read("acquisition/", {"row": str(sold[0].pk)})

    assert 'aria-current="true"' in shown
    assert "All together" in shown
    assert "<polyline" in shown


@pytest.mark.parametrize(
    "asked",
    [
        {"by": "x", "revenue": "x", "first": "x"},
        {"first": "2026-11-02", "last": "2026-11-01"},
        {"row": "nothing"},
        *({"by": by.value, "revenue": "credited"} for by in By),
    ],
)
def test_whatever_is_asked_is_answered(page, sold, asked):
    assert "Which routes and ads pay back?" in page.read("acquisition/", asked)


def test_without_anybody_the_page_says_what_to_do(page):
    assert "Make a route with its own link" in page.read("acquisition/")


def test_who_may_not_see_costs_sees_people(tenant, sold, visit):
    creator = visit("creator").read("acquisition/")

    assert "Flyer" in creator
    assert "Cost per friend" not in creator
    assert "¥5,000" not in creator


def test_files_have_every_figure(page, sold):
    excel = page.get("acquisition/file/")
    text = page.get("acquisition/file/", {"kind": "utf-8"}).content.decode()

    assert excel["Content-Type"].endswith("sheet")
    assert (
        "Flyer,2,2,Yes,10000.00,5000.00,1,0.5000,10000.00,1,2,0,1,2,0,0.5000,0.5000,1,8000.00,4000.00" in text
    )
    assert page.get("acquisition/file/", {"kind": "x"}).status_code == 404
    assert Activity.objects.filter(verb="acquisition.exported").count() == 2


def test_two_groups_are_compared_with_what_may_be_chance(page):
    flyer, shop = make_route("Flyer"), make_route("Shop")
    for friend in join_many(40, flyer):
        happen(friend, "blocked", NOW - 99 * DAY)
    join_many(40, shop)

    asked = {"a": str(flyer.pk), "b": str(shop.pk)}
    shown = page.read("acquisition/compare/", asked)
    same = page.read("acquisition/compare/", {"a": str(flyer.pk), "b": str(flyer.pk)})

    assert shown.count("“Shop” is better") == 3
    assert "It may be chance" in shown
    assert "fewer than 30" not in shown
    assert "There is no such group" in same


def test_months_of_joining_stand_with_the_months_since(page, sold):
    revenue = page.read("acquisition/months/", {"route": sold[0].pk})
    kept = page.read("acquisition/months/", {"metric": "kept"})
    file = page.get("acquisition/months/file/", {"kind": "utf-8", "metric": "linked"}).content.decode()

    assert "2026/08" in revenue
    assert "¥4,000" in revenue
    assert "66.7%" in kept
    assert "2026-08,3,0.0000,0.3333,0.3333" in file


def test_the_margin_is_set_and_holds(page, sold):
    answer = page.send("acquisition/margin/", {"percent": "40"})
    refused = page.send("acquisition/margin/", {"percent": "0"})

    assert "Of revenue 40 % counts against the cost" in answer
    assert "more than 0 and at most 100" in refused
    assert Margin.present().percent == 40
    assert Activity.objects.filter(verb="margin.changed").count() == 1


@pytest.mark.parametrize("percent", [Decimal(0), Decimal(-1), Decimal("100.01")])
def test_what_is_no_margin_is_refused(tenant, percent):
    with pytest.raises(NoMargin):
        services.set_margin(percent, by=None)


@pytest.mark.parametrize("size", [2, 12])
def test_the_questions_asked_do_not_grow_with_the_groups(tenant, django_assert_max_num_queries, size):
    for number in range(size):
        route = make_route(f"Route {number}")
        make_ad_cost(route, 1_000, from_on=JOINED, to_on=JOINED)
        join(route)

    for by in By:
        with django_assert_max_num_queries(10):
            table.of(Asked(JOINED, NOW.date()), by, shows_cost=True)


def test_programs_read_groups_and_costs_only_with_the_right_to(tenant, sold):
    asked = f"?since={JOINED}&until={NOW.date()}"
    whole = caller(make_key(tenant, "routes.view_arrival", "routes.view_adcost"))
    people_only = caller(make_key(tenant, "routes.view_arrival"))

    found = whole.get(f"acquisition/{asked}").json()
    without = people_only.get(f"acquisition/{asked}").json()
    months = people_only.get(f"acquisition/months/{asked}&figure=kept").json()
    compared = whole.get(f"acquisition/compare/{asked}&a={sold[0].pk}&b={sold[1].pk}").json()
    wrong = whole.get("acquisition/?since=2026-11-02&until=2026-11-01")

    flyer = found["groups"][0]
    assert (flyer["name"], flyer["cost_per_friend"], flyer["old_enough_30"]) == ("Flyer", "5000.00", 2)
    assert flyer["pay_back"] == {"month": None, "forecast": 4, "on": None, "is_few": True}
    assert without["groups"][0]["cost"] is None
    assert without["says"] == ""
    assert months["lines"][0]["cells"][0] == {"month": 1, "people": 3, "value": pytest.approx(2 / 3)}
    assert compared["differences"][0]["code"] == "linked"
    assert wrong.status_code == 400


@pytest.mark.parametrize("address", ["acquisition/", "acquisition/months/", "acquisition/compare/"])
def test_days_that_no_clock_reaches_are_refused(tenant, address):
    program = caller(make_key(tenant, "routes.view_arrival"))

    late = program.get(f"{address}?since=9999-12-01&until=9999-12-31&a=x&b=y")
    early = program.get(f"{address}?since=0001-01-01&until=0001-01-02&a=x&b=y")

    assert (late.status_code, early.status_code) == (400, 400)


def test_programs_set_the_margin(tenant):
    program = caller(make_key(tenant, "acquisition.view_margin", "acquisition.change_margin"))

    before = program.get("acquisition/margin/").json()
    set_ = program.ask("PUT", "acquisition/margin/", {"percent": "35.5"}).json()
    refused = program.ask("PUT", "acquisition/margin/", {"percent": "0"}).json()

    assert before == {"percent": "100.00", "changed_at": None}
    assert set_["percent"] == "35.50"
    assert refused["code"] == "no_margin"
