"""Commands on a tenant's channel, and its way to LINE."""

import logging
from datetime import datetime, timedelta
from functools import partial
from typing import NamedTuple

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django_tenants.utils import tenant_context

from accounts import activity, board, secrets
from accounts.models import Tenant, User
from billing import quota
from channels.errors import ChannelRefused, ChannelTaken, HasOtherChannel, LineSilent, WrongCredentials
from channels.models import Channel, secret_place
from line import wire
from line.client import Endpoints, LineClient
from line.errors import LineError, RateLimited, Unauthorized, Unavailable

logger = logging.getLogger(__name__)
QUOTA = "quota"
QUOTA_EVERY = timedelta(hours=1)
QUOTA_AGAIN = timedelta(minutes=5)


class Account(NamedTuple):
    """What LINE says of an Official Account. `limit` and `used` are messages of a month; None: no limit."""

    bot_user_id: str
    basic_id: str
    name: str
    picture_url: str
    limit: int | None
    used: int


def client_for(channel: Channel) -> LineClient:
    """The channel's client of LINE's API, at the addresses that the settings name."""
    return _client(channel.channel_id, channel.secret())


def ask_line(channel_id: str, channel_secret: str) -> Account:
    """The account that this pair opens. Raises ChannelRefused, saying what to do."""
    try:
        return wire.run(_account(_client(channel_id, channel_secret)))
    except LineError as error:
        raise _refusal(error) from error


def connect_channel(
    tenant: Tenant, *, channel_id: str, channel_secret: str, by: User | None = None
) -> Channel:
    """Tie a client to its Official Account, and point the account's webhook here.

    Raises ChannelRefused, and then nothing is saved. A webhook that LINE cannot reach does not refuse the
    channel: `webhook_problem` says so, after the commit, since LINE's test needs what is saved here.
    Repeating it with a new secret of the same channel begins a rotation.
    """
    _check_free(tenant, channel_id)
    account = ask_line(channel_id, channel_secret)
    with tenant_context(tenant):
        channel = _save(tenant, channel_id, channel_secret, account, by)
    transaction.on_commit(partial(check_webhook, channel))
    return channel


def check_webhook(channel: Channel) -> None:
    """Set the webhook's address at LINE, have LINE call it, and keep how that went on the channel."""
    try:
        channel.webhook_problem = wire.run(_point_webhook(client_for(channel), channel.webhook_url))[:300]
    except LineError as error:
        channel.webhook_problem = error.message[:300]
    channel.webhook_checked_at = timezone.now()
    channel.save(update_fields=["webhook_problem", "webhook_checked_at"])


def begin_rotation(channel: Channel, *, channel_secret: str, by: User | None = None) -> None:
    """Use a secret that was reissued at LINE; what the old one signed is accepted until `finish_rotation`.

    Raises ChannelRefused if LINE does not take it, and then nothing is changed.
    """
    ask_line(channel.channel_id, channel_secret)
    with tenant_context(channel.tenant), transaction.atomic():
        _replace_secret(channel, channel_secret)
        activity.record("channel.secret_replaced", channel, by=by)


def finish_rotation(channel: Channel, *, by: User | None = None) -> None:
    """Accept nothing any more that the old secret has signed."""
    with tenant_context(channel.tenant), transaction.atomic():
        channel.sealed_old_secret = None
        channel.save(update_fields=["sealed_old_secret"])
        activity.record("channel.old_secret_dropped", channel, by=by)


def refresh_quota(tenant: Tenant) -> datetime | None:
    """Hand LINE's count of the month to billing. When to ask again; None if there is no channel."""
    channel = Channel.objects.filter(tenant=tenant).first()
    if channel is None:
        return None
    try:
        limit, used = wire.run(_quota(client_for(channel)))
    except LineError as error:
        logger.warning("quota.not_read", extra={"channel": channel.pk, "reason": str(error)})
        return timezone.now() + QUOTA_AGAIN
    quota.record_reading(tenant.pk, limit, used, timezone.now())
    return timezone.now() + QUOTA_EVERY


def _check_free(tenant: Tenant, channel_id: str) -> None:
    own = Channel.objects.filter(tenant=tenant).exclude(channel_id=channel_id).first()
    if own:
        raise HasOtherChannel(channel_id=own.channel_id)
    if Channel.objects.filter(channel_id=channel_id).exclude(tenant=tenant).exists():
        raise ChannelTaken(channel_id=channel_id)


@transaction.atomic
def _save(tenant: Tenant, channel_id: str, channel_secret: str, account: Account, by: User | None) -> Channel:
    facts = {
        "bot_user_id": account.bot_user_id,
        "basic_id": account.basic_id,
        "name": account.name,
        "picture_url": account.picture_url,
    }
    sealed = secrets.seal(tenant.pk, secret_place(tenant.pk), channel_secret)
    channel, _ = Channel.objects.update_or_create(
        tenant=tenant,
        channel_id=channel_id,
        defaults=facts,
        create_defaults=facts | {"sealed_secret": sealed},
    )
    _replace_secret(channel, channel_secret)
    quota.record_reading(tenant.pk, account.limit, account.used, timezone.now())
    board.call(QUOTA, timezone.now() + QUOTA_EVERY)
    activity.record("channel.connected", channel, by=by, channel_id=channel_id)
    return channel


def _replace_secret(channel: Channel, channel_secret: str) -> None:
    if channel.secret() == channel_secret:
        return
    channel.sealed_old_secret = channel.sealed_secret
    channel.sealed_secret = secrets.seal(channel.tenant_id, secret_place(channel.tenant_id), channel_secret)
    channel.save(update_fields=["sealed_secret", "sealed_old_secret"])


def _client(channel_id: str, channel_secret: str) -> LineClient:
    endpoints = Endpoints(
        api=settings.LINE_API_BASE, data=settings.LINE_DATA_API_BASE, access=settings.LINE_ACCESS_BASE
    )
    return LineClient(channel_id, channel_secret, endpoints=endpoints)


async def _account(client: LineClient) -> Account:
    info = await client.get_bot_info()
    limit, used = await _quota(client)
    return Account(
        info["userId"], info["basicId"], info["displayName"], info.get("pictureUrl", ""), limit, used
    )


async def _quota(client: LineClient) -> tuple[int | None, int]:
    return await client.get_quota(), await client.get_quota_consumption()


async def _point_webhook(client: LineClient, url: str) -> str:
    """What is wrong with the webhook; "" when LINE reaches it."""
    await client.set_webhook_endpoint(url)
    test = await client.test_webhook_endpoint()
    return "" if test["success"] else f"{test['reason']}: {test['detail']}"


def _refusal(error: LineError) -> ChannelRefused:
    if isinstance(error, Unauthorized):
        return WrongCredentials()
    if isinstance(error, (Unavailable, RateLimited)):
        return LineSilent()
    return ChannelRefused(reason=error.message)
