"""Entering a point campaign: once for each friend, however often it is asked for."""

from collections.abc import Collection
from datetime import datetime

from django.db import connection, transaction
from django.utils import timezone

from events import timeline
from events.timeline import NewEvent
from linking.models import Link
from prizes.errors import NotAmong, NotOnPage, NotYet, Over
from prizes.models import PointCampaign, PointEntry
from prizes.words import when
from segments import services as segments

Way = PointEntry.Way
# Closing waits for those who enter, and those who come after it see that it is closed.
HOLD = "SELECT FROM prizes_pointcampaign WHERE id = %s FOR KEY SHARE"
ENTER = """
INSERT INTO prizes_pointentry (campaign_id, friend_id, way, source)
SELECT %s, friend.id, %s, %s FROM friends_friend AS friend WHERE friend.id = ANY(%s) ORDER BY friend.id
ON CONFLICT (campaign_id, friend_id) DO NOTHING RETURNING friend_id"""


@transaction.atomic
def enter(campaign: PointCampaign, friend_id: int, *, way: str, source: str = "") -> PointEntry:
    """The entry of this friend; asked again, the same one. Raises NotYet, Over, NotAmong, NotOnPage."""
    _hold(campaign)
    if known := PointEntry.objects.filter(campaign=campaign, friend=friend_id).first():
        return known
    campaign = PointCampaign.objects.select_related("segment").get(pk=campaign.pk)
    if way in (Way.PAGE, Way.TAP) and not campaign.enters_on_page:
        raise NotOnPage
    check_time(campaign, timezone.now())
    if friend_id not in _among(campaign, [friend_id]):
        raise NotAmong
    _enter(campaign, [friend_id], way, source)
    return PointEntry.objects.get(campaign=campaign, friend=friend_id)


@transaction.atomic
def enter_many(campaign: PointCampaign, friend_ids: Collection[int], *, way: str, source: str) -> set[int]:
    """Likewise for some hundred or thousand at once; those who are in it afterwards. Raises NotYet, Over."""
    _hold(campaign)
    campaign = PointCampaign.objects.select_related("segment").get(pk=campaign.pk)
    check_time(campaign, timezone.now())
    _enter(campaign, _among(campaign, friend_ids), way, source)
    entered = PointEntry.objects.filter(campaign=campaign, friend__in=list(friend_ids))
    return set(entered.values_list("friend_id", flat=True))


def check_time(campaign: PointCampaign, now: datetime) -> None:
    """Raises NotYet, Over."""
    if campaign.status == PointCampaign.Status.CLOSED or now >= campaign.ends_at:
        raise Over
    if campaign.status == PointCampaign.Status.DRAFT or now < campaign.starts_at:
        raise NotYet(at=when(campaign.starts_at))


def _hold(campaign: PointCampaign) -> None:
    with connection.cursor() as cursor:
        cursor.execute(HOLD, [campaign.pk])


def _among(campaign: PointCampaign, friend_ids: Collection[int]) -> set[int]:
    return segments.among(campaign.segment.tree, friend_ids) if campaign.segment else set(friend_ids)


def _enter(campaign: PointCampaign, friend_ids: Collection[int], way: str, source: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(ENTER, [campaign.pk, way, source, sorted(friend_ids)])
        new = [row[0] for row in cursor.fetchall()]
    links = Link.objects.active().filter(friend__in=new).values_list("friend_id", "customer_id")
    customers, now = dict(links), timezone.now()
    said = {"point_campaign": str(campaign.pk), "name": campaign.name}
    timeline.record(
        NewEvent("entered", now, friend, customers.get(friend), said, f"entered:{campaign.pk}:{friend}")
        for friend in new
    )
