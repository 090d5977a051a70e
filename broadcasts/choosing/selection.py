"""Who of an audience gets a broadcast: without those who want none, have had enough, or are held out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal

from pyroaring import BitMap

from broadcasts.choosing import frequency, limits, lots
from broadcasts.choosing.errors import NoPrice
from broadcasts.models import Broadcast
from friends.models import Friend


@dataclass(frozen=True)
class Chosen:
    """Who gets it, who is held out to compare with, and how many were left out for which reason.

    Reasons, in the order in which they are looked at, each person under the first that holds: `stopped`
    broadcasts, `cap` of messages reached, `holdout`, `limit` of people or cost. Those without anybody are
    left away.
    """

    friends: BitMap
    holdout: BitMap
    left_out: dict[str, int]


@dataclass(frozen=True)
class Facts:
    """What decides. `ranks` are the people who come first where `most` is less than there are."""

    seed: str
    stopped: BitMap
    capped: BitMap
    holdout_percent: Decimal
    most: int
    ranks: Sequence[BitMap] = ()


@dataclass(frozen=True)
class Estimate:
    """How many would get it, and how many not for which reason, as in `Chosen`."""

    people: int
    left_out: dict[str, int]


def choose(
    broadcast: Broadcast, friends: BitMap, at: datetime | None = None, *, limits_people: bool = True
) -> Chosen:
    """Who of these gets it if it leaves `at`, or now; again, the same people, while nothing has happened.

    Without `limits_people` its limits of people and cost are left to the caller. Raises NoPrice.
    """
    return chosen(friends, _facts(broadcast, friends, at, limits_people=limits_people))


def estimate(broadcast: Broadcast, friends: BitMap, at: datetime | None = None) -> Estimate:
    """What `choose` would come to, without drawing lots. A limit of cost counts if the price is known."""
    wants_none = _stopped() & friends
    stopped = len(wants_none)
    capped = len((_capped(broadcast, at) & friends) - wants_none)
    held_out = share(len(friends) - stopped - capped, broadcast.holdout_percent)
    open_ones = len(friends) - stopped - capped - held_out
    people = min(open_ones, _most(broadcast, len(friends), at))
    counts = {"stopped": stopped, "cap": capped, "holdout": held_out, "limit": open_ones - people}
    return Estimate(people, {reason: count for reason, count in counts.items() if count})


def chosen(friends: BitMap, facts: Facts) -> Chosen:
    """Pure: the same for the same facts."""
    willing = friends - facts.stopped
    open_ones = willing - facts.capped
    held_out = lots.draw(open_ones, share(len(open_ones), facts.holdout_percent), f"{facts.seed}/holdout")
    meant = open_ones - held_out
    taken = first(meant, facts.most, facts.ranks, f"{facts.seed}/limit")
    counts = {
        "stopped": len(friends) - len(willing),
        "cap": len(willing) - len(open_ones),
        "holdout": len(held_out),
        "limit": len(meant) - len(taken),
    }
    return Chosen(taken, held_out, {reason: count for reason, count in counts.items() if count})


def first(friends: BitMap, most: int, ranks: Sequence[BitMap], seed: str) -> BitMap:
    """So many of the friends, those of the first rank first; lots are drawn within a rank and of the rest."""
    if len(friends) <= most:
        return friends
    taken = BitMap()
    for rank in ranks:
        found = (rank & friends) - taken
        if len(taken) + len(found) > most:
            return taken | lots.draw(found, most - len(taken), seed)
        taken |= found
    return taken | lots.draw(friends - taken, most - len(taken), seed)


def share(count: int, percent: Decimal) -> int:
    """So many percent of them, in whole people."""
    return int((count * Decimal(percent) / 100).to_integral_value(ROUND_HALF_UP))


def _facts(broadcast: Broadcast, friends: BitMap, at: datetime | None, *, limits_people: bool) -> Facts:
    most = limits.most(broadcast, len(friends), at) if limits_people else len(friends)
    is_ranked = most < len(friends) and broadcast.chosen_by == Broadcast.ChosenBy.BEST
    return Facts(
        seed=str(broadcast.key),
        stopped=_stopped(),
        capped=_capped(broadcast, at),
        holdout_percent=broadcast.holdout_percent,
        most=most,
        ranks=limits.by_clicks() if is_ranked else (),
    )


def _most(broadcast: Broadcast, people: int, at: datetime | None) -> int:
    try:
        return limits.most(broadcast, people, at)
    except NoPrice:
        return people if broadcast.most_count is None else min(people, broadcast.most_count)


def _stopped() -> BitMap:
    return BitMap(Friend.objects.filter(stopped_at__isnull=False).order_by().values_list("pk", flat=True))


def _capped(broadcast: Broadcast, at: datetime | None) -> BitMap:
    return BitMap() if broadcast.ignores_cap else frequency.capped(at)
