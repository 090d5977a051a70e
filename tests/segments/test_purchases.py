"""Products, categories, orders, and what will be used up: conditions on purchases."""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.utils import translation
from django_tenants.utils import tenant_context

from segments import services
from segments.errors import InvalidTree
from shops.models import ShopSettings
from tests.factories import make_customer, make_friend, make_order, make_product
from tests.segments.doing import NOON, days, did, found, make_linked

LATELY = datetime.fromisoformat("2026-06-10T10:00:00+09:00")


@pytest.fixture(autouse=True)
def clock(tenant):
    with time_machine.travel(NOON, tick=False) as clock:
        yield clock


def line(product: str, quantity: int = 1, amount: float = 1000, category: str = "") -> dict:
    return {"product": product, "quantity": quantity, "amount": amount, "category": category}


def ordered(name: str, *lines: dict, at: datetime = LATELY, number: str = "", **told: object) -> None:
    given = {"lines": list(lines), "placed_at": at.isoformat(), "customer": name}
    make_order(number, **given, **({"total": sum(each["amount"] for each in lines)} | told))


def test_a_product_stands_for_its_variants():
    make_product("shirt", variants=[{"code": "shirt-l"}])
    for name, product in [("whole", "shirt"), ("variant", "shirt-l"), ("other", "shirt-xl")]:
        make_linked(name)
        ordered(name, line(product))

    assert found("bought", products=["shirt"], times_at_least=1) == {"whole", "variant"}
    assert found("bought", products=["shirt-l"], times_at_least=1) == {"variant"}
    assert found("bought", products=["unknown", "shirt-xl"], times_at_least=1) == {"other"}


def test_a_variant_the_shop_tells_of_later_counts_at_once():
    make_linked("aoi")
    ordered("aoi", line("shirt-l"))
    assert found("bought", products=["shirt"], times_at_least=1) == set()

    make_product("shirt", variants=[{"code": "shirt-l"}])

    assert found("bought", products=["shirt"], times_at_least=1) == {"aoi"}


def test_a_category_stands_for_those_below_it():
    make_product("cup", category="Home > Kitchen")
    categories = {"care": "Skin > Care", "skin": "Skin", "skinny": "Skinny > Jeans", "none": ""}
    for name, category in categories.items():
        make_linked(name)
        ordered(name, line("cup" if name == "none" else name, category=category))

    assert found("bought", category="Skin", times_at_least=1) == {"care", "skin"}
    assert found("bought", category="Skin > Care", times_at_least=1) == {"care"}
    assert found("bought", category="Home", times_at_least=1) == {"none"}


def test_lines_of_an_order_are_one_time():
    for name in ("once", "twice", "never"):
        make_linked(name)
    ordered("once", line("tea"), line("tea", 2))
    ordered("twice", line("tea"))
    ordered("twice", line("tea"))

    assert found("bought", products=["tea"], times_at_least=2) == {"twice"}
    assert found("bought", products=["tea"], times_at_least=1, times_at_most=1) == {"once"}
    assert found("bought", products=["tea"], times_at_most=1) == {"once", "never"}
    assert found("bought", products=["tea"], times_at_most=0) == {"never"}
    assert found("bought", products=["tea"], quantity_at_least=3) == {"once"}


def test_amounts_of_a_product():
    ShopSettings.objects.create(pk=1, currency="USD")
    for name in ("aoi", "ren"):
        make_linked(name)
    ordered("aoi", line("tea", amount=0.1), line("tea", amount=0.2), line("cup", amount=50))
    ordered("ren", line("tea", amount=0.29))

    assert found("bought", products=["tea"], amount_at_least=0.3) == {"aoi"}
    assert found("bought", products=["tea"], amount_at_least=0.01, amount_at_most=0.3) == {"aoi", "ren"}


def test_a_cancelled_order_was_no_purchase():
    make_linked("aoi")
    ordered("aoi", line("tea"), number="1")
    assert found("bought", products=["tea"], times_at_least=1) == {"aoi"}

    make_order("1", status="cancelled")

    assert found("bought", products=["tea"], times_at_least=1) == set()
    assert found("orders", orders_at_most=0) == {"aoi"}


def test_orders_of_all_time():
    for name, totals in {"small": [100], "large": [5000, 7000], "none": []}.items():
        make_linked(name)
        for total in totals:
            ordered(name, total=total)

    assert found("orders", orders_at_least=1) == {"small", "large"}
    assert found("orders", orders_at_most=1) == {"small", "none"}
    assert found("orders", amount_at_least=12000) == {"large"}
    assert found("orders", amount_at_most=100) == {"small", "none"}
    assert found("orders", average_at_least=6000) == {"large"}
    assert found("orders", average_at_most=6000) == {"small", "large"}


def test_what_was_given_back_is_no_revenue():
    make_linked("aoi")
    ordered("aoi", total=5000, refunded=2000, status="partly_refunded")

    assert found("orders", amount_at_least=3001) == set()
    assert found("orders", amount_at_least=3000) == {"aoi"}
    assert found("orders", amount_at_least=3001, within_days=30) == set()
    assert found("orders", amount_at_least=3000, within_days=30) == {"aoi"}


def test_the_last_order_between_two_numbers_of_days_ago(clock):
    for ago in (59, 60, 90, 91):
        make_linked(f"{ago} days")
        ordered(f"{ago} days", total=1, at=NOON - days(ago))
    make_linked("never")

    between = {"last_days_at_least": 60, "last_days_at_most": 90}
    assert found("orders", **between) == {"60 days", "90 days"}
    assert found("orders", last_days_at_least=91) == {"91 days"}

    clock.shift(timedelta(hours=12))
    assert found("orders", **between) == {"59 days", "60 days"}


