"""Whose is the webhook: ours, or another tool's beside which this client only sends."""

from functools import partial
from typing import Any

from django.db import transaction
from django.utils import timezone
from django_tenants.utils import tenant_context

from accounts import activity, board
from accounts.models import User
from channels.access import client_for
from channels.asking import refusal
from channels.errors import BadWebhookAddress, ChannelRefused, SendsOnly
from channels.models import HEALTH, Channel
from line import wire
from line.client import LineClient
from line.errors import LineError, Rejected, Unauthorized

Mode = Channel.Mode


def check_webhook(channel: Channel) -> None:
    """Set the webhook's address at LINE, have LINE call it, and keep how that went on the channel.

    Raises SendsOnly for a client whose webhook belongs to another tool.
    """
    if not channel.receives:
        raise SendsOnly
    try:
        channel.webhook_problem = wire.run(_point(client_for(channel), channel.webhook_url))[:300]
    except LineError as error:
        channel.webhook_problem = error.message[:300]
    channel.webhook_checked_at = timezone.now()
    channel.save(update_fields=["webhook_problem", "webhook_checked_at"])
    board.call(HEALTH, tenant_id=channel.tenant_id)


def receive_webhook(channel: Channel, *, by: User | None = None) -> None:
    """Take the webhook over, from the other tool if there is one; LINE tests it after the commit.

    Raises ChannelRefused, and then nothing is changed.
    """
    client = client_for(channel)
    try:
        before = wire.run(client.get_webhook_endpoint())
        wire.run(client.set_webhook_endpoint(channel.webhook_url))
    except LineError as error:
        raise refusal(error) from error
    if before and before["endpoint"] != channel.webhook_url:
        channel.previous_webhook_url = before["endpoint"]
    _switch(channel, Mode.RECEIVING, by=by, taken_from=channel.previous_webhook_url)
    transaction.on_commit(partial(check_webhook, channel))


def send_only(channel: Channel, *, hand_over_to: str = "", by: User | None = None) -> None:
    """Leave the webhook to another tool, and set that tool's address at LINE if one is given.

    Raises ChannelRefused, and then nothing is changed.
    """
    if hand_over_to:
        try:
            wire.run(client_for(channel).set_webhook_endpoint(hand_over_to))
        except LineError as error:
            raise _refused_address(error) from error
    channel.webhook_problem = ""
    _switch(channel, Mode.SEND_ONLY, by=by, handed_over_to=hand_over_to)


async def test(client: LineClient) -> str:
    """What is wrong with the webhook; "" when LINE reaches it. LINE allows sixty tests an hour."""
    answer = await client.test_webhook_endpoint()
    return "" if answer["success"] else f"{answer['reason']}: {answer['detail']}"


async def _point(client: LineClient, url: str) -> str:
    await client.set_webhook_endpoint(url)
    return await test(client)


def _switch(channel: Channel, mode: str, *, by: User | None, **detail: Any) -> None:
    channel.mode = mode
    with tenant_context(channel.tenant), transaction.atomic():
        channel.save(update_fields=["mode", "previous_webhook_url", "webhook_problem"])
        activity.record("channel.mode_changed", channel, by=by, mode=mode, **detail)
        board.call(HEALTH)


def _refused_address(error: LineError) -> ChannelRefused:
    if isinstance(error, Rejected) and not isinstance(error, Unauthorized):
        return BadWebhookAddress(reason=error.message)
    return refusal(error)
