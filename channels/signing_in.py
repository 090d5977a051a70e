"""Who somebody is, as LINE says: after LINE Login in a browser, or in a LIFF page inside LINE."""

import asyncio
from dataclasses import dataclass

from line import wire
from line.errors import LineError, Unavailable
from line.login import LoginClient, LoginTokens

PATIENCE = 6.0  # seconds for what LINE is asked while somebody waits for a page


@dataclass(frozen=True)
class Person:
    """Who LINE says it is, and what it says of the friendship; None: it does not say."""

    line_user_id: str
    name: str = ""
    picture_url: str = ""
    has_changed: bool | None = None
    is_friend: bool | None = None
    email: str = ""


def ask(
    client: LoginClient, code: str, *, redirect_uri: str, nonce: str, code_verifier: str, changed: str | None
) -> tuple[Person, LoginTokens]:
    """Who came back from LINE Login with this code, and what they allow us.

    `changed` is LINE's friendship_status_changed. Raises LineError, BadIdToken; the code is used up then too.
    """
    return wire.run(_ask(client, code, redirect_uri, nonce, code_verifier, changed))


def ask_liff(client: LoginClient, *, id_token: str, access_token: str = "") -> Person:
    """Who looks at a LIFF page; of the friendship only with an access token. Raises LineError, BadIdToken.

    LINE itself is asked: what the browser says of itself counts for nothing.
    """
    return wire.run(_ask_liff(client, id_token, access_token))


async def _ask(
    client: LoginClient, code: str, redirect_uri: str, nonce: str, code_verifier: str, changed: str | None
) -> tuple[Person, LoginTokens]:
    try:
        async with asyncio.timeout(PATIENCE):
            tokens = await client.issue_tokens(code, redirect_uri=redirect_uri, code_verifier=code_verifier)
            claims = client.read_id_token(tokens.id_token, nonce=nonce)
            is_friend = await _is_friend(client, tokens.access_token)
    except TimeoutError as error:
        raise Unavailable("no answer in time") from error
    has_changed = {"true": True, "false": False}.get(changed or "")
    return _person(claims, has_changed=has_changed, is_friend=is_friend), tokens


async def _ask_liff(client: LoginClient, id_token: str, access_token: str) -> Person:
    try:
        async with asyncio.timeout(PATIENCE):
            claims = await client.verify_id_token(id_token)
            is_friend = await _is_friend(client, access_token) if access_token else None
    except TimeoutError as error:
        raise Unavailable("no answer in time") from error
    return _person(claims, has_changed=None, is_friend=is_friend)


async def _is_friend(client: LoginClient, access_token: str) -> bool | None:
    """None where LINE does not say, as for a channel without the right to profiles."""
    try:
        return await client.is_friend(access_token)
    except LineError:
        return None


def _person(claims: dict, *, has_changed: bool | None, is_friend: bool | None) -> Person:
    """Name and picture may be missing: a LINE MINI App asks for them later, if at all.

    Source: https://developers.line.biz/en/docs/line-mini-app/develop/channel-consent-simplification/
    """
    texts = [str(claims.get(claim) or "") for claim in ("name", "picture", "email")]
    return Person(claims["sub"], texts[0], texts[1], has_changed, is_friend, email=texts[2])
