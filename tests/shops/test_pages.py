"""What the pages of the shop show, and what is done on them."""

import pytest
from django_tenants.utils import tenant_context

from events import refusals
from events.models import EventSettings, EventTypeDefinition
from shops.models import Order, ShopSettings
from tests.factories import make_customer, make_event_type, make_order, make_product
from tests.shops.test_orders import line


@pytest.fixture
def browser(visit):
    return visit("owner")


def test_an_empty_shop_says_what_to_do(browser):
    assert "Nothing has come from the shop yet." in browser.read("shop/")
    assert "No orders yet." in browser.read("shop/orders/")
    assert "No products yet." in browser.read("shop/products/")


def test_the_overview_counts_what_counts_and_shows_what_could_not_be_taken(browser):
    make_order("1001", total=3000)
    make_order("1002", total=500, status="cancelled")
    make_order("1003", total=100, customer="nobody")
    refusals.keep("orders", [("1004", "total: is missing")])

    page = browser.read("shop/")

    assert "¥3,100" in page
    assert "1 orders wait for customers" in page
    assert "total: is missing" in page


def test_orders_are_found(browser):
    make_customer("C-1", name="Sato Aoi")
    make_order("ORDER-1", customer="C-1")
    make_order("ORDER-2", status="shipped")

    assert "ORDER-2" not in browser.read("shop/orders/?q=Sato")
    assert "ORDER-1" in browser.read("shop/orders/?q=C-1")
    assert "ORDER-1" not in browser.read("shop/orders/?status=shipped")
    assert "No order fits" in browser.read("shop/orders/?until=2020-01-01")
    assert "ORDER-1" in browser.read("shop/orders/?status=nonsense&since=yesterday&before=x")


def test_the_list_of_orders_takes_the_same_queries_however_long(browser, django_assert_max_num_queries):
    make_customer("C-1", name="Sato Aoi")
    for number in range(20):
        make_order(str(number), customer="C-1")

    with django_assert_max_num_queries(13):
        browser.read("shop/orders/")


def test_an_order_names_its_products_and_is_cancelled(browser):
    make_product("tea", name="Sencha")
    order = make_order("1001", lines=[line("tea", 2, 3000)])

    assert "Sencha" in browser.read(f"shop/orders/{order.pk}/")

    page = browser.send(f"shop/orders/{order.pk}/cancel/", {})
    assert "The order counts as cancelled now." in page
    assert Order.objects.get().status == "cancelled"
    assert "is cancelled already" in browser.send(f"shop/orders/{order.pk}/cancel/", {})


def test_a_product_shows_its_variants_and_what_changed(browser):
    make_product("shirt", name="Shirt", variants=[{"code": "shirt-l", "name": "L", "stock": 0}])
    shirt = make_product("shirt", price=800, variants=[{"code": "shirt-l", "stock": 5}])

    page = browser.read(f"shop/products/{shirt.pk}/")

    assert "¥800" in page
    assert "Price changed" in page
    assert "Shirt / L" in page
    assert "Back in stock" in page
    assert "Shirt / L" in browser.read("shop/products/?q=shirt-l")


def test_a_customers_orders_are_a_part_of_their_page(browser):
    customer = make_customer("C-1")
    make_order("1001", customer="C-1", total=1200)

    part = browser.read(f"shop/orders/of-customer/{customer.pk}/")

    assert "1001" in part
    assert "¥1,200" in part


def test_the_day_of_the_first_order_is_the_clients(browser):
    customer = make_customer("C-1")
    make_order("1001", customer="C-1", placed_at="2026-05-27T02:19:00+09:00")

    part = browser.read(f"shop/orders/of-customer/{customer.pk}/")

    assert "<dt>First order</dt><dd>2026/05/27</dd>" in part


def test_the_currency_is_chosen_before_there_are_amounts(browser):
    assert "Saved." in browser.send("shop/settings/", {"currency": "USD"})
    make_order("1001")

    assert "can no longer be changed" in browser.send("shop/settings/", {"currency": "JPY"})
    assert ShopSettings.present().currency == "USD"


def test_a_form_of_a_thousand_million_properties_draws_no_thousand_rows(browser):
    rows = {"properties-TOTAL_FORMS": "1000000000", "properties-INITIAL_FORMS": "0"}

    page = browser.send("shop/event-types/new/", {"name": "Ｔ 😀", "label": "Tasted"} | rows)

    assert 'value="Tasted"' in page
    assert "properties-99-name" not in page


def test_an_event_type_is_defined_changed_and_archived(browser):
    row = {"properties-TOTAL_FORMS": 2, "properties-INITIAL_FORMS": 0}
    row |= {"properties-0-name": "points", "properties-0-label": "Points", "properties-0-type": "whole"}
    row |= {"properties-1-name": "", "properties-1-label": "", "properties-1-type": "text"}

    assert "Tasted" in browser.send("shop/event-types/new/", {"name": "tasted", "label": "Tasted"} | row)
    assert "already" in browser.send("shop/event-types/new/", {"name": "bought", "label": "B"} | row)
    assert "a–z" in browser.send("shop/event-types/new/", {"name": "Ｔ 😀", "label": "B"} | row)
    row["properties-INITIAL_FORMS"] = 1
    browser.send("shop/event-types/tasted/", {"label": "Tried", "wish": "archive"} | row)

    made = EventTypeDefinition.objects.get()
    assert (made.label, made.properties) == (
        "Tried",
        [{"name": "points", "label": "Points", "type": "whole"}],
    )
    assert made.archived_at


def test_unknown_types_are_refused_on_demand(browser):
    browser.send("shop/event-types/unknown/", {})

    assert not EventSettings.present().takes_unknown_types
    assert "They are refused" in browser.read("shop/event-types/")


def test_what_is_another_clients_is_not_found(browser, other_tenant):
    with tenant_context(other_tenant):
        order, product, customer = make_order("1"), make_product("tea"), make_customer("1")
        make_event_type("tasted")

    for path in (
        f"orders/{order.pk}/",
        f"products/{product.pk}/",
        f"orders/of-customer/{customer.pk}/",
        "event-types/tasted/",
    ):
        assert browser.get(f"shop/{path}").status_code == 404
