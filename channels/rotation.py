"""A channel secret that was reissued at LINE takes over without a gap: for a day, both are accepted."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django_tenants.utils import tenant_context

from accounts import activity, board, secrets
from accounts.models import Tenant, User
from channels.access import client_of
from channels.asking import prove
from channels.errors import SameSecret
from channels.models import HEALTH, ROTATION, Channel, secret_place

OLD_SECRET_FOR = timedelta(hours=24)


def begin_rotation(channel: Channel, *, channel_secret: str, by: User | None = None) -> None:
    """Use the new secret; what the old one signed is accepted until `finish_rotation`, a day at most.

    Raises ChannelRefused if LINE does not take it, and then nothing is changed.
    """
    check(channel, channel_secret)
    with tenant_context(channel.tenant), transaction.atomic():
        replace_secret(channel, channel_secret)
        activity.record("channel.secret_replaced", channel, by=by)


def check(channel: Channel, channel_secret: str) -> None:
    """Whether this secret can take over: it is a new one, and LINE takes it. Raises ChannelRefused."""
    if channel.secret() == channel_secret:
        raise SameSecret
    prove(client_of(channel.channel_id, channel_secret))


def replace_secret(channel: Channel, channel_secret: str) -> None:
    """Keep the present secret beside the new one; nothing for the same. In the caller's transaction."""
    channel.refresh_from_db(from_queryset=Channel.objects.select_for_update())
    if channel.secret() == channel_secret:
        return
    now = timezone.now()
    channel.sealed_old_secret, channel.old_secret_until = channel.sealed_secret, now + OLD_SECRET_FOR
    channel.sealed_secret = secrets.seal(channel.tenant_id, secret_place(channel.tenant_id), channel_secret)
    channel.secret_since = now
    channel.save(update_fields=["sealed_secret", "sealed_old_secret", "secret_since", "old_secret_until"])
    board.call(ROTATION, channel.old_secret_until)
    board.call(HEALTH)


def finish_rotation(channel: Channel, *, by: User | None = None) -> None:
    """Accept nothing any more that the old secret has signed."""
    with tenant_context(channel.tenant), transaction.atomic():
        channel.sealed_old_secret = channel.old_secret_until = None
        channel.save(update_fields=["sealed_old_secret", "old_secret_until"])
        activity.record("channel.old_secret_dropped", channel, by=by)


def finish_overdue(tenant: Tenant, now: datetime) -> datetime | None:
    """Drop the old secret when its day is over. When to look again; None if there is none."""
    channel = Channel.objects.filter(tenant=tenant).exclude(sealed_old_secret=None).first()
    if channel is None or channel.old_secret_until is None:
        return None
    if channel.old_secret_until > now:
        return channel.old_secret_until
    finish_rotation(channel)
    return None
