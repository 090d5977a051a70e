"""How a channel is: asked of LINE every few minutes, kept with the moment at which it changed."""

import asyncio
import logging
import random
from collections.abc import Coroutine
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts import activity
from accounts.models import Tenant
from billing import quota
from billing.models import LedgerEntry
from channels import judging, webhook
from channels.access import client_for
from channels.asking import lists_followers
from channels.judging import Counted, Finding, Heard
from channels.login import login_client_for
from channels.models import Channel, ChannelCheck, WebhookEvent
from line import wire
from line.client import LineClient
from line.errors import LineError
from line.login import LoginClient

logger = logging.getLogger(__name__)
EVERY = timedelta(minutes=5)
TEST_EVERY = timedelta(hours=1)  # LINE allows sixty an hour; a webhook that failed is tested at every check
TIMEOUT = 5.0  # seconds
State, AccountType = ChannelCheck.State, Channel.AccountType


def check(tenant: Tenant) -> datetime | None:
    """Look at the present tenant's channel, and keep what has changed.

    When to look again; None if there is no channel. Several at once do no harm but more questions to LINE.
    """
    channel = Channel.objects.select_related("tenant").filter(tenant=tenant.pk).first()
    if channel is None:
        return None
    test_for = channel.webhook_url if _is_test_due(channel, timezone.now()) else None
    client, login = client_for(channel, timeout=TIMEOUT), login_client_for(channel)
    heard = wire.run(_listen(client, login, test_for))
    _keep(channel, heard, timezone.now())
    return timezone.now() + EVERY * random.uniform(0.9, 1.1)  # noqa: S311  (spreads clients, hides nothing)


def _is_test_due(channel: Channel, now: datetime) -> bool:
    if not channel.receives:
        return False
    tested_at = channel.webhook_checked_at
    return bool(channel.webhook_problem) or tested_at is None or now - tested_at >= TEST_EVERY


async def _listen(client: LineClient, login: LoginClient | None, test_for: str | None) -> Heard:
    heard_login = await _or_error(login.check()) if login else False
    access = await _or_error(client.open())
    if access:
        return Heard(access, login=heard_login)
    info, lists, endpoint = await asyncio.gather(
        _or_error(client.get_bot_info()),
        _or_error(lists_followers(client)),
        _or_error(client.get_webhook_endpoint()),
    )
    refused = info if isinstance(info, LineError) else None
    test = await _test(client, endpoint, test_for) if test_for else None
    return Heard(refused, info, lists, endpoint, test, heard_login)


async def _test(client: LineClient, endpoint: dict | LineError | None, address: str) -> str | None:
    """Only where LINE delivers to this address; None also when LINE does not test now."""
    if not isinstance(endpoint, dict) or endpoint["endpoint"] != address or not endpoint["active"]:
        return None
    problem = await _or_error(webhook.test(client))
    return None if isinstance(problem, LineError) else problem


async def _or_error(asking: Coroutine[Any, Any, Any]) -> Any:
    try:
        return await asking
    except LineError as error:
        return error


@transaction.atomic
def _keep(channel: Channel, heard: Heard, now: datetime) -> None:
    channel.refresh_from_db(
        from_queryset=Channel.objects.select_related("tenant").select_for_update(of=["self"])
    )
    _keep_facts(channel, heard, now)
    before = {row.kind: row for row in ChannelCheck.objects.present().filter(tenant=channel.tenant_id)}
    found = judging.judge(channel, heard, _count(channel, now), before, now)
    for kind, finding in found.items():
        _note(channel, kind, finding, before.get(kind), now)


def _keep_facts(channel: Channel, heard: Heard, now: datetime) -> None:
    """Name and picture as they are now, whether LINE lists the friends, and how its test went."""
    if isinstance(heard.info, dict):
        channel.name, channel.picture_url = heard.info["displayName"], heard.info.get("pictureUrl", "")
    if isinstance(heard.lists_followers, bool):
        channel.account_type = _type(channel.account_type, lists_followers=heard.lists_followers)
    if heard.test is not None:
        channel.webhook_problem, channel.webhook_checked_at = heard.test[:300], now
    channel.save(
        update_fields=["name", "picture_url", "account_type", "webhook_problem", "webhook_checked_at"]
    )


def _type(kept: str, *, lists_followers: bool) -> str:
    """As a person chose it, unless LINE's answer says otherwise; a review may have ended meanwhile."""
    if not lists_followers:
        return AccountType.UNVERIFIED
    return kept if kept in (AccountType.VERIFIED, AccountType.PREMIUM) else AccountType.VERIFIED


def _count(channel: Channel, now: datetime) -> Counted:
    """The ledger is read only where nothing has come in for so long that it matters."""
    newest = WebhookEvent.objects.filter(tenant_id=channel.tenant_id).order_by("-id")
    last_event_at = newest.values_list("received_at", flat=True).first()
    since = now - judging.QUIET_FOR
    is_quiet = (last_event_at or channel.connected_at) < since
    sent = LedgerEntry.objects.filter(tenant=channel.tenant_id, accepted_at__gte=since)
    return Counted(
        quota=quota.status(channel.tenant_id, now),
        sent_lately=sent.total().messages if is_quiet else 0,
        last_event_at=last_event_at,
    )


def _note(
    channel: Channel, kind: str, finding: Finding | None, before: ChannelCheck | None, now: datetime
) -> None:
    """The same finding again keeps its beginning; another one ends it and begins anew."""
    rows = ChannelCheck.objects.filter(pk=before.pk) if before else ChannelCheck.objects.none()
    if finding and before and (before.state, before.finding) == (finding.state, finding.finding):
        rows.update(checked_at=now, detail=finding.detail)
        return
    rows.update(until=now)
    if finding is None:
        return
    ChannelCheck.objects.create(
        tenant_id=channel.tenant_id, kind=kind, since=now, checked_at=now, **finding._asdict()
    )
    if finding.state == State.BAD:
        logger.warning("channel.trouble", extra={"channel": channel.pk, "finding": finding.finding})
        activity.record("channel.trouble", channel, by=None, finding=finding.finding)
    elif before and before.state == State.BAD:
        activity.record("channel.recovered", channel, by=None, finding=before.finding)
