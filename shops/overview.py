"""How the shop stands: numbers of the last days, in a few queries that an index serves."""

from datetime import timedelta

from django.db.models import Count, F, Sum
from django.utils import timezone

from shops.models import Order, Product, ShopSettings

DAYS = 30
MOST = 10_000  # counted; a shop with more says so


def present() -> dict:
    since = timezone.now() - timedelta(days=DAYS)
    lately = Order.objects.counted().filter(placed_at__gte=since)
    sums = lately.aggregate(
        orders=Count("id"),
        amount=Sum(F("total") - F("refunded")),
        customers=Count("customer", distinct=True),
    )
    return {
        "days": DAYS,
        "most": MOST,
        "sums": sums,
        "waiting": Order.objects.waiting()[:MOST].count(),
        "products": Product.objects.whole()[:MOST].count(),
        "sold_out": Product.objects.filter(stock__lte=0)[:MOST].count(),
        "has_anything": Order.objects.exists() or Product.objects.exists(),
        "currency": ShopSettings.present().currency,
    }
