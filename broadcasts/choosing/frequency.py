"""The frequency cap: who has had as many messages as the client's rules allow in so many days."""

from datetime import datetime

from pyroaring import BitMap

from broadcasts.leaves.messages import OneByOne
from broadcasts.leaves.naming import sent
from broadcasts.leaves.received import received_since
from broadcasts.models import Broadcast, PlatformSend, SendingRules
from broadcasts.sending import quota
from segments import tree
from segments.answers import cache
from segments.leaves import Moment
from segments.tree import AtLeast


def capped(at: datetime | None = None) -> BitMap:
    """Who must not get another message on the day of `at`, today unless given; nobody where there is no cap.

    Counted is what LINE counts, in the client's calendar days, that day included; what will be sent until
    then is not known. What is laid out and may still leave counts as had, so that two broadcasts that leave
    at the same minute are two. Whom LINE chose is not known.
    """
    rules = SendingRules.objects.first()
    if rules is None or not rules.cap_count:
        return BitMap()
    moment = Moment.present()
    ahead = (at.astimezone(moment.zone).date() - moment.now.astimezone(moment.zone).date()).days if at else 0
    days_before = rules.cap_days - 1 - max(0, ahead)
    return BitMap() if days_before < 0 else _had(rules.cap_count, days_before, moment)


def _had(times: int, days_before: int, moment: Moment) -> BitMap:
    under_way = _under_way()
    over = sent().exclude(pk__in=[broadcast.pk for broadcast in under_way])
    received = [leaf for node in received_since(moment, days_before, over) for leaf in tree.leaves_of(node)]
    asked = [*received, *(OneByOne(nth, days_before) for nth in range(1, times + 1))]
    known = cache.load(asked, moment).bitmaps
    parts = [BitMap(known[leaf.key(moment.zone)]) for leaf in asked]
    parts += [BitMap.deserialize(bytes(broadcast.audience or b"")) for broadcast in under_way]
    return AtLeast(times, ()).combine(parts, BitMap.union(BitMap(), *parts))


def _under_way() -> list[Broadcast]:
    """Those whose people are all known and that are not over."""
    by_line = PlatformSend.objects.filter(method=Broadcast.Method.NARROWCAST).values("broadcast")
    going = Broadcast.objects.filter(status__in=quota.UNDER_WAY, audience__isnull=False)
    return list(going.exclude(pk__in=by_line).only("audience"))
