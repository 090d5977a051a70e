"""Entering a point campaign by a tap in the chat: a button with a code of its own, answered for free.

A tap is as good as the button on the page: once for each friend, in the period, where friends enter by
themselves.
"""

import re
from collections.abc import Iterable
from contextlib import suppress

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.errors import AppError
from channels import handlers
from channels.handlers import Received
from composing import taps
from composing.taps import Tap
from events import timeline
from events.timeline import NewEvent
from friends import personal, replies
from friends import services as friends
from friends.models import Friend, Reply
from prizes.models import PointCampaign, PointEntry
from prizes.points import entering

ENTERED = "prizes.entered"  # who answers
PAGE = "points"  # the kind of personal addresses
CODE = re.compile(r"points([1-9][0-9]{0,8})")  # tap actions have codes of hexadecimal digits alone


def code(campaign_id: int) -> str:
    """By what a button names a point campaign."""
    return f"points{campaign_id}"


def buttons() -> list[tuple[str, str]]:
    """What a tap can begin, by code: those in which friends enter themselves."""
    return [(code(pk), _("Enter: %(name)s") % {"name": name}) for pk, name in _tapped()]


def begun_by(codes: set[str]) -> dict[str, str]:
    """Point campaigns that have these codes, by code."""
    numbers = [int(found[1]) for each in codes if (found := CODE.fullmatch(each))]
    return {code(pk): name for pk, name in _tapped(numbers)} if numbers else {}


@handlers.register("postback")
def on_postback(events: list[Received]) -> None:
    """Enter whoever tapped; why somebody could not is said in the answer."""
    meant = [(event, tap) for event in events if event.is_direct and (tap := _tap(event))]
    known = _campaigns(tap for _event, tap in meant)
    meant = [(event, tap) for event, tap in meant if tap.code in known]
    if not meant:
        return
    numbers = friends.know(event.line_user_id for event, _tap in meant)
    for event, tap in meant:
        campaign, friend = known[tap.code], numbers[event.line_user_id]
        timeline.record([_tapped_event(event, tap, campaign, friend)])
        with suppress(AppError):  # the answer says why
            entering.enter(campaign, friend, way=PointEntry.Way.TAP)
        replies.owe(ENTERED, [event], numbers, about=campaign.pk)


def answers(owed: list[Reply]) -> dict[int, list[dict]]:
    """Whether they are in it, with their own page."""
    campaigns = PointCampaign.objects.select_related("segment").in_bulk([reply.about for reply in owed])
    return {
        reply.pk: _said(campaigns[reply.about], reply.friend) if reply.about in campaigns else []
        for reply in owed
    }


def _tapped(numbers: list[int] | None = None) -> list[tuple[int, str]]:
    rows = PointCampaign.objects.exclude(status=PointCampaign.Status.CLOSED).filter(enters_on_page=True)
    rows = rows if numbers is None else rows.filter(pk__in=numbers)
    return list(rows.values_list("pk", "name"))


def _tap(event: Received) -> Tap | None:
    tap = taps.read(event.payload["postback"].get("data"))
    return tap if tap and CODE.fullmatch(tap.code) else None


def _campaigns(found: Iterable[Tap]) -> dict[str, PointCampaign]:
    codes = {tap.code for tap in found}
    numbers = [int(read[1]) for each in codes if (read := CODE.fullmatch(each))]
    rows = PointCampaign.objects.exclude(status=PointCampaign.Status.DRAFT).filter(pk__in=numbers)
    return {code(each.pk): each for each in rows} if numbers else {}


def _tapped_event(event: Received, tap: Tap, campaign: PointCampaign, friend: int) -> NewEvent:
    about = {"action": campaign.name, "broadcast": tap.broadcast, "bubble": tap.bubble}
    properties = {name: value for name, value in about.items() if value is not None}
    return NewEvent("tapped", event.at, friend_id=friend, properties=properties, key=f"tap:{event.id}")


def _said(campaign: PointCampaign, friend: Friend) -> list[dict]:
    language = friend.language or settings.LANGUAGE_CODE
    with translation.override("ja" if language.startswith("ja") else "en"):
        try:
            entering.enter(campaign, friend.pk, way=PointEntry.Way.TAP)
        except AppError as refusal:
            return [{"type": "text", "text": refusal.message}]
        own = personal.address(PAGE, campaign.pk, friend.pk)
        said = _("You take part in “%(name)s”. What has to be done, and what you get:")
        return [{"type": "text", "text": f"{said % {'name': campaign.shown_title}}\n{own}"}]
