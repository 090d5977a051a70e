"""Products and orders as an integrator sends and reads them."""

import pytest
from django.utils import timezone
from django_tenants.utils import tenant_context

from customers import merging
from events.models import Refusal
from tests.api.conftest import EVERYTHING, caller, make_key
from tests.factories import make_customer, make_order, make_product
from tests.shops.test_orders import row


@pytest.fixture
def call(tenant):
    return caller(make_key(tenant, *EVERYTHING))


def test_orders_go_in_and_come_out(call):
    make_customer("C-1")

    answer = call.post("orders/bulk/", {"orders": [row(), row("1002", total="x")]})

    assert answer.json()["created"] == 1
    assert [error["index"] for error in answer.json()["errors"]] == [1]
    assert Refusal.objects.get().subject == "1002"
    [order] = call.get("orders/?customer=C-1").json()["items"]
    assert (order["number"], order["total"], order["lines"]) == (
        "1001",
        "3000.00",
        [{"product": "tea", "quantity": 2, "amount": 3000}],
    )
    assert call.get("orders/?status=cancelled").json()["items"] == []


def test_orders_are_found_by_every_number_of_their_customer(call):
    into, gone = make_customer("C-1"), make_customer("C-2")
    call.post("orders/bulk/", {"orders": [row(customer="C-2"), row("1002", customer="C-3")]})
    merging.merge(into, gone)

    found = [call.get(f"orders/?customer={number}").json()["items"] for number in ("C-1", "C-2", "C-3")]

    assert [[order["number"] for order in orders] for orders in found] == [["1001"], ["1001"], ["1002"]]


def test_an_order_is_cancelled_once(call):
    order = make_order("1001", customer="C-1")

    assert call.put(f"orders/{order.pk}/cancellation/").json()["status"] == "cancelled"
    assert call.put(f"orders/{order.pk}/cancellation/").json()["code"] == "cancelled_already"


def test_products_go_in_and_come_out(call):
    given = {"code": "shirt", "price": "4980", "variants": [{"code": "shirt-l", "stock": 3}]}

    answer = call.post("products/bulk/", {"products": [given, {"name": "?"}]})

    assert answer.json()["created"] == 2
    assert answer.json()["errors"] == [{"index": 1, "detail": "code: is missing"}]
    [product] = call.get("products/").json()["items"]
    assert (product["code"], product["price"]) == ("shirt", "4980.00")
    assert [variant["code"] for variant in product["variants"]] == ["shirt-l"]
    assert call.get(f"products/?updated_since={timezone.now():%Y-%m-%dT%H:%M:%SZ}").status_code == 200


@pytest.mark.parametrize("body", [{}, [], {"orders": []}, {"orders": [{}] * 1_001}, {"orders": "all"}])
def test_a_batch_that_is_none_is_refused_as_a_whole(call, body):
    answer = call.post("orders/bulk/", body)

    assert answer.status_code == 400
    assert answer.json()["detail"] == "orders: Give a list of 1 to 1000 items."


def test_a_batch_takes_the_same_queries_however_long(call, django_assert_max_num_queries):
    make_customer("C-1")
    orders = [row(str(number)) for number in range(300)]

    with django_assert_max_num_queries(26):
        answer = call.post("orders/bulk/", {"orders": orders})

    assert answer.json()["created"] == 300


def test_what_is_another_clients_is_not_found(call, other_tenant):
    with tenant_context(other_tenant):
        order, product = make_order("1"), make_product("tea")

    assert call.get(f"orders/{order.pk}/").status_code == 404
    assert call.put(f"orders/{order.pk}/cancellation/").status_code == 404
    assert call.get(f"products/{product.pk}/").status_code == 404
