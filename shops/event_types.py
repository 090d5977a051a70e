"""What people do at a shop, as it stands on the timeline.

`bought`, `viewed` and `carted` are about one product each, and are what conditions ask for: who bought,
viewed or put in the cart this or that. `order_placed`, `cart_updated` and `checkout_started` are about
the whole.
"""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from events.registry import EventType, yen
from shops.words import date_words, status_words

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

PRODUCT = ("product", _("Product"))
NAME = ("name", _("Name"))
CATEGORY = ("category", _("Category"))
PRICE = ("price", _("Price"))
ORDER = ("order", _("Order number"))
TOTAL = ("total", _("Total"))
ITEMS = ("items", _("Number of items"))
PRODUCTS = ("products", _("Products"))
SHOP = ("shop", _("Shop"))
POINTS = ("points", _("Points"))
URL = ("url", _("Address"))
KINDS = {
    "product": "text",
    "name": "text",
    "category": "text",
    "price": "amount",
    "order": "text",
    "total": "amount",
    "total_before": "amount",
    "items": "whole",
    "products": "list",
    "shop": "text",
    "points": "number",
    "balance": "number",
    "url": "text",
    "quantity": "number",
    "amount": "amount",
    "coupon": "text",
    "status": "text",
    "tracking_number": "text",
    "placed_at": "moment",
    "expires_at": "moment",
    "starts_at": "moment",
    "price_before": "amount",
}
SAYS = {
    "price": yen,
    "price_before": yen,
    "amount": yen,
    "total": yen,
    "total_before": yen,
    "placed_at": date_words,
    "expires_at": date_words,
    "starts_at": date_words,
    "status": status_words,
    "products": lambda value: ", ".join(map(str, value)) if isinstance(value, list) else value,
}


def _type(
    name: str, label: "StrOrPromise", *properties: "tuple[str, StrOrPromise]", aliases: tuple[str, ...] = ()
) -> EventType:
    names = [property_ for property_, _label in properties]
    return EventType(
        name,
        label,
        properties,
        {each: SAYS[each] for each in names if each in SAYS},
        {each: KINDS[each] for each in names},
        aliases,
    )


TYPES = [
    _type(
        "bought",
        _("Bought"),
        PRODUCT,
        NAME,
        CATEGORY,
        ("quantity", _("Quantity")),
        ("amount", _("Amount")),
        ORDER,
    ),
    _type("viewed", _("Viewed a product"), PRODUCT, NAME, CATEGORY, PRICE, URL, aliases=("product_viewed",)),
    _type("carted", _("Put in the cart"), PRODUCT, NAME, CATEGORY, PRICE, ("quantity", _("Quantity"))),
    _type("favourite_added", _("Added to favourites"), PRODUCT, NAME, CATEGORY, PRICE),
    _type("favourite_removed", _("Removed from favourites"), PRODUCT, NAME),
    _type("cart_updated", _("Changed the cart"), PRODUCTS, ITEMS, TOTAL, URL),
    _type("checkout_started", _("Began to check out"), PRODUCTS, ITEMS, TOTAL, URL),
    _type(
        "order_placed",
        _("Placed an order"),
        ORDER,
        TOTAL,
        ITEMS,
        PRODUCTS,
        ("coupon", _("Coupon code")),
        SHOP,
    ),
    _type("order_corrected", _("Order corrected"), ORDER, TOTAL, ("total_before", _("Total before"))),
    _type(
        "order_cancelled",
        _("Order cancelled"),
        ORDER,
        TOTAL,
        ITEMS,
        PRODUCTS,
        ("coupon", _("Coupon code")),
        SHOP,
        ("placed_at", _("Placed")),
        ("status", _("Status")),
    ),
    _type("order_shipped", _("Order shipped"), ORDER, ("tracking_number", _("Tracking number"))),
    _type("order_delivered", _("Order delivered"), ORDER, ("tracking_number", _("Tracking number"))),
    _type(
        "points_granted",
        _("Got points"),
        POINTS,
        ("balance", _("Points altogether")),
        ("expires_at", _("Expires")),
    ),
    _type("points_expiring", _("Points about to expire"), POINTS, ("expires_at", _("Expires"))),
    _type("product_restocked", _("A product came back in stock"), PRODUCT, NAME, URL),
    _type(
        "price_changed", _("A price changed"), PRODUCT, NAME, PRICE, ("price_before", _("Price before")), URL
    ),
    _type(
        "redeemed",
        _("Used a coupon"),
        ("coupon", _("Coupon code")),
        ORDER,
        SHOP,
        aliases=("coupon_used",),
    ),
    _type("visited", _("Visited a shop"), SHOP),
    _type("reserved", _("Made a reservation"), SHOP, ("starts_at", _("Begins"))),
]
