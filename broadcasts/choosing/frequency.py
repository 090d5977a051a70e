"""The frequency cap: who has had as many messages as the client's rules allow in so many days."""

from collections import Counter
from collections.abc import Collection
from datetime import datetime

from pyroaring import BitMap

from broadcasts.leaves import pushes
from broadcasts.leaves.messages import OneByOne
from broadcasts.leaves.naming import sent
from broadcasts.leaves.received import received_since
from broadcasts.models import Broadcast, PlatformSend, SendingRules
from broadcasts.sending import quota
from segments import tree
from segments.answers import cache
from segments.leaves import Leaf, Moment
from segments.tree import AtLeast


def capped(at: datetime | None = None) -> BitMap:
    """Who must not get another message on the day of `at`, today unless given; nobody where there is no cap.

    Counted is what LINE counts, in the client's calendar days, that day included; what will be sent until
    then is not known. What is laid out and may still leave counts as had, so that two that leave at the same
    minute are two. Whom LINE chose is not known.
    """
    rules = SendingRules.objects.first()
    if rules is None or not rules.cap_count:
        return BitMap()
    moment = Moment.present()
    ahead = (at.astimezone(moment.zone).date() - moment.now.astimezone(moment.zone).date()).days if at else 0
    days_before = rules.cap_days - 1 - max(0, ahead)
    return BitMap() if days_before < 0 else _had(rules.cap_count, days_before, moment)


def counts(friends: Collection[int], rules: SendingRules) -> Counter[int]:
    """How many messages each of these friends has had that count today, with those that may still leave.

    Counted as by `capped`. For a few friends; whoever decides by it holds (`quota.hold`).
    """
    moment = Moment.present()
    days_before = rules.cap_days - 1
    had = Counter(pushes.laid_out(friends))  # first: one that leaves meanwhile counts twice, not never
    had.update(pushes.had(moment.day_begins(days_before), friends))
    asked = BitMap(friends)
    for received in _received(days_before, moment, []):
        had.update(received & asked)
    return had


def _had(times: int, days_before: int, moment: Moment) -> BitMap:
    laid_out = pushes.laid_out()
    parts = _received(days_before, moment, [OneByOne(nth, days_before) for nth in range(1, times + 1)])
    parts += [
        BitMap([friend for friend, count in laid_out.items() if count >= nth]) for nth in range(1, times + 1)
    ]
    return AtLeast(times, ()).combine(parts, BitMap.union(BitMap(), *parts))


def _received(days_before: int, moment: Moment, also: list[Leaf]) -> list[BitMap]:
    """Who got each broadcast of these days or may get it yet, and whom the other conditions find."""
    under_way = _under_way()
    over = sent().exclude(pk__in=[broadcast.pk for broadcast in under_way])
    received = [leaf for node in received_since(moment, days_before, over) for leaf in tree.leaves_of(node)]
    asked = [*received, *also]
    known = cache.load(asked, moment).bitmaps
    parts = [BitMap(known[leaf.key(moment.zone)]) for leaf in asked]
    return parts + [BitMap.deserialize(bytes(broadcast.audience or b"")) for broadcast in under_way]


def _under_way() -> list[Broadcast]:
    """Those whose people are all known and that are not over."""
    by_line = PlatformSend.objects.filter(method=Broadcast.Method.NARROWCAST).values("broadcast")
    going = Broadcast.objects.filter(status__in=quota.UNDER_WAY, audience__isnull=False)
    return list(going.exclude(pk__in=by_line).only("audience"))
