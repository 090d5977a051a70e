import pytest

from accounts import secrets
from channels.models import Channel, login_secret_place
from routes import signing_in
from tests.api.conftest import call  # noqa: F401  (a fixture)
from tests.routes.conftest import LOGIN_CHANNEL, LOGIN_SECRET


@pytest.fixture
def door(channel, simulator) -> Channel:
    """The first client's channel with LINE Login and a LIFF app."""
    channel.basic_id, channel.login_channel_id = "@apparel", LOGIN_CHANNEL
    place = login_secret_place(channel.tenant_id)
    channel.sealed_login_secret = secrets.seal(channel.tenant_id, place, LOGIN_SECRET)
    simulator.add_login_channel(
        LOGIN_CHANNEL, LOGIN_SECRET, channel_id=channel.channel_id, redirect_uris=[signing_in.redirect_uri()]
    )
    channel.liff_id = simulator.add_liff_app(LOGIN_CHANNEL, signing_in.liff_endpoint())
    channel.save()
    return channel
