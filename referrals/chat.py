"""A tap on a button of a programme: the friend is answered with their own page."""

from django.utils import translation
from django.utils.translation import gettext as _

from channels import handlers
from channels.handlers import Received
from composing import taps
from friends import personal, replies
from friends import services as friends
from friends.models import Friend, Reply
from line.validation.limits import BUTTONS
from referrals.joining import PAGE, language_of
from referrals.models import Programme

LINK = "referrals.link"


@handlers.register("postback")
def on_tap(events: list[Received]) -> None:
    """Whose codes are of programmes that were started; an ended one says so."""
    tapped = {event.id: tap for event in events if event.is_direct and (tap := taps.read(_data(event)))}
    if not tapped:
        return
    codes = {tap.code for tap in tapped.values()}
    known = dict(Programme.objects.published().filter(code__in=codes).values_list("code", "pk"))
    meant = [event for event in events if event.id in tapped and tapped[event.id].code in known]
    if not meant:
        return
    numbers = friends.know(event.line_user_id for event in meant)
    for event in meant:
        replies.owe(LINK, [event], numbers, about=known[tapped[event.id].code])


def links(owed: list[Reply]) -> dict[int, list[dict]]:
    """What each is answered, in their language."""
    found = Programme.objects.in_bulk([reply.about for reply in owed])
    return {
        reply.pk: _said(reply.friend, found[reply.about]) if reply.about in found else [] for reply in owed
    }


def _said(friend: Friend, programme: Programme) -> list[dict]:
    with translation.override(language_of(friend)):
        if not programme.is_open:
            return [_text(_("“%(name)s” is not open at the moment.") % {"name": programme.name})]
        address = personal.address(PAGE, programme.pk, friend.pk)
        words = programme.intro or _("Invite your friends: your own link is here.")
        if not address.startswith("https://"):
            return [_text(f"{words}\n{address}")]
        action = {"type": "uri", "label": _("Open my link"), "uri": address}
        template = {"type": "buttons", "text": words[: BUTTONS.most], "actions": [action]}
        return [{"type": "template", "altText": words[:400], "template": template}]


def _data(event: Received) -> object:
    return event.payload.get("postback", {}).get("data")


def _text(words: str) -> dict:
    return {"type": "text", "text": words}
