"""How a talk says times, places and what was done."""

from datetime import datetime
from urllib.parse import urlencode

from django import template
from django.utils import timezone
from django.utils.translation import gettext as _

from chats.models import Conversation, Message

register = template.Library()


@register.filter
def clock(moment: datetime) -> str:
    """14:05 in the client's time zone."""
    return timezone.localtime(moment).strftime("%H:%M")


@register.filter
def chat_time(moment: datetime) -> str:
    """14:05 today, else 11/20, in another year 2025/11/20."""
    local, today = timezone.localtime(moment), timezone.localdate()
    if local.date() == today:
        return local.strftime("%H:%M")
    return local.strftime("%m/%d" if local.year == today.year else "%Y/%m/%d")


@register.filter
def is_https(address: object) -> bool:
    return isinstance(address, str) and address.startswith("https://")


@register.filter
def map_url(content: dict) -> str:
    """A map of the place, found by its coordinates."""
    place = f"{content.get('latitude', '')},{content.get('longitude', '')}"
    return "https://www.google.com/maps/search/?" + urlencode({"api": 1, "query": place})


@register.simple_tag
def handled(message: Message) -> str:
    """What somebody did with the conversation, in a sentence."""
    who = message.author or _("Somebody")
    match message.type:
        case "moved":
            state = Conversation.State(message.content["to"]).label
            return _("%(who)s set it to “%(state)s”.") % {"who": who, "state": state}
        case "assigned" if message.content.get("to"):
            return _("%(who)s assigned it to %(to)s.") % {"who": who, "to": message.content["to"]}
        case "assigned":
            return _("%(who)s took the assignee off.") % {"who": who}
        case "read":
            return _("%(who)s read it.") % {"who": who}
        case "sent_again":
            return _("%(who)s sent it again.") % {"who": who}
    return _("%(who)s confirmed that it arrived.") % {"who": who}
