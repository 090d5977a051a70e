"""LINE's limit and count of the month, asked for every hour and at a person's wish, and handed to billing."""

import logging
from datetime import datetime, timedelta

from django.utils import timezone

from accounts import board
from accounts.models import Tenant
from billing import quota
from billing.models import QuotaReading
from channels.access import client_for
from channels.asking import refusal
from channels.errors import AskedJustNow, NothingToAsk
from channels.models import DAY_COUNTS, Channel
from line import wire
from line.client import LineClient
from line.errors import LineError

logger = logging.getLogger(__name__)
EVERY = timedelta(hours=1)
AGAIN = timedelta(minutes=5)  # after no answer
NOT_AGAIN_WITHIN = timedelta(seconds=30)  # of people's own asking


def refresh(tenant: Tenant) -> datetime | None:
    """Hand LINE's count of the month to billing. When to ask again; None if there is no channel."""
    channel = Channel.objects.filter(tenant=tenant).first()
    if channel is None:
        return None
    try:
        _read(channel)
    except LineError as error:
        logger.warning("quota.not_read", extra={"channel": channel.pk, "reason": str(error)})
        return timezone.now() + AGAIN
    return timezone.now() + EVERY


def ask_now(tenant: Tenant) -> None:
    """Ask LINE at once, and have its counts of days looked at soon.

    Raises NothingToAsk, AskedJustNow, or ChannelRefused, which says what to do.
    """
    channel = Channel.objects.filter(tenant=tenant).first()
    if channel is None:
        raise NothingToAsk
    lately = timezone.now() - NOT_AGAIN_WITHIN
    if QuotaReading.objects.filter(tenant_id=tenant.pk, read_at__gt=lately).exists():
        raise AskedJustNow
    try:
        _read(channel)
    except LineError as error:
        raise refusal(error) from error
    board.call(DAY_COUNTS)


def _read(channel: Channel) -> None:
    """Raises LineError."""
    limit, used = wire.run(_answers(client_for(channel)))
    quota.record_reading(channel.tenant_id, limit, used, timezone.now())


async def _answers(client: LineClient) -> tuple[int | None, int]:
    return await client.get_quota(), await client.get_quota_consumption()
