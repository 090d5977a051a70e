"""What LINE's webhook event types are called, for people."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from channels import handlers

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

# Source: https://developers.line.biz/en/reference/messaging-api/#webhook-event-objects
LABELS: "dict[str, StrOrPromise]" = {
    "accountLink": _("Account linked"),
    "activated": _("Module channel activated"),
    "beacon": _("Near a beacon"),
    "botResumed": _("Account resumed"),
    "botSuspended": _("Account suspended"),
    "deactivated": _("Module channel deactivated"),
    "delivery": _("Notification message delivered"),
    "follow": _("Became a friend"),
    "join": _("Joined a group"),
    "leave": _("Left a group"),
    "memberJoined": _("Somebody joined a group"),
    "memberLeft": _("Somebody left a group"),
    "membership": _("Membership changed"),
    "message": _("Message received"),
    "messageEdited": _("Message edited"),
    "module": _("Module channel attached or detached"),
    "postback": _("Button tapped (postback)"),
    "things": _("LINE Things"),
    "unfollow": _("Blocked the account"),
    "unsend": _("Message taken back"),
    "videoPlayComplete": _("Video watched to the end"),
}


def label(event_type: str) -> str:
    """What it is called; "" if LINE did not have it when this version was written."""
    return str(LABELS.get(event_type, ""))


def choices() -> list[tuple[str, str]]:
    """The known types for a form, each with LINE's own name beside ours."""
    types = sorted(handlers.known_types(), key=str.casefold)
    return [(each, f"{label(each)} · {each}" if label(each) else each) for each in types]
