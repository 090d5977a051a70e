"""Delivery lists: who of those that entered gets points, approved once and fixed for good.

A list is drawn up by a worker in one statement, however many entered. Reasons go in this order: blocked the
account, out of the segment, has not done what is asked for, no number, the same customer again, came after
the last place.
"""

import hashlib
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import connection, transaction
from django.db.models import Max, Sum
from django.utils import timezone

from accounts import activity, board
from accounts.models import User
from events import versions
from prizes.errors import ListApproved, ListNotReady, NotClosed
from prizes.models import DeliveryList, DeliveryRow, PointCampaign
from prizes.points import actions
from prizes.topics import eligible
from prizes.work import KIND
from segments import services as segments

State = DeliveryList.State
PORTION = 10_000  # rows read at once
# An order that was cancelled counts for nothing.
DONE = """
SELECT person.friend_id FROM person JOIN LATERAL (
    SELECT id, properties FROM events_event
    WHERE type = %(event)s AND friend_id = person.friend_id AND at >= %(since)s AND at < %(until)s
    UNION
    SELECT id, properties FROM events_event
    WHERE type = %(event)s AND customer_id = person.customer_id AND at >= %(since)s AND at < %(until)s
) AS happened ON true
WHERE (%(property)s = '' OR CASE jsonb_typeof(happened.properties -> %(property)s)
    WHEN 'number' THEN (happened.properties ->> %(property)s)::numeric >= %(least)s ELSE false END)
  AND NOT (%(event)s = 'order_placed' AND EXISTS (
    SELECT FROM events_event AS undone
    WHERE undone.type = 'order_cancelled' AND undone.customer_id = person.customer_id
      AND undone.properties ->> 'order' = happened.properties ->> 'order'))
GROUP BY person.friend_id HAVING count(*) >= %(times)s"""
DRAW_UP = """
WITH person AS MATERIALIZED (
    SELECT entry.id AS entry_id, entry.friend_id, entry.entered_at, friend.status, friend.line_user_id,
           link.customer_id, customer.number
    FROM prizes_pointentry AS entry
    JOIN friends_friend AS friend ON friend.id = entry.friend_id
    LEFT JOIN linking_link AS link ON link.friend_id = friend.id AND link.unlinked_at IS NULL
    LEFT JOIN customers_customer AS customer ON customer.id = link.customer_id
    WHERE entry.campaign_id = %(campaign)s),
done AS MATERIALIZED ({done}),
first AS MATERIALIZED (
    SELECT person.*,
        CASE WHEN %(known_by)s = 'customer' THEN coalesce(number, '') ELSE line_user_id END AS identity,
        CASE
            WHEN status <> 'friend' THEN 'blocked'
            WHEN %(among)s::int[] IS NOT NULL AND friend_id <> ALL(coalesce(%(among)s::int[], '{{}}'))
                THEN 'segment'
            WHEN %(event)s <> '' AND friend_id NOT IN (SELECT friend_id FROM done) THEN 'action'
            WHEN %(known_by)s = 'customer' AND number IS NULL THEN 'number'
            ELSE '' END AS reason
    FROM person),
second AS (
    SELECT entry_id, friend_id, entered_at, identity, CASE
        WHEN reason = '' AND row_number() OVER (
            PARTITION BY reason, identity ORDER BY entered_at, entry_id) > 1 THEN 'same'
        ELSE reason END AS reason
    FROM first),
third AS (
    SELECT *, CASE WHEN reason = '' THEN row_number() OVER (
        PARTITION BY reason = '' ORDER BY entered_at, entry_id) END AS place
    FROM second)
INSERT INTO prizes_deliveryrow (
    list_id, entry_id, friend_id, place, reason, identity, points, result, result_note)
SELECT %(list)s, entry_id, friend_id,
    CASE WHEN place <= coalesce(%(most)s::int, place) THEN place END,
    CASE WHEN place > %(most)s::int THEN 'full' ELSE reason END,
    identity, CASE WHEN place <= coalesce(%(most)s::int, place) THEN %(points)s ELSE 0 END, '', ''
FROM third ORDER BY entered_at, entry_id"""
NOBODY = "SELECT NULL::int AS friend_id WHERE false"


