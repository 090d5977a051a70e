"""Keys of LINE's templates that we know, with what LINE shows for them.

LINE publishes the whole list only to companies whose application it has accepted; here stands what its public
page names. Any other key may be used too.
Source: https://developers.line.biz/en/docs/partner-docs/line-notification-messages/template/
"""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

TEMPLATES: "dict[str, StrOrPromise]" = {"shipment_completed_ja": _("Your parcel has been shipped")}
ITEMS: "dict[str, StrOrPromise]" = {
    "date_002_ja": _("Date of delivery"),
    "time_range_001_ja": _("Hours of delivery"),
    "number_001_ja": _("Number of the order or parcel"),
    "price_001_ja": _("Amount to be paid"),
    "name_010_ja": _("Name of the goods"),
}
BUTTONS: "dict[str, StrOrPromise]" = {
    "check_delivery_status_ja": _("See where the parcel is"),
    "contact_ja": _("Ask the shop"),
}


def name(key: str) -> str:
    """What a template is called; a key that we do not know as it is."""
    return str(TEMPLATES.get(key, key))
