"""Each of Shopify's topics, as it lands in customers, orders and products."""

from decimal import Decimal

import pytest

from connectors import services as connections
from connectors.models import Delivery
from customers import contacts, erasing, services
from customers.models import Customer
from events.models import Event
from shops.models import Order, Product
from tests.connectors.factories import (
    checkout_body,
    customer_body,
    deliveries,
    fulfillment_body,
    line_body,
    make_shopify,
    order_body,
    product_body,
    refund_body,
    take_over,
    tell,
)
from tests.factories import make_customer


@pytest.fixture
def shop(tenant):
    return make_shopify()


def test_a_new_customer_is_in_the_books(shop):
    tell(shop, "customers/create", customer_body(11))
    take_over()

    customer = Customer.objects.get(number="11")
    assert customer.name == "山田 花子"
    assert customer.attributes["shopify_tags"] == ["VIP", "東京"]
    assert customer.attributes["prefecture"] == "Tokyo"
    assert contacts.email_of(customer) == "hanako@example.jp"
    assert deliveries() == [("done", "")]


def test_older_data_of_a_customer_change_nothing(shop):
    tell(shop, "customers/update", customer_body(updated_at="2026-10-09T09:00:00+09:00", last_name="佐藤"))
    tell(shop, "customers/create", customer_body())
    take_over()

    assert Customer.objects.get(number="11").name == "佐藤 花子"
    assert [state for state, _remark in deliveries()] == ["done", "ignored"]


def test_a_customer_of_the_same_address_is_found_if_so_set(tenant):
    shop = make_shopify(numbering="email")
    known = make_customer("C-1")
    services.upsert_customers([{"number": "C-1", "email": "hanako@example.jp"}])
    tell(shop, "customers/create", customer_body(11))
    take_over()

    known.refresh_from_db()
    assert known.name == "山田 花子"
    assert not Customer.objects.filter(number="11").exists()


def test_customers_merged_in_the_shop_are_merged_here(shop):
    tell(shop, "customers/create", customer_body(11))
    tell(shop, "customers/create", customer_body(12, email="b@example.jp"))
    tell(shop, "orders/create", order_body(customer={"id": 12}))
    take_over()
    tell(
        shop,
        "customers/merge",
        {
            "admin_graphql_api_customer_kept_id": "gid://shopify/Customer/11",
            "admin_graphql_api_customer_deleted_id": "gid://shopify/Customer/12",
            "status": "completed",
        },
    )
    tell(shop, "orders/create", order_body(502, customer={"id": 12}))
    take_over()

    assert {order.customer.number for order in Order.objects.all()} == {"11"}


@pytest.mark.parametrize("pairs", [[(11, 11)], [(11, 12), (12, 11)], [(11, 12), (13, 11), (12, 13)]])
def test_customers_merged_in_a_circle_end_as_one(shop, pairs):
    for kept, gone in pairs:
        field = "admin_graphql_api_customer_{}_id"
        ids = {field.format("kept"): f"gid://shopify/Customer/{kept}"}
        ids |= {field.format("deleted"): f"gid://shopify/Customer/{gone}"}
        tell(shop, "customers/merge", {"status": "completed"} | ids)
    tell(shop, "orders/create", order_body(501, customer=customer_body(11)))
    take_over()

    assert [state for state, _remark in deliveries()] == ["done"] * (len(pairs) - 1) + ["ignored", "done"]
    assert Order.objects.get().customer is not None


def test_a_deleted_customer_is_kept_and_marked(shop):
    tell(shop, "customers/create", customer_body(11))
    tell(shop, "customers/delete", {"id": 11})
    take_over()

    assert Customer.objects.get(number="11").attributes["shopify_deleted"] is True


def test_an_order_lands_with_its_lines(shop):
    tell(shop, "customers/create", customer_body(11))
    tell(shop, "orders/create", order_body())
    take_over()

    order = Order.objects.get(number="#501")
    assert order.customer.number == "11"
    assert (order.status, order.total, order.coupon_code) == ("paid", Decimal(7000), "AUTUMN")
    assert [(line["product"], line["quantity"], line["amount"]) for line in order.lines] == [
        ("shirt-m", 2, 4000),
        ("cap", 1, 2500),
    ]


def test_a_guests_order_is_kept(shop):
    tell(shop, "orders/create", order_body(customer=None))
    take_over()

    assert Order.objects.get(number="#501").customer is None


def test_a_discount_is_taken_off_its_line(shop):
    line = line_body(1, "shirt-m", 3, "1000", discount_allocations=[{"amount": "300"}])
    tell(shop, "orders/create", order_body(line_items=[line], total_price="2700", current_total_price="2700"))
    take_over()

    assert Order.objects.get().lines[0]["amount"] == 2700


