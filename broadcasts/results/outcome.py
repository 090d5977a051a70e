"""What people did in the days after a broadcast reached them: ordered, were linked, blocked, wanted no more.

An order or a block counts for every broadcast that reached the person within the days before it, so sums
over broadcasts may count it more than once. A person's orders are those of the customer they are linked to
now. Orders that are cancelled, wholly returned or tests do not count.
"""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Q, QuerySet
from django.utils import timezone
from pyroaring import BitMap

from accounts import board
from broadcasts.choosing.comparing import Group, Sample
from broadcasts.leaves.received import Received
from broadcasts.models import Broadcast, LinkClick, Outcome, PlatformSend
from segments.answers import cache
from segments.leaves import Moment
from shops.models import Order

KIND = "outcomes"  # on the work board
WITHIN = timedelta(days=7)  # after the end of the send
LATE = timedelta(days=1)  # shops tell of an order when they can
SOON = timedelta(minutes=10)  # after the first request
EVERY = timedelta(hours=3)  # until what is not final is counted again
AT_ONCE = 20  # broadcasts in one turn
TURN = timedelta(minutes=1)

ORDERED = """
WITH clicked AS (
    SELECT click.friend_id, min(click.at) AS at
    FROM broadcasts_linkclick click JOIN broadcasts_trackedlink link ON link.id = click.link_id
    WHERE link.broadcast_id = %(broadcast)s AND click.friend_id IS NOT NULL GROUP BY click.friend_id)
SELECT link.friend_id, count(*), sum(bought.total - bought.refunded),
       count(*) FILTER (WHERE bought.placed_at >= clicked.at),
       coalesce(sum(bought.total - bought.refunded) FILTER (WHERE bought.placed_at >= clicked.at), 0)
FROM shops_order bought
JOIN linking_link link ON link.customer_id = bought.customer_id AND link.unlinked_at IS NULL
LEFT JOIN clicked ON clicked.friend_id = link.friend_id
WHERE bought.placed_at >= %(start)s AND bought.placed_at < %(end)s
  AND NOT bought.is_test AND bought.status <> ALL(%(uncounted)s)
GROUP BY link.friend_id"""
DID = """
SELECT DISTINCT friend_id FROM events_event
WHERE type = %s AND at >= %s AND at < %s AND friend_id IS NOT NULL"""


class Bought(NamedTuple):
    """Orders of one friend in the days after, and those of them that followed a click."""

    friend: int
    orders: int
    amount: Decimal
    clicked_orders: int
    clicked_amount: Decimal


class Orders(NamedTuple):
    buyers: int
    orders: int
    revenue: Decimal


class HeldOut(NamedTuple):
    """Those who would have got it, and did not so that they can be compared with those who did."""

    held_out: Group
    reached: Group


def count_due() -> None:
    """Count what is due in this client, the newest first, as many as one turn takes."""
    seen = board.version(KIND)
    now = timezone.now()
    waiting = list(_open().filter(Q(outcome=None) | Q(outcome__counted_at__lte=now - EVERY))[: AT_ONCE + 1])
    for broadcast in waiting[:AT_ONCE]:
        board.renew(KIND)
        count(broadcast)
    board.settle(KIND, now + TURN if len(waiting) > AT_ONCE else _next(), seen=seen)


def _open() -> QuerySet[Broadcast]:
    """Those that have begun and whose count is not final."""
    begun = Broadcast.objects.filter(started_at__isnull=False).exclude(outcome__is_final=True)
    return begun.defer("body", "audience", "holdout").order_by("-started_at")


def _next() -> datetime | None:
    oldest = Outcome.objects.filter(is_final=False).order_by("counted_at").first()
    return oldest.counted_at + EVERY if oldest else None


def count(broadcast: Broadcast) -> None:
    """Keep what happened until now."""
    found = measured(broadcast)
    facts = {name: getattr(found, name) for name in MEASURED}
    Outcome.objects.update_or_create(broadcast=broadcast, defaults=facts)