def test_the_first_order_and_orders_of_a_stretch_of_time():
    make_linked("old")
    make_linked("new")
    for name, ago in [("old", 400), ("old", 10), ("old", 5), ("new", 5)]:
        ordered(name, total=1000, at=NOON - days(ago))

    assert found("orders", first_days_at_most=30) == {"new"}
    assert found("orders", orders_at_least=2, within_days=30) == {"old"}
    assert found("orders", orders_at_most=0, since="2025-01-01", until="2025-12-31") == {"new"}
    assert found("orders", amount_at_least=1000, days_ago_at_least=100) == {"old"}


def test_a_test_order_and_one_of_nobody_here_count_for_none():
    make_linked("aoi")
    make_customer("unlinked")
    ordered("aoi", total=1000, is_test=True)
    ordered("unlinked", total=1000)

    assert found("orders", orders_at_least=1) == set()


def test_used_up_follows_the_last_purchase_and_how_much_it_was(clock):
    make_linked("one")
    make_linked("two")
    ordered("one", line("lotion", 5), at=NOON - days(100))
    ordered("one", line("lotion", 1), at=NOON - days(25))
    ordered("two", line("lotion", 1), line("lotion", 1), at=NOON - days(25))

    asked = {"products": ["lotion"], "lasts_days": 30}
    assert found("run_out", **asked, from_days=0, to_days=5) == {"one"}
    assert found("run_out", **asked, from_days=0, to_days=4) == set()
    assert found("run_out", **asked, from_days=30, to_days=40) == {"two"}

    clock.move_to(datetime.fromisoformat("2026-06-15T23:59:59.999999+09:00"))
    assert found("run_out", **asked, from_days=0, to_days=4) == set()
    clock.shift(timedelta(microseconds=1))
    assert found("run_out", **asked, from_days=0, to_days=4) == {"one"}
    clock.shift(days(5))
    assert found("run_out", **asked, from_days=0, to_days=4) == set()
    assert found("run_out", **asked, from_days=-1, to_days=-1) == {"one"}


def test_a_purchase_told_without_a_quantity_is_one_piece():
    did("aoi", "bought", ago=days(25), product="lotion")
    did("ren", "bought", ago=days(25), product="lotion", quantity=10**14)

    assert found("run_out", products=["lotion"], lasts_days=30, to_days=5) == {"aoi"}


@pytest.mark.parametrize(
    ("leaf", "message"),
    [
        ({"type": "bought"}, "needs a number of times, pieces or an amount"),
        ({"type": "bought", "products": [], "times_at_least": 1}, "products: must be a list of 1 to 100"),
        (
            {"type": "bought", "products": ["a"], "category": "b", "times_at_least": 1},
            "category: name products",
        ),
        ({"type": "bought", "amount_at_least": "1"}, "amount_at_least: must be a number"),
        (
            {"type": "bought", "times_at_least": 2, "times_at_most": 1},
            "times_at_most is less than times_at_least",
        ),
        ({"type": "orders"}, "needs a number of orders, an amount or days"),
        (
            {"type": "orders", "last_days_at_least": 2, "last_days_at_most": 1},
            "last_days_at_most: last_days_at_most",
        ),
        (
            {"type": "run_out", "products": ["a"], "lasts_days": 0, "to_days": 1},
            "lasts_days: must be a number from",
        ),
        (
            {"type": "run_out", "products": ["a"], "lasts_days": 1, "to_days": -1},
            "to_days: the later of the two",
        ),
    ],
)
def test_what_does_not_fit_is_refused_with_its_place(django_assert_num_queries, leaf, message):
    with django_assert_num_queries(0), pytest.raises(InvalidTree) as refused:
        services.count(leaf)

    assert refused.value.message.startswith(message)


@pytest.mark.parametrize("text", ["'; DROP TABLE shops_order; --", "%s", "%(x)s", "が", "ＡＢＣ", "🍣", "\\"])
def test_any_code_and_category_is_compared_as_it_is(text):
    make_linked("aoi")
    ordered("aoi", line(text, category=f"{text} > {text}"))

    assert found("bought", products=[text], times_at_least=1) == {"aoi"}
    assert found("bought", category=text, times_at_least=1) == {"aoi"}
    assert found("run_out", products=[text], lasts_days=1, from_days=-10, to_days=10) == {"aoi"}


def test_purchases_of_another_client_count_for_nobody_here(other_tenant):
    with tenant_context(other_tenant):
        make_linked("aoi")
        ordered("aoi", line("tea"))
    make_friend("aoi")

    assert found("bought", times_at_least=1) == found("orders", orders_at_least=1) == set()


def test_the_words_read_like_a_marketers():
    make_product("lotion", name="化粧水")
    bought = {"type": "bought", "products": ["lotion"], "times_at_least": 2, "within_days": 90}
    orders = {"type": "orders", "last_days_at_least": 60, "last_days_at_most": 90, "amount_at_least": 10000}
    run_out = {"type": "run_out", "products": ["lotion"], "lasts_days": 30, "to_days": 7}

    assert services.words(bought) == "bought 化粧水 2 times or more within 90 days"
    assert services.words(orders) == "ordered for ¥10,000 or more, last order 60 to 90 days ago"
    assert services.words(run_out) == "化粧水 (lasts 30 days) used up in the next 7 days"
    with translation.override("ja"):
        assert services.words(bought) == "化粧水を90日以内に2回以上購入"
        assert services.words(orders) == "合計¥10,000以上の注文、60〜90日前に最終注文"
        assert services.words(run_out) == "化粧水（1個30日分）を7日以内に使い切る見込み"
