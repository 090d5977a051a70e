"""The LINE Login channel of a client, if one is connected: it knows people before they are friends."""

from django.conf import settings

from channels.models import Channel
from line.client import Endpoints
from line.login import LoginClient


def login_client_for(channel: Channel) -> LoginClient | None:
    """None where no Login channel is connected."""
    if not channel.login_channel_id or not (secret := channel.login_secret()):
        return None
    endpoints = Endpoints(
        api=settings.LINE_API_BASE, data=settings.LINE_DATA_API_BASE, access=settings.LINE_ACCESS_BASE
    )
    return LoginClient(channel.login_channel_id, secret, endpoints=endpoints)
