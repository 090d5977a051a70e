"""The pages of shop connections."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.html import escape
from django_tenants.utils import tenant_context

from accounts.models import Activity
from connectors.models import Connection, Delivery
from tests.connectors.factories import (
    SECRET,
    SHOP,
    customer_body,
    deliveries,
    make_cart,
    make_shopify,
    order_body,
    take_over,
    tell,
)

SHOPIFY = {"name": "Nagi", "shop_domain": SHOP, "secret": SECRET, "numbering": "shop", "silence_days": 3}
CART = {
    "name": "Cart",
    "proof": "hmac_hex",
    "header": "X-Signature",
    "content": "json",
    "tolerance_seconds": 300,
    "silence_days": 3,
}
BY_ID = '{"rules": [{"to": "customer", "fields": {"number": "id"}}]}'


@pytest.fixture
def manager(tenant, visit):
    return visit("account_manager")


def test_an_empty_list_says_what_to_do(manager):
    assert "Connect Shopify" in manager.read("connections/")


def test_shopify_is_connected_and_then_set_up(manager):
    page = manager.send("connections/new/shopify/", SHOPIFY)

    shop = Connection.objects.get()
    assert f"/c/apparel/in/{shop.code}/" in page
    assert "inventory_levels/update" in page
    assert SECRET not in page


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"shop_domain": "example.com"}, "myshopify.com"),
        ({"shop_domain": "evil.com/.myshopify.com"}, "myshopify.com"),
        ({"secret": "short"}, "at least 8"),
        ({"name": ""}, "required"),
        ({"silence_days": 0}, "greater than or equal"),
    ],
)
def test_a_shop_that_cannot_be_right_is_refused_with_a_reason(manager, change, why):
    page = manager.send("connections/new/shopify/", SHOPIFY | change)

    assert why in page
    assert not Connection.objects.exists()


def test_a_name_is_given_once(manager):
    make_shopify("Nagi")

    assert "already" in manager.send("connections/new/shopify/", SHOPIFY)
    assert Connection.objects.count() == 1


def test_a_secret_made_here_is_shown_once(manager):
    page = manager.send("connections/new/", CART)

    cart = Connection.objects.get()
    [secret] = cart.secrets(timezone.now())
    assert secret in page
    assert secret not in manager.read(f"connections/{cart.pk}/")
    assert secret not in manager.read(f"connections/{cart.pk}/setup/")


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"header": ""}, "Name the header"),
        ({"header": "X Signature"}, "cannot be a header"),
        ({"header": "X-Signature\r\nX: y"}, "cannot be a header"),
        ({"proof": "basic"}, "user name"),
        ({"proof": "basic", "user_name": "a:b"}, "user name"),
        ({"tolerance_seconds": 5}, "greater than or equal"),
    ],
)
def test_a_cart_that_cannot_be_right_is_refused_with_a_reason(manager, change, why):
    page = manager.send("connections/new/", CART | change)

    assert why in page
    assert not Connection.objects.exists()


def test_the_log_is_searched_by_topic_state_and_number(manager):
    shop = make_shopify()
    tell(shop, "customers/create", customer_body(11))
    tell(shop, "orders/create", order_body(customer=None))
    tell(shop, "orders/create", {})
    take_over()

    by_number = manager.read(f"connections/{shop.pk}/", {"query": "#501"})
    failed = manager.read(f"connections/{shop.pk}/", {"state": "failed"})
    by_topic = manager.read(f"connections/{shop.pk}/", {"topic": "customers/create"})

    assert by_number.count('<th scope="row"') == 1
    assert failed.count('<th scope="row"') == 1
    assert by_topic.count('<th scope="row"') == 1


def test_a_body_is_shown_to_who_may_and_that_is_kept(manager):
    shop = make_shopify()
    tell(shop, "customers/create", customer_body(11))
    address = f"connections/{shop.pk}/deliveries/{Delivery.objects.get().pk}/"

    before = manager.read(address)
    page = manager.send(f"{address}body/", {})

    assert "hanako@example.jp" not in before
    assert "hanako@example.jp" in page
    assert Activity.objects.filter(verb="connection.body_read").exists()


def test_what_failed_is_replayed_by_one_and_by_all(manager):
    shop = make_shopify()
    tell(shop, "orders/create", {})
    tell(shop, "orders/create", {})
    take_over()
    first = Delivery.objects.order_by("id")[0]

    manager.send(f"connections/{shop.pk}/deliveries/{first.pk}/replay/", {})
    one = [state for state, _remark in deliveries()]
    take_over()
    manager.send(f"connections/{shop.pk}/replay/", {})

    assert one == ["new", "failed"]
    assert [state for state, _remark in deliveries()] == ["new", "new"]


def test_silence_after_news_is_shown(manager, time_machine):
    shop = make_shopify()
    tell(shop, "customers/create", customer_body(11))
    take_over()
    Connection.objects.update(received_at=timezone.now() - timedelta(days=4))

    assert "Silent" in manager.read("connections/")
    assert "though it used to" in manager.read(f"connections/{shop.pk}/")


def test_the_setup_page_ticks_what_has_arrived(manager):
    shop = make_shopify()
    before = manager.read(f"connections/{shop.pk}/setup/")
    tell(shop, "orders/create", order_body())
    take_over()

    after = manager.read(f"connections/{shop.pk}/setup/", **{"HX-Request": "true"})

    assert before.count("has arrived") == 0
    assert after.count("has arrived") == 1
    assert "<html" not in after


def test_a_mapping_is_tried_and_then_saved(manager):
    cart = make_cart()
    address = f"connections/{cart.pk}/mapping/"

    tried = manager.send(address, {"mapping": BY_ID, "sample": '{"id": "C-7"}'})
    cart.refresh_from_db()
    before = cart.mapping
    manager.send(address, {"mapping": BY_ID, "sample": "", "save": "1"})

    cart.refresh_from_db()
    assert "would be taken over" in tried
    assert before == {}
    assert cart.mapping["rules"][0]["to"] == "customer"


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"mapping": "{"}, "valid JSON"),
        ({"mapping": "[" * 3_000}, "This cannot be kept"),
        ({"mapping": "9" * 5_000}, "This cannot be kept"),
        ({"mapping": '{"a": NaN}', "save": "1"}, "This cannot be kept"),
        ({"mapping": '{"a": "\\ud800"}', "save": "1"}, "This cannot be kept"),
        ({"mapping": '{"a": "\\u0000"}', "save": "1"}, "This cannot be kept"),
        ({"mapping": '{"rules": []}', "save": "1"}, "cannot be understood"),
        ({"mapping": BY_ID, "sample": "{"}, "no JSON"),
        ({"mapping": BY_ID, "sample": "{}"}, "is missing"),
    ],
)
def test_a_mapping_that_is_wrong_says_where(manager, given, why):
    cart = make_cart()

    page = manager.send(f"connections/{cart.pk}/mapping/", {"sample": ""} | given)

    assert why in page
    assert escape(given["mapping"]) in page


@pytest.mark.parametrize("asked", ["²", "9" * 5_000, "-1", "x"])
def test_a_delivery_that_is_no_number_is_no_sample(manager, asked):
    manager.read(f"connections/{make_cart().pk}/mapping/", {"delivery": asked})


def test_a_connection_is_removed_after_a_question(manager):
    shop = make_shopify()

    question = manager.read(f"connections/{shop.pk}/remove/")
    manager.send(f"connections/{shop.pk}/remove/", {})

    assert "Customers, orders and products stay" in question
    assert not Connection.objects.exists()


@pytest.mark.parametrize("page", ["", "setup/", "edit/", "mapping/", "secret/", "remove/", "deliveries/1/"])
def test_another_clients_connection_is_not_found(manager, other_tenant, page):
    with tenant_context(other_tenant):
        for number in range(9):
            shop = make_cart(f"Cart {number}")

    assert manager.get(f"connections/{shop.pk}/{page}").status_code == 404


def test_the_log_asks_no_more_for_more_rows(manager, django_assert_num_queries):
    shop = make_shopify()
    tell(shop, "orders/create", {})
    with CaptureQueriesContext(connection) as captured:
        manager.read(f"connections/{shop.pk}/")
    needed = len(captured)
    for number in range(20):
        tell(shop, "orders/create", {"id": number})

    with django_assert_num_queries(needed):
        manager.read(f"connections/{shop.pk}/")
