"""LINE's counts and estimates of the account's friends, fetched once a day and kept.

Days are Japan's whatever the client's time zone. LINE allows 60 calls an hour of each kind.
"""

import logging
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone

from accounts import board, current
from accounts.models import Due
from channels.models import Channel
from channels.services import client_for
from friends.errors import NoChannel, TooSoon
from friends.models import AudienceDay, Demographics
from line import wire
from line.client import LineClient
from line.errors import LineError

logger = logging.getLogger(__name__)
KIND = "insight"
JAPAN = ZoneInfo("Asia/Tokyo")
READY_BY = time(10, 0)  # LINE has counted the day before by then, mostly
AGAIN = timedelta(hours=2)
NOT_AGAIN_WITHIN = timedelta(minutes=5)
DAYS_BACK = 30  # that are asked for if they are missing: half of what an hour allows
PARTS = {
    "genders": "gender",
    "ages": "age",
    "areas": "area",
    "appTypes": "appType",
    "subscriptionPeriods": "subscriptionPeriod",
}


def ask() -> None:
    """Have the figures fetched soon. Raises NoChannel, TooSoon."""
    if not Channel.objects.filter(tenant=current.tenant().pk).exists():
        raise NoChannel
    latest = Demographics.objects.first()
    if latest and timezone.now() - latest.fetched_at < NOT_AGAIN_WITHIN:
        raise TooSoon
    board.call(KIND)


def keep_going() -> None:
    """Begin the daily fetching of a client that has a channel, once."""
    if not Due.objects.filter(tenant=current.tenant().pk, kind=KIND).exists():
        board.call(KIND)


def fetch() -> None:
    """Fetch what is missing of the last days, and today's estimates; come back tomorrow."""
    seen = board.version(KIND)
    channel = Channel.objects.filter(tenant=current.tenant().pk).first()
    next_at = _fetch(client_for(channel)) if channel else None
    board.settle(KIND, next_at, seen=seen)


def _fetch(client: LineClient) -> datetime:
    """When to ask again."""
    now = timezone.now()
    today = now.astimezone(JAPAN).date()
    try:
        _store_estimates(today, wire.run(client.get_friends_demographics()), now)
        is_complete = sum(not _fetch_day(client, day, now) for day in _missing(today)) == 0
    except LineError as error:
        logger.warning("insight.not_read", extra={"reason": str(error)})
        is_complete = False
    return datetime.combine(today + timedelta(days=1), READY_BY, JAPAN) if is_complete else now + AGAIN


def _missing(today: date) -> list[date]:
    days = [today - timedelta(days=back) for back in range(1, DAYS_BACK + 1)]
    known = set(AudienceDay.objects.filter(day__gte=days[-1]).values_list("day", flat=True))
    return [day for day in days if day not in known]


def _fetch_day(client: LineClient, day: date, now: datetime) -> bool:
    """False if LINE has not counted it yet."""
    answer = wire.run(client.get_number_of_followers(day))
    if answer.get("status") == "unready":
        return False
    figures = {
        "added": answer.get("followers"),
        "reach": answer.get("targetedReaches"),
        "blocks": answer.get("blocks"),
    }
    AudienceDay.objects.update_or_create(day=day, defaults=figures | {"fetched_at": now})
    return True


@transaction.atomic
def _store_estimates(day: date, answer: dict, now: datetime) -> None:
    shares = {
        part: {tile[name]: tile["percentage"] for tile in answer.get(part) or []}
        for part, name in PARTS.items()
    }
    is_available = bool(answer.get("available"))
    facts = {"is_available": is_available, "shares": shares if is_available else {}, "fetched_at": now}
    Demographics.objects.update_or_create(day=day, defaults=facts)