@transaction.atomic
def ask(campaign: PointCampaign, *, by: User | None) -> DeliveryList:
    """Have a list drawn up, soon, by a worker; it replaces one that was not approved.

    Raises NotClosed, ListApproved.
    """
    campaign = PointCampaign.objects.select_for_update(no_key=True).get(pk=campaign.pk)
    if campaign.status != PointCampaign.Status.CLOSED:
        raise NotClosed
    if campaign.lists.filter(state=State.APPROVED).exists():
        raise ListApproved
    campaign.lists.exclude(state=State.REPLACED).update(state=State.REPLACED)
    newest = campaign.lists.aggregate(number=Max("number"))["number"] or 0
    made = DeliveryList.objects.create(
        campaign=campaign,
        number=newest + 1,
        unit_price=campaign.unit_price,
        fee_yen=campaign.fee_yen,
        asked_by_id=getattr(by, "pk", None),
    )
    activity.record("delivery_list.asked", made, by=by)
    board.call(KIND)
    return made


def draw_up_asked() -> None:
    """Draw up the lists that were asked for. Twice at once is harmless: one waits for the other."""
    for number in DeliveryList.objects.filter(state=State.COUNTING).values_list("pk", flat=True):
        _draw_up(number)


@transaction.atomic
def approve(list_: DeliveryList, *, by: User | None) -> DeliveryList:
    """Fix who gets how much: from now on nothing of it changes. Raises ListNotReady."""
    campaign = PointCampaign.objects.select_for_update(no_key=True).get(pk=list_.campaign_id)
    list_ = DeliveryList.objects.select_for_update().get(pk=list_.pk)
    if list_.state != State.READY:
        raise ListNotReady
    list_.digest = digest(list_)
    list_.state, list_.approved_at = State.APPROVED, timezone.now()
    list_.approved_by_id = getattr(by, "pk", None)
    list_.save(update_fields=["digest", "state", "approved_at", "approved_by_id"])
    activity.record("delivery_list.approved", list_, by=by, people=list_.eligible, points=list_.points)
    versions.touch(eligible(campaign.pk))
    return list_


def digest(list_: DeliveryList) -> str:
    """SHA-256 over the lines `place,identity,points` of those who get something, in their order."""
    found = hashlib.sha256()
    for row in eligible_rows(list_):
        found.update(f"{row.place},{row.identity},{row.points}\n".encode())
    return found.hexdigest()


def eligible_rows(list_: DeliveryList) -> Iterator[DeliveryRow]:
    """Those who get something, by their places; read portion by portion."""
    last = 0
    while portion := list(
        list_.rows.filter(place__gt=last).select_related("friend").order_by("place")[:PORTION]
    ):
        yield from portion
        last = portion[-1].place or last


def cost_yen(list_: DeliveryList) -> Decimal:
    """What the list costs: points × price + fee, without the points whose handing out has failed."""
    failed = list_.rows.filter(result=DeliveryRow.Result.FAILED).aggregate(points=Sum("points"))["points"]
    return (list_.points - (failed or 0)) * list_.unit_price + list_.fee_yen


@transaction.atomic
def _draw_up(number: int) -> None:
    lists = DeliveryList.objects.select_related("campaign__segment")
    list_ = lists.select_for_update(of=("self",)).get(pk=number)
    if list_.state != State.COUNTING:
        return
    campaign = list_.campaign
    action = actions.read(campaign.action) if campaign.action else None
    asked: dict[str, Any] = {
        "list": list_.pk,
        "campaign": campaign.pk,
        "known_by": campaign.known_by,
        "among": _among(campaign),
        "points": campaign.points,
        "most": campaign.most,
        "event": action.event if action else "",
        "times": action.times if action else 0,
        "property": action.property if action else "",
        "least": action.least if action else None,
        "since": campaign.starts_at,
        "until": _until(campaign),
    }
    with connection.cursor() as cursor:
        cursor.execute(DRAW_UP.format(done=DONE if action else NOBODY), asked)
    _count(list_)


def _count(list_: DeliveryList) -> None:
    list_.entered = list_.rows.count()
    list_.eligible = list_.rows.filter(reason="").count()
    list_.points = list_.eligible * list_.campaign.points
    list_.state, list_.counted_at = State.READY, timezone.now()
    list_.save(update_fields=["entered", "eligible", "points", "state", "counted_at"])


def _among(campaign: PointCampaign) -> list[int] | None:
    """Who is in the segment now; None where that is not asked again."""
    if campaign.segment is None or not campaign.is_asked_again:
        return None
    return list(segments.members(campaign.segment.tree))


def _until(campaign: PointCampaign) -> datetime:
    """What is done after an early closing counts no more."""
    return min(campaign.ends_at, campaign.closed_at or campaign.ends_at)
