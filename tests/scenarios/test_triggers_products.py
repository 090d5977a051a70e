"""Who comes in when a price falls, or when something is back in stock."""

from datetime import timedelta

import pytest

from scenarios.flow import reading
from scenarios.models import Entry, Supply
from shops.products import upsert_products
from tests.factories import make_friend, make_link, make_product
from tests.scenarios.entering import entered, happen, hear, inside, make_running

DROP = {"type": "product", "change": "price_drop", "interest": ["favourite_added"]}
BACK = {"type": "product", "change": "restocked", "interest": ["favourite_added", "viewed"]}
EACH = {"mode": "always", "per_subject": True}
pytestmark = pytest.mark.usefixtures("tenant")


def wish(*names: str, product: str = "tea", type_: str = "favourite_added") -> list[int]:
    """Friends who are interested, the first first."""
    friends = [make_friend(name) for name in names]
    for place, friend in enumerate(friends):
        happen(type_, ago=timedelta(hours=len(names) - place), friend_id=friend.pk, product=product)
    return [friend.pk for friend in friends]


def tell(code: str = "tea", **told: object) -> None:
    assert not upsert_products([{"code": code, **told}]).errors


@pytest.mark.parametrize(
    ("said", "price", "count"),
    [
        ({"percent_at_least": 10}, 900, 1),
        ({"percent_at_least": 10}, 901, 0),
        ({"amount_at_least": 100}, 900, 1),
        ({"amount_at_least": 100}, 901, 0),
        ({}, 999, 1),
        ({}, 1001, 0),
    ],
)
def test_a_price_falls_far_enough_for_those_who_favour_it(said, price, count):
    make_product("tea", price=1000)
    wish("aoi")
    scenario = make_running({**DROP, **said})

    tell(price=price)
    hear()

    assert len(inside(scenario)) == count


def test_what_let_them_in_is_the_product_with_both_prices():
    make_product("tea", name="Tea", price=1000, page_url="https://shop.example/tea")
    [aoi] = wish("aoi")
    make_running(DROP, reentry=EACH)

    tell(price=800)
    hear()

    [entry] = Entry.objects.all()
    assert (entry.friend_id, entry.subject) == (aoi, "tea")
    assert entry.context == {
        "product": "tea",
        "name": "Tea",
        "url": "https://shop.example/tea",
        "price": 800,
        "price_before": 1000,
    }


def test_who_bought_it_or_took_it_off_the_favourites_is_left_out():
    make_product("tea", price=1000)
    aoi, ren, yui = wish("aoi", "ren", "yui")
    happen("bought", friend_id=aoi, product="tea")
    happen("favourite_removed", friend_id=ren, product="tea")
    scenario = make_running(DROP)

    tell(price=800)
    hear()

    assert inside(scenario) == [yui]


def test_interest_in_the_whole_concerns_its_variants_and_not_the_other_size():
    make_product("shirt", price=1000, variants=[{"code": "S", "price": 1000}, {"code": "L", "price": 1000}])
    [whole] = wish("aoi", product="shirt")
    [small] = wish("ren", product="S")
    wish("yui", product="L")
    scenario = make_running(DROP)

    tell("shirt", variants=[{"code": "S", "price": 700}])
    hear()

    assert sorted(inside(scenario)) == sorted([whole, small])


def test_a_customers_interest_is_that_of_their_friend():
    make_product("tea", price=1000)
    link = make_link()
    happen("favourite_added", customer_id=link.customer_id, product="tea")
    scenario = make_running(DROP)

    tell(price=800)
    hear()

    assert inside(scenario) == [link.friend_id]


def test_interest_from_long_ago_does_not_count():
    make_product("tea", price=1000)
    happen("favourite_added", ago=timedelta(days=31), friend_id=make_friend().pk, product="tea")
    scenario = make_running({**DROP, "within_days": 30})

    tell(price=800)
    hear()

    assert entered(scenario) == []