def test_a_refund_takes_off_the_amount_and_the_piece(shop):
    tell(shop, "orders/create", order_body())
    tell(shop, "refunds/create", refund_body(amount="2000"))
    take_over()

    order = Order.objects.get()
    assert order.refunded == Decimal(2000)
    assert order.counted_amount == Decimal(5000)
    assert order.lines[0]["quantity"] == 1
    assert order.status == "partly_refunded"


def test_what_is_wholly_given_back_counts_no_more(shop):
    tell(shop, "refunds/create", refund_body(amount="7000"))
    tell(shop, "orders/create", order_body())
    take_over()

    order = Order.objects.get()
    assert order.status == "returned"
    assert order.counted_amount == 0


def test_what_was_added_to_an_order_counts(shop):
    tell(shop, "orders/create", order_body(501, customer=customer_body(11)))
    added = {"current_total_price": "9000", "updated_at": "2026-10-03T10:00:00+09:00"}
    tell(shop, "orders/updated", order_body(501, **added))
    take_over()

    assert (Order.objects.get().total, Order.objects.get().counted_amount) == (9000, 9000)


def test_a_cancelled_order_says_so(shop):
    at = "2026-10-03T08:00:00+09:00"
    tell(shop, "orders/cancelled", order_body(cancelled_at=at, updated_at=at))
    take_over()

    order = Order.objects.get()
    assert order.status == "cancelled"
    assert order.cancelled_at.isoformat() == "2026-10-02T23:00:00+00:00"


def test_a_deleted_order_counts_no_more(shop):
    tell(shop, "orders/create", order_body())
    tell(shop, "orders/delete", {"id": 501})
    take_over()

    assert Order.objects.get().status == "cancelled"


def test_shipping_and_arrival_are_told(shop):
    delivered = fulfillment_body(updated_at="2026-10-04T12:00:00+09:00", shipment_status="delivered")
    tell(shop, "orders/create", order_body())
    tell(shop, "fulfillments/create", fulfillment_body())
    take_over()
    shipped = Order.objects.get()
    tell(shop, "fulfillments/update", delivered)
    take_over()

    order = Order.objects.get()
    assert (shipped.status, shipped.tracking_number) == ("shipped", "4321-0000-1111")
    assert order.status == "delivered"
    assert order.delivered_at.isoformat() == "2026-10-04T03:00:00+00:00"


@pytest.mark.parametrize("turn", [1, -1])
def test_an_order_has_not_arrived_while_a_later_parcel_is_on_its_way(shop, turn):
    arrived = {"shipment_status": "delivered", "updated_at": "2026-10-04T10:00:00+09:00"}
    later = {"created_at": "2026-10-05T10:00:00+09:00", "updated_at": "2026-10-05T10:00:00+09:00"}
    news = [
        ("fulfillments/update", fulfillment_body(91, **arrived)),
        ("fulfillments/create", fulfillment_body(92, **later)),
    ]
    tell(shop, "customers/create", customer_body(11))
    tell(shop, "orders/create", order_body(501))
    take_over()

    for topic, body in news[::turn]:
        tell(shop, topic, body)
        take_over()

    order = Order.objects.get()
    assert (order.status, order.delivered_at) == ("shipped", None)
    assert not Event.objects.filter(type="order_delivered").exists()


def test_a_test_order_counts_nowhere(shop):
    tell(shop, "orders/create", order_body(test=True))
    take_over()

    assert Order.objects.get().is_test
    assert not Event.objects.filter(type="order_placed").exists()


def test_a_checkout_is_an_event_once_and_each_cart_another(shop):
    tell(shop, "customers/create", customer_body(11))
    tell(shop, "checkouts/create", checkout_body())
    tell(shop, "checkouts/update", checkout_body())
    tell(shop, "checkouts/update", checkout_body(updated_at="2026-10-02T09:45:00+09:00", total_price="9000"))
    take_over()

    started = Event.objects.get(type="checkout_started")
    carts = Event.objects.filter(type="cart_updated").order_by("at")
    assert started.properties["url"].startswith("https://nagi-store.myshopify.com/")
    assert [cart.properties["amount"] for cart in carts] == [4500, 9000]
    assert carts[0].properties["products"] == ["shirt-m", "cap"]


def test_a_guests_checkout_is_ignored_with_a_reason(shop):
    tell(shop, "checkouts/create", checkout_body(customer=None))
    take_over()

    [(state, remark)] = deliveries()
    assert state == "ignored"
    assert remark


def test_products_land_with_their_variants(shop):
    tell(shop, "products/create", product_body())
    take_over()

    shirt = Product.objects.get(code="shirt-m")
    assert shirt.parent.name == "Shirt"
    assert (shirt.price, shirt.compare_at_price, shirt.stock) == (2000, 2500, 5)
    assert shirt.parent.page_url == "https://nagi-store.myshopify.com/products/shirt"


