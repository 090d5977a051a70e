"""Commands on a tenant's channel, and its way to LINE."""

from django.conf import settings

from channels.models import Channel
from line.client import Endpoints, LineClient


def client_for(channel: Channel) -> LineClient:
    """The channel's client of LINE's API, at the addresses that the settings name."""
    return _client(channel.channel_id, channel.secret())


def _client(channel_id: str, channel_secret: str) -> LineClient:
    endpoints = Endpoints(
        api=settings.LINE_API_BASE, data=settings.LINE_DATA_API_BASE, access=settings.LINE_ACCESS_BASE
    )
    return LineClient(channel_id, channel_secret, endpoints=endpoints)
