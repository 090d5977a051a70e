"""Commands on a tenant's channel. Its secret is in rotation.py, its webhook in webhook.py."""

from functools import partial
from typing import NamedTuple

from django.db import IntegrityError, transaction
from django.utils import timezone
from django_tenants.utils import schema_context, tenant_context

from accounts import activity, board, secrets
from accounts.models import Tenant, User
from billing import quota
from channels import login as login_channel
from channels import month_counts
from channels.access import client_for as client_for  # for those who send; they know this module
from channels.access import client_of
from channels.asking import Account, ask_line
from channels.errors import ChannelTaken, HasOtherChannel
from channels.login import NO_LOGIN, Login
from channels.models import DAY_COUNTS, HEALTH, QUOTA, Channel, secret_place
from channels.rotation import replace_secret
from channels.webhook import check_webhook

Mode = Channel.Mode


class Facts(NamedTuple):
    """What LINE's API does not tell, and a person does."""

    account_type: str = ""
    provider_id: str = ""
    provider_name: str = ""


UNTOLD = Facts()


def look(tenant: Tenant, *, channel_id: str, channel_secret: str, login: Login = NO_LOGIN) -> Account:
    """What LINE says of an account that is to be connected; nothing is changed. Raises ChannelRefused."""
    _check_free(tenant, channel_id)
    account = ask_line(client_of(channel_id, channel_secret))
    login_channel.check(channel_id, login)
    return account


def connect_channel(
    tenant: Tenant,
    *,
    channel_id: str,
    channel_secret: str,
    mode: str = Mode.RECEIVING,
    facts: Facts = UNTOLD,
    login: Login = NO_LOGIN,
    by: User | None = None,
) -> Channel:
    """Tie a client to its Official Account; unless it only sends, the account's webhook is pointed here.

    Raises ChannelRefused, and then nothing is saved. A webhook that LINE cannot reach does not refuse the
    channel: `webhook_problem` says so, after the commit, since LINE's test needs what is saved here.
    Repeating it with a new secret of the same channel begins a rotation.
    """
    account = look(tenant, channel_id=channel_id, channel_secret=channel_secret, login=login)
    told = facts._replace(account_type=account.type_if(facts.account_type))
    own = {"channel_id": channel_id, "mode": mode} | told._asdict()
    with tenant_context(tenant):
        try:
            channel = _save(tenant, channel_secret, account, own, login, by)
        except IntegrityError as error:  # another client took it meanwhile
            raise ChannelTaken(channel_id=channel_id) from error
    if channel.receives:
        transaction.on_commit(partial(check_webhook, channel))
    return channel


def note_facts(channel: Channel, facts: Facts, *, by: User | None = None) -> None:
    """Keep what a person knows of provider and account type."""
    with tenant_context(channel.tenant), transaction.atomic():
        for name, value in facts._asdict().items():
            setattr(channel, name, value)
        channel.save(update_fields=facts._fields)
        activity.record("channel.facts_noted", channel, by=by, **facts._asdict())


def tick_off(channel: Channel, step: str, *, is_done: bool, by: User | None = None) -> None:
    """Note that somebody has done in LINE's console what its API cannot tell."""
    with tenant_context(channel.tenant), transaction.atomic():
        channel.refresh_from_db(from_queryset=Channel.objects.select_for_update())
        others = [each for each in channel.done_by_hand if each != step]
        channel.done_by_hand = [*others, step] if is_done else others
        channel.save(update_fields=["done_by_hand"])
        activity.record("channel.step_noted", channel, by=by, step=step, is_done=is_done)


def _check_free(tenant: Tenant, channel_id: str) -> None:
    """Looks from outside of the client: inside, the database shows no other's channel."""
    with schema_context("public"):
        own = Channel.objects.filter(tenant=tenant).exclude(channel_id=channel_id).first()
        is_taken = Channel.objects.filter(channel_id=channel_id).exclude(tenant=tenant).exists()
    if own:
        raise HasOtherChannel(channel_id=own.channel_id)
    if is_taken:
        raise ChannelTaken(channel_id=channel_id)


@transaction.atomic
def _save(
    tenant: Tenant, channel_secret: str, account: Account, own: dict, login: Login, by: User | None
) -> Channel:
    channel = Channel.objects.filter(tenant=tenant).first() or Channel(
        tenant=tenant,
        sealed_secret=secrets.seal(tenant.pk, secret_place(tenant.pk), channel_secret),
        secret_since=timezone.now(),
    )
    for name, value in (own | _told(account)).items():
        setattr(channel, name, value)
    if account.webhook_url != channel.webhook_url:
        channel.previous_webhook_url = account.webhook_url
    if any(login):
        login_channel.put(channel, login)
    channel.save()
    replace_secret(channel, channel_secret)
    quota.record_reading(tenant.pk, account.limit, account.used, timezone.now())
    board.call(QUOTA, timezone.now() + month_counts.EVERY)
    board.call(DAY_COUNTS)
    board.call(HEALTH)
    activity.record("channel.connected", channel, by=by, **own)
    return channel


def _told(account: Account) -> dict:
    return {
        "bot_user_id": account.bot_user_id,
        "basic_id": account.basic_id,
        "name": account.name,
        "picture_url": account.picture_url,
    }
