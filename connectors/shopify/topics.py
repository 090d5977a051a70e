"""What each of Shopify's topics is for, and what is done when it comes."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from connectors import known, landing
from connectors.errors import Ignored
from connectors.models import Connection, ExternalId
from connectors.shopify import checkouts, customers, orders, privacy, products
from connectors.shopify.fields import Body, after, external_id

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

Take = Callable[[Connection, Body, str], list[str]]
MOST_LINES = 500
EDITED = gettext_noop("orders/updated brings the whole order after an edit.")


@dataclass(frozen=True)
class Topic:
    """`admin_name`: what Shopify's notification settings call it in English; empty: only an app can ask."""

    name: str
    words: "StrOrPromise"
    take: Take
    admin_name: str = ""
    is_needed: bool = False


def _take_order(connection: Connection, body: Body, _at: str) -> list[str]:
    customers.number_of(connection, body.get("customer"))
    return _join(connection, external_id(body), orders.of_order(body))


def _take_refund(connection: Connection, body: Body, _at: str) -> list[str]:
    return _join(connection, external_id(body, "order_id"), orders.of_refund(body))


def _take_fulfillment(connection: Connection, body: Body, _at: str) -> list[str]:
    return _join(connection, external_id(body, "order_id"), orders.of_fulfillment(body))


def _delete_order(connection: Connection, body: Body, at: str) -> list[str]:
    return _join(connection, external_id(body), orders.of_deletion(at))


def _note_edit(_connection: Connection, body: Body, _at: str) -> list[str]:
    edit = body.get("order_edit") or body
    raise Ignored(EDITED, names=[external_id(edit, "order_id")])


def _join(connection: Connection, external: str, news: orders.Facts) -> list[str]:
    """Join news of an order with what is known, and write what comes of it."""
    row = known.held(connection, ExternalId.Kind.ORDER, external)
    facts = orders.join(row.facts, news)
    if not facts["order"]:
        known.keep(row, facts)
        return [external]
    number, customer = facts["order"]["number"], facts["order"]["customer"]
    facts["written"] = after(orders.updated_at(facts), row.facts.get("written", ""))
    landing.order(_as_ours(connection, facts), source=connection.source, is_all=True)
    known.keep(row, facts, number)
    return [external, number, *filter(None, [customer])]


def _as_ours(connection: Connection, facts: orders.Facts) -> dict:
    order = facts["order"]
    total, left = Decimal(order["total"]), orders.left(facts)
    if left > total >= 0:  # something was added to the order later
        total = left
    return {
        "number": order["number"],
        "customer": customers.known_number(connection, order["customer"] or "") or None,
        "placed_at": order["placed_at"],
        "updated_at": facts["written"],
        "status": orders.status(facts),
        "is_test": order["is_test"],
        "currency": order["currency"],
        "total": str(total),
        "refunded": str(max(total - left, Decimal())),
        "discount": order["discount"],
        "shipping": order["shipping"],
        "tax": order["tax"],
        "coupon_code": order["coupon"],
        "lines": [
            {name: line[name] for name in ("product", "name", "quantity", "amount")}
            for line in orders.lines(facts)[:MOST_LINES]
        ],
        **orders.milestones(facts),
    }


_all = [
    Topic("customers/create", _("Created customers"), customers.upsert, "Customer creation", True),
    Topic("customers/update", _("Changed customers"), customers.upsert, "Customer update", True),
    Topic("customers/delete", _("Deleted customers"), customers.mark_deleted, "Customer deletion"),
    Topic("customers/merge", _("Merged customers"), customers.merge, "Customer merge"),
    Topic("orders/create", _("New orders"), _take_order, "Order creation", True),
    Topic("orders/updated", _("Changed orders"), _take_order, "Order update", True),
    Topic("orders/paid", _("Paid orders"), _take_order, "Order payment"),
    Topic("orders/cancelled", _("Cancelled orders"), _take_order, "Order cancellation"),
    Topic("orders/fulfilled", _("Shipped orders"), _take_order, "Order fulfillment"),
    Topic("orders/partially_fulfilled", _("Partly shipped orders"), _take_order),
    Topic("orders/edited", _("Edited orders"), _note_edit, "Order edit"),
    Topic("orders/delete", _("Deleted orders"), _delete_order, "Order deletion"),
    Topic("refunds/create", _("Refunds"), _take_refund, "Refund create", True),
    Topic("fulfillments/create", _("Shipments"), _take_fulfillment, "Fulfillment creation"),
    Topic(
        "fulfillments/update",
        _("Shipments under way and delivered"),
        _take_fulfillment,
        "Fulfillment update",
    ),
    Topic("checkouts/create", _("Begun checkouts"), checkouts.upsert, "Checkout creation", True),
    Topic("checkouts/update", _("Changed checkouts"), checkouts.upsert, "Checkout update", True),
    Topic("checkouts/delete", _("Deleted checkouts"), checkouts.delete, "Checkout deletion"),
    Topic("products/create", _("New products"), products.upsert, "Product creation", True),
    Topic("products/update", _("Changed products"), products.upsert, "Product update", True),
    Topic("products/delete", _("Deleted products"), products.delete, "Product deletion"),
    Topic("inventory_levels/update", _("Stock of a location"), products.level, "Inventory level update"),
    Topic("inventory_items/update", _("SKU of a stock item"), products.item, "Inventory item update"),
    Topic("customers/data_request", _("Customers who ask what is held of them"), privacy.request_data),
    Topic("customers/redact", _("Customers to be erased"), privacy.redact_customer),
    Topic("shop/redact", _("The shop has removed the app"), privacy.redact_shop),
]
TOPICS = {topic.name: topic for topic in _all}
