"""A channel's client of LINE's API, at the addresses that the settings name."""

from django.conf import settings

from channels.models import Channel
from line.client import Endpoints, LineClient


def client_for(channel: Channel, *, timeout: float = 10.0) -> LineClient:
    """`timeout` is in seconds, of each request."""
    return client_of(channel.channel_id, channel.secret(), timeout=timeout)


def client_of(channel_id: str, channel_secret: str, *, timeout: float = 10.0) -> LineClient:
    """As `client_for`, for a channel that is not connected yet."""
    return LineClient(channel_id, channel_secret, endpoints=endpoints(), timeout=timeout)


def endpoints() -> Endpoints:
    return Endpoints(
        api=settings.LINE_API_BASE, data=settings.LINE_DATA_API_BASE, access=settings.LINE_ACCESS_BASE
    )
