"""How messages look on a friend's phone, as far as a web page can show it."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop


@dataclass(frozen=True)
class Shown:
    """The messages, and the line by which the notification and the chat list name the newest."""

    messages: list[dict]
    notice: str

    @property
    def sender(self) -> str:
        """Who the notification says it is from, if not the account."""
        sender = self.messages[-1].get("sender") if self.messages else None
        return str(sender.get("name") or "") if isinstance(sender, dict) else ""

    @property
    def quick(self) -> list[dict]:
        """The chips above the keyboard: those of the newest message."""
        reply = self.messages[-1].get("quickReply") if self.messages else None
        items = reply.get("items") if isinstance(reply, dict) else None
        return items if isinstance(items, list) else []


def shown(messages: list[dict]) -> Shown:
    return Shown(messages, notice(messages[-1]) if messages else "")


def notice(message: dict) -> str:
    """LINE names the newest message: its text, its alternative text, or what kind it is."""
    type_ = message.get("type")
    if type_ in ("text", "textV2"):
        return str(message.get("text") or "")
    if type_ in _KINDS:
        return _(_KINDS[type_])
    return str(message.get("altText") or _("sent you a message"))


_KINDS = {
    "image": gettext_noop("sent a photo."),
    "video": gettext_noop("sent a video."),
    "audio": gettext_noop("sent a voice message."),
    "sticker": gettext_noop("sent a sticker."),
    "location": gettext_noop("sent a location."),
    "coupon": gettext_noop("sent a coupon."),
}
