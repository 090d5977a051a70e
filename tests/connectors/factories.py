"""Connections to shops, and bodies as Shopify documents them, made by hand."""

from typing import Any
from uuid import uuid4

import orjson
from django.test import Client
from django.utils import timezone

from accounts import current
from connectors import bodies, processing, proofs, services
from connectors.models import Connection, Delivery, ExternalId, Topic

SECRET = "shpss_0123456789abcdef"
SHOP = "nagi-store.myshopify.com"


def make_shopify(name: str = "Nagi store", **fields: Any) -> Connection:
    given = {"shop_domain": SHOP, "secret": SECRET, "by": None} | fields
    return services.connect_shopify(name=name, **given)


def make_cart(name: str = "Cart", **fields: Any) -> Connection:
    """Another cart, which signs with HMAC-SHA256 in hexadecimal."""
    given = {"header": "X-Signature", "secret": SECRET} | fields
    mapping = given.pop("mapping", {})
    connection, _secret = services.connect_other(name=name, by=None, **given)
    Connection.objects.filter(pk=connection.pk).update(mapping=mapping or connection.mapping)
    connection.refresh_from_db()
    return connection


def shopify_headers(topic: str, body: bytes, **changed: str) -> dict[str, str]:
    """What Shopify sends with a body. Source: https://shopify.dev/docs/apps/build/webhooks/delivery-structure"""
    return {
        "X-Shopify-Topic": topic,
        "X-Shopify-Hmac-Sha256": proofs.sign("hmac_base64", SECRET, body),
        "X-Shopify-Shop-Domain": SHOP,
        "X-Shopify-Webhook-Id": str(uuid4()),
        "X-Shopify-Event-Id": str(uuid4()),
        "X-Shopify-API-Version": "2025-10",
    } | changed


def make_shop_rows() -> dict[str, object]:
    """A connection, something that failed, a topic, and an ID: as addresses name them."""
    cart = make_cart()
    body = b"{}"
    key = str(uuid4())
    Topic.objects.create(connection=cart, name="order", count=1, last_at=timezone.now())
    ExternalId.objects.create(connection=cart, kind="order", external="1", ours="A-1")
    delivery = Delivery.objects.create(
        connection=cart,
        key=key,
        body_sealed=bodies.seal(cart.pk, key, body),
        size=len(body),
        happened_at=timezone.now(),
        state="failed",
    )
    return {"shop_connection": cart.pk, "shop_delivery": delivery.pk}


def post(connection: Connection, body: bytes, headers: dict[str, str]) -> int:
    """The status with which the shop's post was answered."""
    tenant = current.tenant()
    address = f"/c/{tenant.slug}/in/{connection.code}/"
    answer = Client().post(address, data=body, content_type="application/json", headers=headers)
    current.connection.set_tenant(tenant)  # a request leaves it
    return answer.status_code


def tell(connection: Connection, topic: str, body: dict[str, Any], **changed: str) -> int:
    """As if Shopify had posted this."""
    raw = orjson.dumps(body)
    return post(connection, raw, shopify_headers(topic, raw, **changed))


def take_over() -> None:
    """What the task does until nothing is due."""
    while processing.process_one():
        pass


def deliveries() -> list[tuple[str, str]]:
    """State and remark of each, oldest first."""
    return [(each.state, each.remark) for each in Delivery.objects.order_by("id")]


def customer_body(number: int = 11, **fields: Any) -> dict[str, Any]:
    return {
        "id": number,
        "email": "hanako@example.jp",
        "created_at": "2026-10-01T09:00:00+09:00",
        "updated_at": "2026-10-01T09:00:00+09:00",
        "first_name": "花子",
        "last_name": "山田",
        "state": "enabled",
        "tags": "VIP, 東京",
        "phone": "+819012345678",
        "default_address": {"province": "Tokyo", "country_code": "JP"},
        "email_marketing_consent": {"state": "subscribed"},
        "admin_graphql_api_id": f"gid://shopify/Customer/{number}",
    } | fields


