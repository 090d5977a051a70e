"""Names under which LINE counts what goes by push and multicast: 1,000 different ones a month and channel.

LINE sends what comes with a name beyond those, and silently leaves it out of its statistics. So we count
ourselves, ask LINE when few may be left, and then keep the rest for those sends of which LINE tells most:
of fewer than 20 people it tells nothing, whatever their name.
Source: https://developers.line.biz/en/docs/messaging-api/unit-based-statistics-aggregation/
"""

import logging
from collections.abc import Callable
from datetime import datetime

from django.db.models import Q
from django.utils import timezone

from accounts import current
from broadcasts.models import Broadcast, Variant
from channels.models import Channel
from channels.services import client_for
from friends.insight import JAPAN
from line import wire
from line.errors import LineError

logger = logging.getLogger(__name__)
A_MONTH = 1_000
Used = Callable[[datetime], int]
_others: list[Used] = []  # who else takes names: how many since the beginning of a month
ASKED_FROM = 800  # names of ours; other tools on the channel use some too
# The last 20 are for sends to 1,000 people or more, the last 100 for those of which LINE may tell anything.
RATIONS = [(1_000, 0), (20, 20), (0, 100)]  # people at least, names that stay for larger sends


def take(broadcast: Broadcast, variant: Variant | None = None) -> str:
    """The name under which LINE counts a broadcast, or one of its variants; "" if there is none for it.

    Written on its row too, in the caller's transaction. Its `audience_count` says for how many people it is.
    Letters, digits and _ only, at most 30: https://developers.line.biz/en/reference/messaging-api/#send-multicast-message
    """
    holder = variant or broadcast
    if not holder.unit_name and left() > kept_back(holder.audience_count or 0):
        holder.unit_name = f"musubi_b{broadcast.pk}" + (f"_{variant.letter}" if variant else "")
        type(holder).objects.filter(pk=holder.pk).update(unit_name=holder.unit_name)
    return holder.unit_name


def register(used: Used) -> None:
    """Have the names of somebody else counted too: `used(start)` are theirs of the month that begins then."""
    _others.append(used)


def kept_back(people: int) -> int:
    """How many names must stay for larger sends than one to so many people."""
    return next((names for least, names in RATIONS if people >= least), A_MONTH)


def left() -> int:
    """Names that this month still has. Near the end LINE is asked; without an answer, ours are counted."""
    ours = used(timezone.now())
    return A_MONTH - max(ours, _used_by_all() if ours >= ASKED_FROM else 0)


def used(now: datetime) -> int:
    """Names of ours under which something was, or may have been, sent in Japan's month of this moment."""
    start = now.astimezone(JAPAN).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    of_broadcasts = Broadcast.objects.filter(_since(start)).exclude(unit_name="")
    of_variants = Variant.objects.filter(_since(start, "broadcast__")).exclude(unit_name="")
    return of_broadcasts.count() + of_variants.count() + sum(others(start) for others in _others)


def _since(start: datetime, prefix: str = "") -> Q:
    """What was not over at a moment, so that its name counts in the month that begins then."""
    return Q(**{f"{prefix}finished_at": None}) | Q(**{f"{prefix}finished_at__gte": start})


def _used_by_all() -> int:
    channel = Channel.objects.filter(tenant=current.tenant().pk).first()
    if channel is None:
        return 0
    try:
        return wire.run(client_for(channel).get_aggregation_unit_usage())
    except LineError as error:
        logger.warning("units.not_read", extra={"reason": str(error)})
        return 0
