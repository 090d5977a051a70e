"""A friend's own link in a programme, and what is opened by it."""

from collections.abc import Iterable
from datetime import datetime
from urllib.parse import quote

from django.conf import settings
from django.db.models import F
from django.http import HttpRequest
from django.utils import timezone

from accounts import current
from accounts.http import network_address
from channels.models import Channel
from friends.models import Friend
from referrals import crowds
from referrals.errors import NotOpen, NotPartOfIt
from referrals.models import Opening, Participant, Programme
from referrals.work import MEDIUM
from routes import origins, visits
from routes.models import Visit

PAGE = "referral"  # the kind of personal addresses
PLACE = "rf"  # below which address they are
# Source: https://developers.line.biz/en/docs/line-login/using-line-url-scheme/ (share a text)
SHARE = "https://line.me/R/share?text="
PLATFORM = "line"  # utm_source of visits by a friend's link


def part_of(programme: Programme, friend: Friend) -> Participant:
    """The friend's part in it, and so their link; asked again, the same.

    Raises NotOpen before it begins and after its end, for who takes no part yet; NotPartOfIt for who is no
    friend of the account.
    """
    known = Participant.objects.filter(programme=programme, friend=friend).first()
    if known:
        return known
    if not programme.is_open:
        raise NotOpen
    if friend.status != Friend.Status.FRIEND:
        raise NotPartOfIt
    part, _is_new = Participant.objects.get_or_create(programme=programme, friend=friend)
    return part


def link_of(part: Participant) -> str:
    """What the friend shares."""
    client = f"{settings.TENANT_SUBFOLDER_PREFIX}/{current.tenant().slug}"
    return f"{settings.BASE_URL}/{client}/{PLACE}/i/{part.code}/"


def message_of(programme: Programme, link: str) -> str:
    """The text that is shared, with the link on a line of its own."""
    return f"{programme.shared.strip()}\n{link}".strip()


def share_address(text: str) -> str:
    """What opens LINE with this text, to choose to whom it goes."""
    return SHARE + quote(text, safe="")


def shared(part: Participant) -> None:
    Participant.objects.filter(pk=part.pk).update(shared_count=F("shared_count") + 1)


def opened(part: Participant, request: HttpRequest, channel: Channel, now: datetime | None = None) -> Visit:
    """Keep that somebody opened the link, as a visit of the programme's route."""
    programme = part.programme
    assert programme.route is not None  # noqa: S101  (it has one since it was started)
    origin = origins.read(request)
    visit = visits.record(programme.route, origin, visits.way_of(channel, origin.device))
    visit.utm_source, visit.utm_medium, visit.utm_content = PLATFORM, MEDIUM, part.code
    visit.utm_campaign = programme.name[: Visit.TEXT_LENGTH]
    visit.save(update_fields=["utm_source", "utm_medium", "utm_campaign", "utm_content"])
    network, network_range = crowds.hashes(network_address(request), now or timezone.now())
    Opening.objects.create(participant=part, visit=visit, network=network, network_range=network_range)
    Participant.objects.filter(pk=part.pk).update(opened_count=F("opened_count") + 1)
    return visit


def language_of(friend: Friend) -> str:
    """In which of our languages the friend is told something."""
    return "ja" if (friend.language or settings.LANGUAGE_CODE).startswith("ja") else "en"


def is_ready(channel: Channel | None) -> bool:
    """Whether LINE can tell who comes by a link: without a Login channel nobody is known."""
    return channel is not None and visits.way_of(channel, Visit.Device.PC) != Visit.Way.PLAIN


def parts_of(friend_ids: Iterable[int]) -> dict[int, list[Participant]]:
    """In which programmes each of these friends takes part."""
    found: dict[int, list[Participant]] = {}
    for part in Participant.objects.filter(friend__in=list(friend_ids)).select_related("programme"):
        found.setdefault(part.friend_id, []).append(part)
    return found