def measured(broadcast: Broadcast) -> Outcome:
    """What happened until now, in a row that is not saved."""
    start, end = period(broadcast)
    now = timezone.now()
    reached = receivers(broadcast)
    bought = ordered(broadcast)
    all_of_it = sum_of(bought, reached)
    return Outcome(
        broadcast=broadcast,
        counted_at=now,
        is_final=broadcast.finished_at is not None and now >= end + LATE,
        receivers=len(reached),
        buyers=all_of_it.buyers,
        orders=all_of_it.orders,
        revenue=all_of_it.revenue,
        blocked=reached.intersection_cardinality(_who("blocked", start, end)),
        stopped=reached.intersection_cardinality(_who("stopped", start, end)),
        linked=reached.intersection_cardinality(_who("linked", start, end)),
        **_after_clicks(broadcast, bought),
    )


MEASURED = [field.name for field in Outcome._meta.concrete_fields if field.name not in {"id", "broadcast"}]


def _after_clicks(broadcast: Broadcast, bought: list[Bought]) -> dict:
    if not broadcast.tracks_people:
        names = ("clickers", "clicked_buyers", "clicked_orders", "clicked_revenue")
        return dict.fromkeys(names)
    clicked = [each for each in bought if each.clicked_orders]
    of_link = LinkClick.objects.of_people().filter(link__broadcast=broadcast)
    return {
        "clickers": of_link.order_by().values("friend_id").distinct().count(),
        "clicked_buyers": len(clicked),
        "clicked_orders": sum(each.clicked_orders for each in clicked),
        "clicked_revenue": sum((each.clicked_amount for each in clicked), Decimal(0)),
    }


def period(broadcast: Broadcast) -> tuple[datetime, datetime]:
    """From its first request until WITHIN after its last."""
    start = broadcast.started_at or timezone.now()
    return start, (broadcast.finished_at or timezone.now()) + WITHIN


def receivers(broadcast: Broadcast) -> BitMap:
    """Whom it went to. Of a narrowcast, of which LINE does not say whom, all whom it may have reached."""
    moment = Moment.present()
    leaf = Received(broadcast.pk)
    found = BitMap(cache.load([leaf], moment).bitmaps[leaf.key(moment.zone)])
    narrow = PlatformSend.objects.filter(
        broadcast=broadcast, method=Broadcast.Method.NARROWCAST, state=PlatformSend.State.SENT
    )
    for friends in narrow.values_list("friends", flat=True):
        found |= BitMap.deserialize(bytes(friends))
    return found


def ordered(broadcast: Broadcast) -> list[Bought]:
    """What each friend, whether reached or not, ordered in the days after."""
    start, end = period(broadcast)
    asked: dict[str, Any] = {
        "broadcast": broadcast.pk,
        "start": start,
        "end": end,
        "uncounted": list(Order.UNCOUNTED),
    }
    with connection.cursor() as cursor:
        cursor.execute(ORDERED, asked)
        return [Bought(*row) for row in cursor]


def held_out(broadcast: Broadcast) -> HeldOut | None:
    """None if nobody was held out, or nobody was reached."""
    held = BitMap.deserialize(bytes(broadcast.holdout)) if broadcast.holdout else BitMap()
    reached = receivers(broadcast) - held if held else held
    if not reached:
        return None
    bought = ordered(broadcast)
    return HeldOut(_group(bought, held), _group(bought, reached))


def _group(bought: list[Bought], people: BitMap) -> Group:
    theirs = [each for each in bought if each.friend in people]
    amounts, count = [float(each.amount) for each in theirs], len(people)
    return Group(
        count,
        len(theirs),
        Sample(count, sum(each.orders for each in theirs), sum(each.orders**2 for each in theirs)),
        Sample(count, sum(amounts), sum(amount * amount for amount in amounts)),
    )


def sum_of(bought: list[Bought], people: BitMap) -> Orders:
    """Orders of these people alone."""
    theirs = [each for each in bought if each.friend in people]
    revenue = sum((each.amount for each in theirs), Decimal(0))
    return Orders(len(theirs), sum(each.orders for each in theirs), revenue)


def _who(did: str, start: datetime, end: datetime) -> BitMap:
    """To whom something of this type happened."""
    with connection.cursor() as cursor:
        cursor.execute(DID, [did, start, end])
        return BitMap(friend for (friend,) in cursor)