def test_stock_of_a_location_is_told_by_its_item(shop):
    level = {"inventory_item_id": 2000, "location_id": 1, "available": 7}
    tell(shop, "inventory_levels/update", level | {"updated_at": "2026-10-03T09:00:00+09:00"})
    tell(shop, "products/create", product_body())
    take_over()

    assert Product.objects.get(code="shirt-l").stock == 7


def test_a_product_told_of_after_its_stock_still_changes(shop):
    level = {"inventory_item_id": 2000, "location_id": 1, "available": 7}
    tell(shop, "products/create", product_body())
    tell(shop, "inventory_levels/update", level | {"updated_at": "2026-10-05T09:00:00+09:00"})
    tell(shop, "products/update", product_body(title="Linen shirt", updated_at="2026-10-04T09:00:00+09:00"))
    take_over()

    large = Product.objects.get(code="shirt-l")
    assert large.stock == 7
    assert large.parent.name == "Linen shirt"


def test_a_deleted_product_is_out_of_stock(shop):
    tell(shop, "products/create", product_body())
    tell(shop, "products/delete", {"id": 31})
    take_over()

    assert set(Product.objects.exclude(parent=None).values_list("stock", flat=True)) == {0}


def test_a_customer_who_must_be_erased_is_erased_with_what_came(shop):
    tell(shop, "customers/create", customer_body(11))
    take_over()
    tell(shop, "customers/redact", {"shop_domain": "x", "customer": {"id": 11}, "orders_to_redact": []})
    take_over()

    customer = Customer.objects.get(number="11")
    assert customer.name == ""
    assert contacts.email_of(customer) == ""
    assert list(Delivery.objects.values_list("topic", flat=True)) == ["customers/redact"]


def test_an_erasure_can_be_replayed_and_holds_nothing_up(shop):
    tell(shop, "customers/create", customer_body(11))
    tell(shop, "customers/redact", {"customer": {"id": 11}})
    take_over()

    connections.replay(Delivery.objects.get(topic="customers/redact"), by=None)
    tell(shop, "customers/create", customer_body(12))
    take_over()

    assert [state for state, _remark in deliveries()] == ["done", "done"]


def test_orders_of_an_erased_customer_are_followed_and_nothing_of_them_comes_back(shop):
    tell(shop, "orders/create", order_body(501, customer=customer_body(11)))
    take_over()
    erasing.erase(Customer.objects.get())

    later = {"updated_at": "2026-10-09T10:00:00+09:00"}
    tell(shop, "customers/update", customer_body(11, **later))
    cancelled = {"cancelled_at": "2026-10-09T10:00:00+09:00"} | later
    tell(shop, "orders/cancelled", order_body(501, customer=customer_body(11, **later), **cancelled))
    take_over()

    assert [state for state, _remark in deliveries()] == ["done", "ignored", "done"]
    assert Order.objects.get().status == "cancelled"
    assert Customer.objects.get().name == ""


@pytest.mark.parametrize("topic", ["orders/edited", "themes/publish", ""])
def test_other_topics_are_ignored_with_a_reason(shop, topic):
    tell(shop, topic, {"order_edit": {"order_id": 501}})
    take_over()

    [(state, remark)] = deliveries()
    assert state == "ignored"
    assert remark


@pytest.mark.parametrize(
    ("topic", "body"),
    [
        ("orders/create", {}),
        ("orders/create", order_body(total_price="NaN", current_total_price="NaN")),
        ("orders/create", order_body(total_price="abc")),
        ("orders/create", order_body(total_price="-1", current_total_price="-1")),
        ("orders/create", order_body(updated_at="yesterday")),
        ("checkouts/create", checkout_body(total_price="1E+999999999")),
        ("orders/create", order_body(currency="XXX")),
        ("orders/create", order_body(line_items="none")),
        ("orders/create", order_body(line_items=[line_body(1, "a", "two", "1")])),
        ("orders/create", order_body(name="\0")),
        ("orders/create", order_body(id=None)),
        ("orders/create", order_body(id="9" * 101)),
        ("refunds/create", refund_body(order=None)),
        ("fulfillments/create", fulfillment_body(updated_at=5, created_at=5)),
        ("customers/create", customer_body(id=True)),
        ("customers/create", customer_body(updated_at=None, created_at=None)),
        ("customers/merge", {"status": "completed"}),
        ("products/create", product_body(variants=[5])),
        ("inventory_levels/update", {"inventory_item_id": 1, "location_id": 1, "available": "x"}),
    ],
)
def test_a_body_that_cannot_be_read_fails_with_a_reason_and_is_kept(shop, topic, body):
    status = tell(shop, topic, body)
    take_over()

    [(state, remark)] = deliveries()
    assert status == 200
    assert state == "failed"
    assert remark