def order_body(number: int = 501, **fields: Any) -> dict[str, Any]:
    return {
        "id": number,
        "name": f"#{number}",
        "created_at": "2026-10-02T10:00:00+09:00",
        "processed_at": "2026-10-02T10:00:00+09:00",
        "updated_at": "2026-10-02T10:00:00+09:00",
        "cancelled_at": None,
        "currency": "JPY",
        "current_total_price": "7000",
        "current_total_discounts": "0",
        "current_total_tax": "636",
        "total_price": "7000",
        "financial_status": "paid",
        "fulfillment_status": None,
        "test": False,
        "customer": {"id": 11},
        "discount_codes": [{"code": "AUTUMN", "amount": "0", "type": "percentage"}],
        "shipping_lines": [{"id": 1, "price": "500"}],
        "line_items": [line_body(1, "shirt-m", 2, "2000"), line_body(2, "cap", 1, "2500")],
        "fulfillments": [],
        "refunds": [],
    } | fields


def line_body(number: int, sku: str, quantity: int, price: str, **fields: Any) -> dict[str, Any]:
    return {
        "id": number,
        "product_id": number * 10,
        "variant_id": number * 100,
        "sku": sku,
        "title": sku.title(),
        "variant_title": None,
        "quantity": quantity,
        "current_quantity": quantity,
        "price": price,
        "discount_allocations": [],
    } | fields


def refund_body(number: int = 71, *, order: int = 501, amount: str = "2000", **fields: Any) -> dict[str, Any]:
    return {
        "id": number,
        "order_id": order,
        "created_at": "2026-10-05T10:00:00+09:00",
        "processed_at": "2026-10-05T10:00:00+09:00",
        "refund_line_items": [{"id": 1, "line_item_id": 1, "quantity": 1}],
        "transactions": [{"id": 1, "kind": "refund", "status": "success", "amount": amount}],
    } | fields


def fulfillment_body(number: int = 91, *, order: int = 501, **fields: Any) -> dict[str, Any]:
    return {
        "id": number,
        "order_id": order,
        "status": "success",
        "created_at": "2026-10-03T10:00:00+09:00",
        "updated_at": "2026-10-03T10:00:00+09:00",
        "tracking_number": "4321-0000-1111",
        "tracking_company": "Yamato",
        "shipment_status": None,
    } | fields


def product_body(number: int = 31, **fields: Any) -> dict[str, Any]:
    return {
        "id": number,
        "title": "Shirt",
        "handle": "shirt",
        "product_type": "Tops",
        "created_at": "2026-10-01T09:00:00+09:00",
        "updated_at": "2026-10-01T09:00:00+09:00",
        "image": {"src": "https://cdn.shopify.com/shirt.png"},
        "variants": [variant_body(1, "shirt-m", 5), variant_body(2, "shirt-l", 0)],
    } | fields


def variant_body(number: int, sku: str, stock: int, **fields: Any) -> dict[str, Any]:
    return {
        "id": number,
        "sku": sku,
        "title": sku[-1].upper(),
        "price": "2000",
        "compare_at_price": "2500",
        "inventory_item_id": number * 1000,
        "inventory_quantity": stock,
        "inventory_management": "shopify",
    } | fields


def checkout_body(number: int = 61, **fields: Any) -> dict[str, Any]:
    return {
        "id": number,
        "token": "c0ffee",
        "created_at": "2026-10-02T09:30:00+09:00",
        "updated_at": "2026-10-02T09:30:00+09:00",
        "completed_at": None,
        "currency": "JPY",
        "total_price": "4500",
        "customer": {"id": 11},
        "line_items": [line_body(1, "shirt-m", 1, "2000"), line_body(2, "cap", 1, "2500")],
        "abandoned_checkout_url": "https://nagi-store.myshopify.com/1/checkouts/c0ffee/recover?key=abc",
    } | fields
