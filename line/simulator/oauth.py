"""Channel access tokens: issued for fifteen minutes against id and secret, and checked on every call."""

import secrets
from urllib.parse import parse_qs

from line.simulator.channels import Channel
from line.simulator.exchange import Answer, Refusal, Request, Routes, answer
from line.simulator.world import World

PATH = "/oauth2/v3/token"
LIFETIME = 15 * 60

routes = Routes(for_channel=False)


@routes.add("POST", PATH)
def issue(world: World, request: Request) -> Answer:
    form = {name: values[0] for name, values in parse_qs(request.body.decode("utf-8", "replace")).items()}
    if form.get("grant_type") != "client_credentials":
        return _oauth_error("unsupported_grant_type", "unsupported grant type")
    channel = world.channels.get(form.get("client_id", ""))
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
    token = request.headers.get("authorization", "").removeprefix("Bearer ")
    channel_id, good_until = world.tokens.get(token, ("", 0.0))
    if good_until < world.clock.now() or channel_id not in world.channels:
        raise Refusal(
            401,
            "Authentication failed due to the following reason: invalid token. "
            "Confirm that the access token in the authorization header is valid.",
        )
    return world.channels[channel_id]


def _oauth_error(error: str, description: str) -> Answer:
    return answer({"error": error, "error_description": description}, 400)
