"""Commands on how the shop is counted."""

from django.db import transaction

from accounts import activity
from accounts.models import User
from shops.errors import HasOrders
from shops.models import Order, Product, ShopSettings


@transaction.atomic
def count_in(currency: str, *, by: User | None = None) -> None:
    """Count all amounts in this currency. Raises HasOrders once there are amounts in another."""
    if currency == ShopSettings.present().currency:
        return
    if Order.objects.exists() or Product.objects.exists():
        raise HasOrders
    settings, _is_new = ShopSettings.objects.update_or_create(pk=1, defaults={"currency": currency})
    activity.record("shop_settings.changed", settings, by=by, currency=currency)
