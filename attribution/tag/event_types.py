"""What the page tag writes on the timeline; products that were looked at are the shop's `viewed`."""

from django.utils.translation import gettext_lazy as _

from events.registry import EventType

URL = ("url", _("Address"))

TYPES = [
    EventType("page_viewed", _("Opened a page of the shop"), (URL,), kinds={"url": "text"}),
    EventType(
        "category_viewed",
        _("Viewed a category"),
        (("category", _("Category")), ("name", _("Name")), URL),
        kinds={"category": "text", "name": "text", "url": "text"},
    ),
    EventType(
        "converted",
        _("Conversion on a page"),
        (
            ("name", _("Name of the conversion")),
            ("order", _("Order number")),
            ("amount", _("Amount")),
            ("currency", _("Currency")),
            URL,
        ),
        kinds={"name": "text", "order": "text", "amount": "amount", "currency": "text", "url": "text"},
    ),
]
