from shops.models.order import Order, OrderQuerySet
from shops.models.product import Product, ProductChange, ProductQuerySet
from shops.models.settings import ShopSettings
from shops.models.totals import CustomerTotals

__all__ = [
    "CustomerTotals",
    "Order",
    "OrderQuerySet",
    "Product",
    "ProductChange",
    "ProductQuerySet",
    "ShopSettings",
]
