import re
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django_tenants.utils import tenant_context

from accounts import secrets
from channels.models import Channel, login_secret_place
from line.simulator.control import Simulator
from routes import signing_in
from tests.api.conftest import call  # noqa: F401  (a fixture)

LOGIN_CHANNEL = "2000000001"
LOGIN_SECRET = "the secret of the login channel, long enough"
PHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/18.5 Mobile/15E148 Safari/604.1"
)
PC = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0"
IN_LINE = PHONE.replace("Version/18.5", "Line/15.9.0")


class Passer(Client):
    """Somebody with a browser and no account here, who reads English."""

    def __init__(self, agent: str = PHONE) -> None:
        super().__init__(headers={"user-agent": agent, "accept-language": "en"})

    def generic(self, method: str, path: str, *args, **kwargs) -> HttpResponse:
        """Answers, and leaves the test in its own client again."""
        with tenant_context(connection.tenant):
            return super().generic(method, path, *args, **kwargs)

    def open(self, route, **query: str) -> HttpResponse:
        return self.get(f"/c/apparel/f/r/{route.code}", query)


@pytest.fixture
def door(channel, simulator) -> Channel:
    """The first client's channel with its LINE Login channel."""
    channel.basic_id = "@apparel"
    channel.login_channel_id = LOGIN_CHANNEL
    place = login_secret_place(channel.tenant_id)
    channel.sealed_login_secret = secrets.seal(channel.tenant_id, place, LOGIN_SECRET)
    channel.save()
    simulator.add_login_channel(
        LOGIN_CHANNEL,
        LOGIN_SECRET,
        channel_id=channel.channel_id,
        redirect_uris=[signing_in.redirect_uri()],
    )
    return channel


def make_person(simulator: Simulator, channel: Channel, name: str = "Aoi") -> str:
    [user_id] = simulator.add_people(channel.channel_id, [name])
    return user_id


def path_of(url: str) -> str:
    """The part of an address of ours that the test's browser opens."""
    return re.sub(r"^https?://[^/]+", "", url)


def query_of(url: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
