"""Shopify's checkouts, as events of the customer: somebody began to pay, and what lay in the cart.

Source: https://shopify.dev/docs/api/admin-rest/latest/resources/abandoned-checkouts
"""

from typing import Any

from django.utils.translation import gettext_noop

from connectors import known, landing
from connectors.errors import Ignored
from connectors.models import Connection, ExternalId
from connectors.shopify import customers
from connectors.shopify.fields import Body, amount, count, external_id, moment, rows, text
from connectors.shopify.orders import code_of

CHECKOUT = ExternalId.Kind.CHECKOUT
MOST_PRODUCTS = 50
GUEST = gettext_noop("A guest's checkout: nobody is known yet to whom it belongs.")
DELETED = gettext_noop("The checkout was given up in the shop; what it was stays on the timeline.")


def upsert(connection: Connection, body: Body, _at: str) -> list[str]:
    """One event when it began, one for each version of the cart; each only once."""
    token = text(body, "token", 64) or external_id(body)
    names = [token, external_id(body)]
    began, changed = moment(body, "created_at", "updated_at"), moment(body, "updated_at", "created_at")
    cart = _cart(body)
    number = customers.number_of(connection, body.get("customer"))
    if number is None:
        raise Ignored(GUEST, names=names)
    key = f"{connection.source}:checkout:{token}"
    url = {"checkout": token, "url": text(body, "abandoned_checkout_url", 1_000)}
    landing.events(
        number,
        [
            {"type": "checkout_started", "at": began, "properties": url, "key": key},
            {"type": "cart_updated", "at": changed, "properties": cart | url, "key": f"{key}:{changed}"},
        ],
    )
    known.keep(known.held(connection, CHECKOUT, external_id(body)), {"token": token}, token)
    return [*names, number]


def delete(_connection: Connection, body: Body, _at: str) -> list[str]:
    raise Ignored(DELETED, names=[external_id(body)])


def _cart(body: Body) -> dict[str, Any]:
    lines = rows(body, "line_items")
    total = amount(body, "total_price", "0")
    return {
        "products": [code for line in lines[:MOST_PRODUCTS] if (code := code_of(line))],
        "items": sum(count(line, "quantity", 1) for line in lines),
        "amount": int(total) if total == int(total) else float(total),
        "currency": text(body, "currency", 3),
    }