def test_what_is_back_is_told_to_as_many_as_there_is_room_for_the_first_first():
    make_product("tea", stock=0)
    aoi, ren, yui, mei = wish("aoi", "ren", "yui", "mei")
    scenario = make_running({**BACK, "stock_factor": 1.5}, reentry=EACH)

    tell(stock=2)
    hear()

    assert inside(scenario) == [aoi, ren, yui]
    assert list(Supply.objects.values_list("came", "told", "stock")) == [(2, 3, 2)]


def test_the_others_are_told_when_more_comes():
    make_product("tea", stock=0)
    aoi, ren, yui, mei = wish("aoi", "ren", "yui", "mei")
    scenario = make_running({**BACK, "stock_factor": 1}, reentry=EACH)
    tell(stock=1)
    hear()
    first = inside(scenario)

    tell(stock=3)
    hear()
    second = inside(scenario)
    tell(stock=0)
    hear()
    tell(stock=5)
    hear()

    assert first == [aoi]
    assert second == [aoi, ren, yui]
    assert inside(scenario) == [aoi, ren, yui, mei]


def test_a_sale_makes_no_room_for_others():
    make_product("tea", stock=0)
    wish("aoi", "ren", "yui")
    scenario = make_running({**BACK, "stock_factor": 1}, reentry=EACH)
    tell(stock=2)
    hear()

    tell(stock=1)
    hear()

    assert len(inside(scenario)) == 2


def test_who_may_not_come_in_takes_nobodys_place():
    make_product("tea", stock=0)
    wish("aoi")
    [ren] = wish("ren")
    blocked = make_friend("gone", status="blocked")
    happen("viewed", ago=timedelta(days=2), friend_id=blocked.pk, product="tea")
    scenario = make_running({**BACK, "stock_factor": 2}, reentry=EACH, exits=[{"type": "blocked"}])

    tell(stock=1)
    hear()

    assert len(inside(scenario)) == 2
    assert ren in inside(scenario)


def test_an_interest_is_served_once_and_a_new_one_again():
    make_product("tea", stock=0)
    [aoi] = wish("aoi")
    scenario = make_running({**BACK, "stock_factor": 1}, reentry=EACH)
    tell(stock=1)
    hear()
    Entry.objects.all().delete()
    happen("viewed", friend_id=aoi, product="tea")

    tell(stock=0)
    tell(stock=1)
    hear()

    assert inside(scenario) == [aoi]


def test_without_a_limit_all_are_told():
    make_product("tea", stock=0)
    wish("aoi", "ren", "yui")
    scenario = make_running(BACK, reentry=EACH)

    tell(stock=1)
    hear()

    assert len(inside(scenario)) == 3


@pytest.mark.parametrize(
    "said",
    [
        {"change": "price_drop", "interest": ["viewed"], "stock_factor": 2},
        {"change": "restocked", "interest": ["viewed"], "percent_at_least": 2},
        {"change": "restocked", "interest": []},
        {"change": "gone", "interest": ["viewed"]},
        {"change": "price_drop", "interest": ["viewed"], "percent_at_least": 101},
    ],
)
def test_what_is_no_news_is_refused(said):
    with pytest.raises(reading.InvalidFlow):
        reading.parse({"trigger": {"type": "product", **said}})


def test_room_that_nobody_took_is_gone_when_it_is_sold_out():
    make_product("tea", stock=0)
    wish("aoi")
    scenario = make_running({**BACK, "stock_factor": 1}, reentry=EACH)
    tell(stock=100)
    hear()
    tell(stock=0)
    hear()
    wish("ren", "yui", "mei")

    tell(stock=2)
    hear()

    assert len(inside(scenario)) == 3


def test_who_looks_at_it_while_it_is_there_is_not_told_that_it_is_back():
    make_product("tea", stock=0)
    wish("aoi")
    scenario = make_running({**BACK, "stock_factor": 5}, reentry=EACH)
    tell(stock=10)
    hear()
    wish("ren")

    tell(stock=9, name="Tea")
    hear()

    assert len(inside(scenario)) == 1
