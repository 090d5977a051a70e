"""What a body can be mapped to: the fields of customers, orders, products and events."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True)
class Target:
    """`fields`: how each is read unless the mapping says otherwise. `open`: prefixes with free names."""

    name: str
    label: "StrOrPromise"
    fields: dict[str, str]
    needed: tuple[str, ...]
    open: tuple[str, ...] = ()

    def way(self, field: str) -> str | None:
        """How a field is read; None if there is no such field."""
        prefix, dot, name = field.partition(".")
        if dot and prefix in self.open:
            return "as_is" if 1 <= len(name) <= 60 else None
        return self.fields.get(field)


_all = [
    Target(
        "customer",
        _("Customer"),
        {
            "number": "text",
            "name": "text",
            "birthday": "day",
            "email": "text",
            "phone": "text",
            "updated_at": "time",
        },
        ("number",),
        ("attributes",),
    ),
    Target(
        "order",
        _("Order"),
        {
            "number": "text",
            "customer": "text",
            "placed_at": "time",
            "updated_at": "time",
            "status": "text",
            "currency": "text",
            "total": "amount",
            "refunded": "amount",
            "discount": "amount",
            "shipping": "amount",
            "tax": "amount",
            "coupon_code": "text",
            "tracking_number": "text",
            "shipped_at": "time",
            "delivered_at": "time",
            "cancelled_at": "time",
            "is_test": "yes",
            "lines.product": "text",
            "lines.name": "text",
            "lines.category": "text",
            "lines.quantity": "number",
            "lines.amount": "amount",
        },
        ("number",),
    ),
    Target(
        "product",
        _("Product"),
        {
            "code": "text",
            "name": "text",
            "category": "text",
            "price": "amount",
            "compare_at_price": "amount",
            "stock": "number",
            "picture_url": "text",
            "page_url": "text",
            "updated_at": "time",
        },
        ("code",),
    ),
    Target(
        "event",
        _("Event"),
        {"type": "text", "customer": "text", "at": "time", "key": "text"},
        ("type", "customer"),
        ("properties",),
    ),
]
TARGETS = {target.name: target for target in _all}
