"""What each class asks, as trees of conditions on friends."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from broadcasts.leaves.clicked import Clicked
from broadcasts.leaves.naming import any_of
from broadcasts.leaves.received import Received
from friends.services import KNOWN
from segments import tree
from segments.kinds import Text, Whole
from segments.leaves import Leaf, Moment, Query, given
from segments.tree import All, AnyOf, Node, Not
from shops.models import Order
from touchpoints.basis import Judge
from touchpoints.models import Kind, Period, TouchClass
from touchpoints.ready import BOUGHT_WITHIN_DAYS, REACTED_WITHIN_DAYS

REACTIONS = ("postback", "tapped", "messaged", "watched_video")  # each shows that the talk was open
HIGHEST = 2**31 - 1

BOUGHT = """
SELECT link.friend_id FROM broadcasts_trackedlink tracked
JOIN broadcasts_linkclick click ON click.link_id = tracked.id AND click.friend_id IS NOT NULL
JOIN linking_link link ON link.friend_id = click.friend_id AND link.unlinked_at IS NULL
JOIN shops_order bought ON bought.customer_id = link.customer_id
  AND bought.placed_at >= click.at AND bought.placed_at < click.at + %s
WHERE tracked.broadcast_id = %s AND NOT bought.is_test AND bought.status <> ALL(%s)"""
REACTED = """
SELECT event.friend_id FROM events_event event
WHERE event.type = ANY(%s) AND event.at >= %s AND event.at < %s AND event.friend_id IS NOT NULL"""


@dataclass(frozen=True)
class Stopped(Leaf):
    """Friends who want no broadcasts."""

    type = "touch_stopped"

    def query(self, moment: Moment) -> Query:
        return Query("SELECT id FROM friends_friend WHERE stopped_at IS NOT NULL", [])

    def topics(self) -> set[str]:
        return {"events:stopped", "events:resumed"}


@dataclass(frozen=True)
class BlockedSince(Leaf):
    """People who have blocked the account since a moment; no message reaches them."""

    type = "touch_blocked"
    asks_all = True
    since: str = given(Text(40))

    def query(self, moment: Moment) -> Query:
        sql = "SELECT id FROM friends_friend WHERE status = 'blocked' AND blocked_at >= %s"
        return Query(sql, [datetime.fromisoformat(self.since)])

    def topics(self) -> set[str]:
        return {"friends", KNOWN}


@dataclass(frozen=True)
class AddedSince(Leaf):
    """Friends who have added the account since a moment."""

    type = "touch_added"
    since: str = given(Text(40))

    def query(self, moment: Moment) -> Query:
        sql = "SELECT id FROM friends_friend WHERE status = 'friend' AND followed_at >= %s"
        return Query(sql, [datetime.fromisoformat(self.since)])

    def topics(self) -> set[str]:
        return {"friends"}


@dataclass(frozen=True)
class BoughtAfterClick(Leaf):
    """Friends who ordered within some days after a click in a broadcast, as the customer they are now."""

    type = "touch_bought"
    broadcast: int = given(Whole(1, HIGHEST))

    def query(self, moment: Moment) -> Query:
        days = timedelta(days=BOUGHT_WITHIN_DAYS)
        return Query(BOUGHT, [days, self.broadcast, list(Order.UNCOUNTED)])

    def topics(self) -> set[str]:
        return {"links", "orders", "events:clicked"}


@dataclass(frozen=True)
class Reacted(Leaf):
    """Friends who did something in the talk between two moments."""

    type = "touch_reacted"
    since: str = given(Text(40))
    until: str = given(Text(40))

    def query(self, moment: Moment) -> Query:
        edges = [datetime.fromisoformat(each) for each in (self.since, self.until)]
        return Query(REACTED, [list(REACTIONS), *edges])

    def topics(self) -> set[str]:
        return {f"events:{each}" for each in REACTIONS}


def begins(period: Period, moment: Moment) -> datetime:
    """The midnight at which the period begins."""
    return datetime.combine(period.starts_on, time.min, moment.zone)


def of(asked: TouchClass, period: Period, sends: Sequence[Judge], moment: Moment) -> Node:
    """What one class asks by itself, whoever comes first. Raises InvalidTree for an own one."""
    received = any_of([Received(each.pk) for each in sends])
    clicked = any_of([Clicked(each.pk) for each in sends if each.tells_people])
    opened = any_of([_opened(each, moment) for each in sends])
    match asked.kind:
        case Kind.STOPPED:
            return AnyOf((Stopped(), BlockedSince(begins(period, moment).isoformat())))
        case Kind.NEW:
            return All((AddedSince(_oldest(period, sends, moment).isoformat()), Not(received)))
        case Kind.BOUGHT:
            return any_of([BoughtAfterClick(each.pk) for each in sends if each.tells_people])
        case Kind.CLICKED:
            return clicked
        case Kind.OPENED:
            return All((opened, Not(clicked)))
        case Kind.UNKNOWN:
            known = any_of([Received(each.pk) for each in sends if each.tells_people])
            return All((received, Not(known), Not(clicked), Not(opened)))
        case Kind.UNOPENED:
            return All((received, Not(clicked), Not(opened)))
        case Kind.OWN:
            return tree.parse(asked.tree)
    return All(())


def gone(period: Period, moment: Moment) -> BlockedSince:
    """Whom the class of those who stopped has besides friends."""
    return BlockedSince(begins(period, moment).isoformat())


def _opened(send: Judge, moment: Moment) -> Node:
    """Who got it and had the talk open afterwards; of one that is still being sent nobody yet."""
    if send.finished_at is None:
        return any_of([])
    until = send.finished_at + timedelta(days=REACTED_WITHIN_DAYS)
    return All((Received(send.pk), Reacted(send.finished_at.isoformat(), until.isoformat())))


def _oldest(period: Period, sends: Sequence[Judge], moment: Moment) -> datetime:
    return min([begins(period, moment), *(each.started_at for each in sends)])
