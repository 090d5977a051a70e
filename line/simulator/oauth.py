"""Channel access tokens: issued for fifteen minutes against id and secret, and checked on every call.

For Messaging API channels and for LINE Login channels alike.
"""

import secrets
from urllib.parse import parse_qs

from line.simulator.channels import Channel
from line.simulator.exchange import Answer, Refusal, Request, Routes, answer
from line.simulator.login import LoginChannel
from line.simulator.world import World

PATH = "/oauth2/v3/token"
LIFETIME = 15 * 60

routes = Routes(for_channel=False)


@routes.add("POST", PATH)
def issue(world: World, request: Request) -> Answer:
    form = {name: values[0] for name, values in parse_qs(request.body.decode("utf-8", "replace")).items()}
    if form.get("grant_type") != "client_credentials":
        return _oauth_error("unsupported_grant_type", "unsupported grant type")
    channel_id = form.get("client_id", "")
    channel = world.channels.get(channel_id) or world.logins.get(channel_id)
    if channel is None or not secrets.compare_digest(
        channel.secret.encode(), form.get("client_secret", "").encode()
    ):
        return _oauth_error("invalid_client", "invalid client_secret")
    channel.statuses[f"POST {PATH}", 200] += 1
    token = secrets.token_urlsafe(48)
    world.tokens[token] = (channel.id, world.clock.now() + LIFETIME)
    return answer({"token_type": "Bearer", "access_token": token, "expires_in": LIFETIME - 1})


def channel_of(world: World, request: Request) -> Channel:
    """The channel whose token the request carries; refused with 401 without a good one."""
    channel = world.channels.get(_channel_id_of(world, request))
    if channel is None or channel.settings.tokens_refused:
        raise _unauthorized()
    if channel.settings.suspended:
        raise Refusal(403, "Access to this API is not available for your account")
    return channel


def login_channel_of(world: World, request: Request) -> LoginChannel:
    """Likewise the LINE Login channel."""
    login = world.logins.get(_channel_id_of(world, request))
    if login is None:
        raise _unauthorized()
    return login


def _channel_id_of(world: World, request: Request) -> str:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    channel_id, good_until = world.tokens.get(token, ("", 0.0)) if scheme == "Bearer" else ("", 0.0)
    return channel_id if good_until >= world.clock.now() else ""


def _unauthorized() -> Refusal:
    return Refusal(
        401,
        "Authentication failed due to the following reason: invalid token. "
        "Confirm that the access token in the authorization header is valid.",
    )


def _oauth_error(error: str, description: str) -> Answer:
    return answer({"error": error, "error_description": description}, 400)
