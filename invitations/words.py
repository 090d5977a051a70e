"""The entry points that every client has, in words: what they are called and what to do there."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

NAMES: dict[str, Promise] = {
    "signup": _("Sign-up"),
    "thanks": _("Thank-you page"),
    "mypage": _("My page"),
    "message": _("Message"),
    "menu": _("Rich menu"),
    "qr": _("Shop QR code"),
    "chat": _("Word in the chat"),
    "card": _("Membership card"),
}
HINTS: dict[str, Promise] = {
    "signup": _("Where people register at your shop: here six to eight of ten link."),
    "thanks": _("The page after an order: the customer is known, so one tap links them."),
    "mypage": _("The account page of your shop, where customers have signed in."),
    "message": _("A button in a broadcast or in the greeting."),
    "menu": _("An area of the rich menu that friends tap."),
    "qr": _("A code on counters, receipts and parcels."),
    "chat": _("Friends who write 連携 in the chat get a button."),
    "card": _("Friends who open the card without a link are led to it."),
}
OTHER = _("Import, API and staff")  # links that were made at no entry point
