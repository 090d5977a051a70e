"""Friends by how they responded in some days, and how they moved since the days before.

A person is in the class of the most they did: clicked; got messages whose clicks are known and clicked in
none; got only messages of which nobody knows who clicked; got none. Who opened LINE does not tell by person:
how many did is estimated by the share that LINE counted of the period's sends.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Self

from django.db import connection
from django.db.models import QuerySet
from pyroaring import BitMap

from broadcasts.leaves.naming import sent
from broadcasts.leaves.received import Received
from broadcasts.models import Broadcast
from broadcasts.results import figures
from broadcasts.status.responses import OF_PERIOD, Response
from friends.models import Friend
from segments.answers import cache
from segments.leaves import Moment

DAYS = (7, 30, 90)
CLICKERS = """
SELECT DISTINCT friend_id FROM events_event
WHERE type = 'clicked' AND at >= %s AND at < %s AND friend_id IS NOT NULL"""
FRIENDS = "SELECT coalesce(array_agg(id), '{}') FROM friends_friend WHERE status = %s"
NEWCOMERS = "SELECT id FROM friends_friend WHERE status = 'friend' AND followed_at >= %s"
LEAVERS = "SELECT id FROM friends_friend WHERE status = 'blocked' AND blocked_at >= %s AND followed_at < %s"
NEW, GONE = "new", "gone"  # rows and columns of the movement besides the classes


@dataclass(frozen=True)
class Span:
    """From one moment to before another; both are midnights of the client."""

    start: datetime
    end: datetime

    @classmethod
    def last(cls, days: int, moment: Moment, *, back: int = 0) -> Self:
        """The last days with today, or as many days so many times before them."""
        start = moment.day_begins(days * (back + 1) - 1)
        return cls(start, moment.day_begins(days * back - 1))

    def sends(self) -> QuerySet[Broadcast]:
        return sent().filter(started_at__gte=self.start, started_at__lt=self.end)


@dataclass(frozen=True)
class Class:
    """`opened` is an estimate of how many of them opened a message; None where LINE has counted none."""

    response: Response
    count: int
    before: int
    opened: int | None = None

    @property
    def change(self) -> int:
        return self.count - self.before


@dataclass(frozen=True)
class Board:
    """`moved[a][b]`: people who were in class `a` and are in `b`; `new` and `gone` besides the classes."""

    days: int
    span: Span
    classes: list[Class]
    friends: int
    moved: dict[str, dict[str, int]]
    sends: int
    open_rate: float | None


def board(days: int) -> Board:
    """Of the last so many days, today included, beside as many days before."""
    moment = Moment.present()
    now, before = Span.last(days, moment), Span.last(days, moment, back=1)
    friends = _friends(Friend.Status.FRIEND)
    newcomers = _numbers(NEWCOMERS, [now.start])
    leavers = _numbers(LEAVERS, [now.start, now.start])
    present, past = people(now, moment, friends), people(before, moment, (friends - newcomers) | leavers)
    rate = _open_rate(now)
    classes = [
        Class(
            response,
            len(present[response]),
            len(past[response]),
            _opened(response, len(present[response]), rate),
        )
        for response in OF_PERIOD
    ]
    moved = movement(past, present, newcomers=newcomers)
    return Board(days, now, classes, len(friends), moved, now.sends().count(), rate)


def people(span: Span, moment: Moment, everyone: BitMap) -> dict[Response, BitMap]:
    """These friends by class; each is in one."""
    sends = list(span.sends().values_list("pk", "tracks_people"))
    received = _received([pk for pk, _own in sends], moment)
    known = BitMap.union(BitMap(), *(received[pk] for pk, own in sends if own))
    unknown = BitMap.union(BitMap(), *(received[pk] for pk, own in sends if not own))
    clicked = _numbers(CLICKERS, [span.start, span.end])
    return {
        Response.CLICKED: clicked & everyone,
        Response.NO_CLICK: (known - clicked) & everyone,
        Response.UNKNOWN: (unknown - known - clicked) & everyone,
        Response.UNTOUCHED: everyone - clicked - known - unknown,
    }


def movement(
    past: dict[Response, BitMap], present: dict[Response, BitMap], *, newcomers: BitMap
) -> dict[str, dict[str, int]]:
    """From each class, and from outside, into each class, and out; every person is in one place."""
    still = BitMap.union(BitMap(), *present.values())
    moved: dict[str, dict[str, int]] = {}
    for was, people_before in past.items():
        moved[was] = {now: len(people_before & present[now]) for now in present}
        moved[was][GONE] = len(people_before - still)
    moved[NEW] = {now: len(newcomers & present[now]) for now in present} | {GONE: 0}
    return moved


def _received(pks: list[int], moment: Moment) -> dict[int, BitMap]:
    """Who got each of these sends; of those that are over it is remembered for good."""
    leaves = {pk: Received(pk) for pk in pks}
    loaded = cache.load(leaves.values(), moment) if leaves else None
    return (
        {pk: BitMap(loaded.bitmaps[leaf.key(moment.zone)]) for pk, leaf in leaves.items()} if loaded else {}
    )


def _friends(status: str) -> BitMap:
    with connection.cursor() as cursor:
        cursor.execute(FRIENDS, [status])
        return BitMap(cursor.fetchone()[0])


def _numbers(statement: str, params: list) -> BitMap:
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return BitMap(row[0] for row in cursor)


def _open_rate(span: Span) -> float | None:
    """The share of those who opened, over the period's sends that LINE has counted."""
    found = [each.line for each in figures.of_many(list(span.sends().defer("audience", "body")))]
    counted = [line for line in found if line.opened is not None and line.delivered]
    delivered = sum(line.delivered for line in counted)
    return sum(line.opened or 0 for line in counted) / delivered if delivered else None


def _opened(response: Response, count: int, rate: float | None) -> int | None:
    if response == Response.CLICKED:
        return count
    is_messaged = response in {Response.NO_CLICK, Response.UNKNOWN}
    return round(count * rate) if is_messaged and rate is not None else None
