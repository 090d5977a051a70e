"""What people do with coupons, as it stands on the timeline. Shops may tell of a use by `redeemed` too."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from coupons.models import Coupon
from events.registry import EventType, yen

COUPON, NAME = ("coupon", _("Coupon")), ("name", _("Name"))
TYPES = [
    EventType(
        "coupon_got",
        _("Got a coupon"),
        (COUPON, NAME, ("source", _("Given by"))),
        kinds={"coupon": "text", "name": "text", "source": "text"},
    ),
    EventType(
        "redeemed",
        _("Used a coupon"),
        (
            COUPON,
            NAME,
            ("code", _("Coupon code")),
            ("order", _("Order number")),
            ("amount", _("Amount")),
            ("discount", _("Discount")),
            ("shop", _("Shop")),
        ),
        {"amount": yen, "discount": yen},
        {
            "coupon": "text",
            "name": "text",
            "code": "text",
            "order": "text",
            "amount": "amount",
            "discount": "amount",
            "shop": "text",
        },
        aliases=("coupon_used",),
    ),
]


def names(codes: Iterable[str]) -> dict[str, str]:
    """Coupons by their numbers, as texts; what a shop calls its own is left as it is."""
    numbers = {int(code) for code in codes if code.isascii() and code.isdecimal() and len(code) < 10}
    rows = Coupon.objects.filter(pk__in=numbers).values_list("pk", "name") if numbers else []
    return {str(number): name for number, name in rows}
