"""LINE's counts of each day's messages, fetched when LINE has counted them and handed to billing.

Days are Japan's. LINE allows 60 calls an hour for the counts by kind, which the account's console sends too.
"""

import asyncio
import logging
from datetime import date, datetime, time, timedelta

from accounts import board, current
from accounts.models import Due, Tenant
from billing.reconciling import booking
from billing.reconciling.facts import A_DAY, JAPAN
from channels.access import client_for
from channels.models import DAY_COUNTS, Channel
from line import wire
from line.client import LineClient
from line.errors import LineError, RateLimited

logger = logging.getLogger(__name__)
READY_BY = time(10, 0)  # LINE has counted the day before by then, mostly
SPREAD = 60  # minutes over which clients follow each other
AGAIN = timedelta(hours=2)  # after a day that LINE had not counted
TRY_AGAIN = timedelta(minutes=20)  # after no answer, or one that refused
AN_HOUR = timedelta(hours=1)
MOST = 30  # days at a time: half of what an hour allows
LONGEST_BACK = timedelta(days=62)  # an outage longer than that leaves days uncounted
APART = {"apiMulticast": "multicast", "apiPush": "push", "apiBroadcast": "broadcast"}


def keep_going() -> None:
    """Begin the daily asking of a client that has a channel, once."""
    if not Due.objects.filter(tenant=current.tenant().pk, kind=DAY_COUNTS).exists():
        board.call(DAY_COUNTS)


def read(tenant: Tenant, now: datetime) -> datetime | None:
    """Ask for the days that are due, and book what differs. When to ask again; None if there is no channel.

    An error of LINE leaves what was read before it, and is asked about again.
    """
    channel = Channel.objects.filter(tenant=tenant.pk).first()
    if channel is None:
        return None
    today = now.astimezone(JAPAN).date()
    since = max(_first_day(channel), today - LONGEST_BACK)
    days = booking.due(tenant.pk, since=since, today=today)
    try:
        again_at = _ask_for(client_for(channel), tenant, days, now)
    except LineError as error:
        logger.warning("day_counts.not_read", extra={"channel": channel.pk, "reason": str(error)})
        again_at = now + (AN_HOUR if isinstance(error, RateLimited) else TRY_AGAIN)
    if since < today:
        booking.book(tenant.pk, since, today - A_DAY, at=now)
    return again_at


def _first_day(channel: Channel) -> date:
    """Of the month in which the account was connected: what others sent before counts in the same month."""
    return channel.connected_at.astimezone(JAPAN).date().replace(day=1)


def _ask_for(client: LineClient, tenant: Tenant, days: list[date], now: datetime) -> datetime:
    """When to ask again. Raises LineError."""
    is_complete = True
    for day in days[:MOST]:
        counts = wire.run(_counts(client, day))
        booking.record(tenant.pk, day, counts, at=now)
        is_complete &= counts is not None
    if len(days) > MOST:
        return now + AN_HOUR
    return _tomorrow(tenant, now) if is_complete else now + AGAIN


async def _counts(client: LineClient, day: date) -> dict[str, int] | None:
    """By LINE's name of the kind; None if LINE has not counted the day. What LINE hides is missing.

    The count endpoints, which LINE calls exact, come before the statistics, which name more kinds.
    """
    statistics, *exact = await asyncio.gather(
        client.get_number_of_message_deliveries(day),
        *(client.get_delivery_count(kind, day) for kind in APART.values()),
    )
    if statistics["status"] == "unready":
        return None
    counts = {name: count for name, count in statistics.items() if isinstance(count, int)}
    return counts | {name: count for name, count in zip(APART, exact, strict=True) if count is not None}


def _tomorrow(tenant: Tenant, now: datetime) -> datetime:
    morning = datetime.combine(now.astimezone(JAPAN).date() + A_DAY, READY_BY, JAPAN)
    return morning + timedelta(minutes=tenant.pk % SPREAD)
