"""LINE's statistics of what was sent, copied on some days after it.

They grow for 14 days and then stand still; how long they can be read LINE does not say, so the copy of day 15
is the one that stays. LINE allows 60 calls an hour of each kind, so they are made a few at a time.
Source: https://developers.line.biz/en/reference/messaging-api/#get-message-event
"""

import logging
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from accounts import board, current
from broadcasts.models import Broadcast, Insight
from broadcasts.results import outcome, sources
from broadcasts.results.sources import DAYS, LOOKED_BACK, Source
from channels.models import Channel
from channels.services import client_for
from friends.insight import JAPAN
from line import wire
from line.client import LineClient
from line.errors import LineError, RateLimited, Unauthorized

logger = logging.getLogger(__name__)
KIND = "message_insight"  # on the work board
AT_ONCE = 5  # calls of each kind in one turn
TURN = timedelta(minutes=6)  # from one to the next: 50 calls an hour
AGAIN = timedelta(hours=2)  # until what LINE could not answer is asked again
LONGEST = timedelta(days=30)  # from the first day to the last of what LINE adds up


@dataclass(frozen=True)
class Told:
    """What LINE says of people; None where it hides how many, since they are fewer than 20."""

    opened: int | None
    clicked: int | None
    delivered: int | None
    data: dict


@dataclass(frozen=True)
class Due:
    """A copy that is to be taken."""

    source: Source
    day: int
    at: datetime

    @property
    def rank(self) -> tuple[bool, datetime]:
        """Final copies first, then those that have waited longest."""
        return self.day != DAYS[-1], self.at


def expect(broadcast: Broadcast) -> None:
    """Have it followed what comes of a send that begins now: LINE’s figures copied, ours counted."""
    began = broadcast.started_at or timezone.now()
    board.call(KIND, Source(broadcast.pk, began, began).moment(DAYS[0]))
    board.call(outcome.KIND, began + outcome.SOON)


def look(unit: str, *, since: datetime, until: date | None = None) -> Told | None:
    """What LINE has counted until now, or a day, under a name; None if it does not answer, or there is no
    channel.

    It is one of 60 calls an hour.
    """
    channel = Channel.objects.filter(tenant=current.tenant().pk).first()
    if channel is None:
        return None
    try:
        return _ask(client_for(channel), Source(0, since, since, unit), until)
    except LineError as error:
        logger.warning("message_insight.not_read", extra={"unit": unit, "reason": str(error)})
        return None


def copy() -> None:
    """Copy what is due in this client, as much as one turn may; come back for the rest and what follows."""
    seen = board.version(KIND)
    channel = Channel.objects.filter(tenant=current.tenant().pk).first()
    board.settle(KIND, _copy(client_for(channel), timezone.now()) if channel else None, seen=seen)


def _copy(client: LineClient, now: datetime) -> datetime | None:
    """When to come back."""
    expected = due(now)
    waiting = sorted((each for each in expected if each.at <= now), key=lambda each: each.rank)
    turn = _first_of_each_kind(waiting)
    for each in turn:
        board.renew(KIND)
        if not _take(client, each):
            break
    if len(waiting) > len(turn):
        return now + TURN
    return min((each.at for each in due(now)), default=None)


def due(now: datetime) -> list[Due]:
    """The next copy of everything of which one is to come, and when; those that were missed are not made up
    for, since a later one has more.
    """
    found = sources.since(now - LOOKED_BACK)
    taken: dict[tuple, list[Insight]] = {}
    for row in Insight.objects.filter(broadcast__in={source.broadcast_id for source in found}).defer("data"):
        taken.setdefault((row.broadcast_id, row.variant_id, row.send_id), []).append(row)
    following = (_next(source, taken.get(source.key, []), now) for source in found)
    return [each for each in following if each]


def _next(source: Source, rows: list[Insight], now: datetime) -> Due | None:
    last = max((row.day for row in rows if row.is_ready), default=0)
    day = source.day(now) or DAYS[0]
    if day <= last:
        day = next((later for later in DAYS if later > last), 0)
    if not day:
        return None
    tried = next((row.taken_at for row in rows if row.day == day), None)
    return Due(source, day, tried + AGAIN if tried else source.moment(day))


def _first_of_each_kind(waiting: list[Due]) -> list[Due]:
    """What one turn may ask."""
    counts: Counter[bool] = Counter()
    turn = []
    for each in waiting:
        is_unit = bool(each.source.unit)
        counts[is_unit] += 1
        if counts[is_unit] <= AT_ONCE:
            turn.append(each)
    return turn


def _take(client: LineClient, due: Due) -> bool:
    """Write LINE's answer down, or that there was none. False if asking on makes no sense now."""
    told, goes_on = None, True
    try:
        told = _ask(client, due.source)
    except LineError as error:
        goes_on = not isinstance(error, RateLimited | Unauthorized)
        reason = {"broadcast": due.source.broadcast_id, "day": due.day, "reason": str(error)}
        logger.warning("message_insight.not_read", extra=reason)
    _keep(due, told)
    return goes_on


def _ask(client: LineClient, source: Source, until: date | None = None) -> Told:
    if source.unit:
        first = source.began.astimezone(JAPAN).date()
        today = timezone.now().astimezone(JAPAN).date()
        last = min(today, first + LONGEST, until or today)
        data = wire.run(client.get_statistics_per_unit(source.unit, first, last))
    else:
        data = wire.run(client.get_message_event(source.request_id))
    overview = data.get("overview") or {}
    delivered = source.accepted if source.unit else overview.get("delivered")
    return Told(overview.get("uniqueImpression"), overview.get("uniqueClick"), delivered, data)


def _keep(due: Due, told: Told | None) -> None:
    """Until LINE has sent all of a request, it does not say how many got it: that is no answer yet."""
    source = due.source
    is_ready = told is not None and (bool(source.unit) or told.delivered is not None)
    facts = {
        "taken_at": timezone.now(),
        "is_ready": is_ready,
        "delivered": told and told.delivered,
        "opened": told and told.opened,
        "clicked": told and told.clicked,
        "data": told.data if told else {},
    }
    of: dict[str, Any] = {"variant_id": source.variant_id, "send_id": source.send_id}
    Insight.objects.update_or_create(broadcast_id=source.broadcast_id, **of, day=due.day, defaults=facts)
