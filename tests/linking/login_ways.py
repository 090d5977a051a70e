"""What tests of linking through LINE Login and LIFF have in common."""

from urllib.parse import urlencode

from django.http import HttpResponse

from accounts import secrets
from channels.models import Channel, login_secret_place
from line.simulator.control import Simulator
from linking import login
from linking.models import LinkSettings
from routes.signing_in import liff_endpoint
from tests.routes.conftest import LOGIN_CHANNEL, LOGIN_SECRET, Passer, path_of

SHOP = "https://shop.example/account/"


def give_login(simulator: Simulator, channel: Channel) -> Channel:
    """The channel with LINE Login and a LIFF app at the simulator."""
    place = login_secret_place(channel.tenant_id)
    channel.basic_id, channel.login_channel_id = "@apparel", LOGIN_CHANNEL
    channel.sealed_login_secret = secrets.seal(channel.tenant_id, place, LOGIN_SECRET)
    simulator.add_login_channel(
        LOGIN_CHANNEL, LOGIN_SECRET, channel_id=channel.channel_id, redirect_uris=[login.redirect_uri()]
    )
    channel.liff_id = simulator.add_liff_app(LOGIN_CHANNEL, liff_endpoint())
    channel.save()
    return channel


def give_settings(**fields: object) -> LinkSettings:
    given = {"return_addresses": [SHOP]} | fields
    return LinkSettings.objects.update_or_create(pk=1, defaults=given)[0]


def begin(phone: Passer, entry: str = "signup", **query: str) -> str:
    """Where the browser is sent: LINE's sign-in."""
    answer = phone.get(f"/c/apparel/link/login/{entry}/", query)
    assert answer.status_code == 302, answer.content.decode()
    return answer.url


def come_back(
    phone: Passer, simulator: Simulator, user_id: str, to_line: str, *, add_friend: bool | None = None, **more
) -> HttpResponse:
    """Somebody goes through LINE's screens, and their browser back to us."""
    return phone.get(path_of(simulator.sign_in(user_id, to_line, add_friend=add_friend, **more)))


def show_details(phone: Passer, url: str, *, number: str = "A-100", birthday: str = "1990-04-01"):
    given = {"number": number, "birthday": birthday, "consent": "on", "step": "birthday"}
    return phone.post(path_of(url), given)


def agree(phone: Passer, url: str) -> HttpResponse:
    return phone.post(path_of(url), {"consent": "on"})


def with_query(path: str, **query: str) -> str:
    return f"{path}?{urlencode(query)}"
