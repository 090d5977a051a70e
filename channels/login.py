"""The LINE Login channel of a client, if one is connected: it knows people before they are friends."""

from typing import NamedTuple

from django.db import transaction
from django_tenants.utils import tenant_context

from accounts import activity, board, secrets
from accounts.models import User
from channels.access import endpoints
from channels.asking import prove_login
from channels.errors import LoginIncomplete, LoginIsMessaging
from channels.models import HEALTH, Channel, login_secret_place
from line.login import LoginClient


class Login(NamedTuple):
    """A LINE Login channel as it is entered; all empty: none."""

    channel_id: str = ""
    secret: str = ""
    liff_id: str = ""


NO_LOGIN = Login()


def login_client_for(channel: Channel) -> LoginClient | None:
    """None where no Login channel is connected."""
    if not channel.login_channel_id or not (secret := channel.login_secret()):
        return None
    return LoginClient(channel.login_channel_id, secret, endpoints=endpoints())


def connect_login(channel: Channel, login: Login, *, by: User | None = None) -> None:
    """Use this Login channel, or none. Its secret may be left empty to keep the present one.

    Raises ChannelRefused if LINE does not take it, and then nothing is changed.
    """
    if login.channel_id == channel.login_channel_id and not login.secret:
        login = login._replace(secret=channel.login_secret())
    check(channel.channel_id, login)
    with tenant_context(channel.tenant), transaction.atomic():
        put(channel, login)
        channel.save(update_fields=["login_channel_id", "sealed_login_secret", "liff_id"])
        activity.record("channel.login_changed", channel, by=by, login_channel_id=login.channel_id)
        board.call(HEALTH)


def check(messaging_channel_id: str, login: Login) -> None:
    """Ask LINE whether ID and secret fit. Raises ChannelRefused; no Login channel at all is all right."""
    if not any(login):
        return
    if not login.channel_id or not login.secret:
        raise LoginIncomplete
    if login.channel_id == messaging_channel_id:
        raise LoginIsMessaging
    prove_login(LoginClient(login.channel_id, login.secret, endpoints=endpoints()))


def put(channel: Channel, login: Login) -> None:
    """Write it into the channel's fields, sealed; the caller saves."""
    place = login_secret_place(channel.tenant_id)
    channel.login_channel_id, channel.liff_id = login.channel_id, login.liff_id
    channel.sealed_login_secret = (
        secrets.seal(channel.tenant_id, place, login.secret) if login.secret else None
    )
