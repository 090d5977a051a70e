"""LINE Login v2.1 for one Login channel: who somebody is, and whether they are a friend of the account.

Source: https://developers.line.biz/en/docs/line-login/integrate-line-login/ and
https://developers.line.biz/en/reference/line-login/
"""

import base64
import hashlib
import secrets
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import aiohttp
import jwt
import orjson

from line import errors, wire
from line.calls import Calls, Endpoints

ISSUER = "https://access.line.me"
LEEWAY = 60  # seconds by which two clocks may differ


class BadIdToken(Exception):
    """An ID token that is not LINE's, not for this channel, not for this sign-in, or too old."""


@dataclass(frozen=True, repr=False)
class LoginTokens:
    """What a code was exchanged for. `access_token` is good for `expires_in` seconds, 30 days at first."""

    access_token: str
    expires_in: int
    id_token: str
    refresh_token: str
    scope: str


def new_code_verifier() -> str:
    """For PKCE: 43 characters, kept by us until the code comes back.

    Source: https://developers.line.biz/en/docs/line-login/integrate-pkce/
    """
    return secrets.token_urlsafe(32)


class LoginClient:
    """One Login channel's way to LINE. Errors as in `line.errors`; a bad or used code is Rejected."""

    def __init__(self, channel_id: str, channel_secret: str, *, endpoints: Endpoints, timeout: float = 10.0):
        self.channel_id = channel_id
        self.endpoints = endpoints
        self._secret = channel_secret
        self._timeout = aiohttp.ClientTimeout(total=timeout)
        self._calls = Calls(channel_id, channel_secret, endpoints=endpoints, timeout=timeout)

    def __repr__(self) -> str:
        return f"LoginClient({self.channel_id})"

    def authorize_url(
        self,
        *,
        redirect_uri: str,
        state: str,
        nonce: str,
        code_verifier: str,
        bot_prompt: str | None = None,
        scope: str = "profile openid",
        **more: str,
    ) -> str:
        """Where to send the browser. It comes back to `redirect_uri` with `code` and `state`, or `error`.

        `bot_prompt` normal offers to add the account on the consent screen, aggressive on one of its own;
        then `friendship_status_changed` may come back too. `more` are further parameters of LINE's:
        `prompt`, `ui_locales`, `initial_amr_display`, ….
        """
        query = {
            "response_type": "code",
            "client_id": self.channel_id,
            "redirect_uri": redirect_uri,
            "state": state,
            "scope": scope,
            "nonce": nonce,
            "code_challenge": _challenge(code_verifier),
            "code_challenge_method": "S256",
            **({"bot_prompt": bot_prompt} if bot_prompt else {}),
            **more,
        }
        return f"{self.endpoints.access}/oauth2/v2.1/authorize?{urlencode(query)}"

    async def issue_tokens(self, code: str, *, redirect_uri: str, code_verifier: str) -> LoginTokens:
        """Exchange a code, within ten minutes and once."""
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": redirect_uri,
            "client_id": self.channel_id,
            "client_secret": self._secret,
            "code_verifier": code_verifier,
        }
        return _tokens(await self._exchange("POST", "/oauth2/v2.1/token", data=form))

    async def refresh_tokens(self, refresh_token: str) -> LoginTokens:
        """A new access token, for a refresh token that is good for 90 days; there is no ID token with it.

        Source: https://developers.line.biz/en/reference/line-login/#refresh-access-token
        """
        form = {
            "grant_type": "refresh_token",
            "refresh_token": refresh_token,
            "client_id": self.channel_id,
            "client_secret": self._secret,
        }
        return _tokens(await self._exchange("POST", "/oauth2/v2.1/token", data=form))

    def read_id_token(self, id_token: str, *, nonce: str) -> dict:
        """The claims of a token that `issue_tokens` gave: `sub` is the LINE user id. Raises BadIdToken.

        Web login signs with the channel secret; whatever names another algorithm is refused.
        Source: https://developers.line.biz/en/docs/line-login/verify-id-token/
        """
        try:
            claims = jwt.decode(
                id_token,
                self._secret,
                algorithms=["HS256"],
                audience=self.channel_id,
                issuer=ISSUER,
                leeway=LEEWAY,
                options={"require": ["exp", "iat", "sub", "nonce"]},
            )
        except jwt.PyJWTError as error:
            raise BadIdToken(str(error)) from error
        if not secrets.compare_digest(str(claims["nonce"]).encode(), nonce.encode()):
            raise BadIdToken("the nonce is of another sign-in")
        return claims

    async def verify_id_token(self, id_token: str, *, nonce: str | None = None) -> dict:
        """The claims of a token that a LIFF page holds, as LINE itself confirms them. Raises BadIdToken.

        Source: https://developers.line.biz/en/reference/line-login/#verify-id-token
        """
        form = {"id_token": id_token, "client_id": self.channel_id} | ({"nonce": nonce} if nonce else {})
        try:
            return await self._exchange("POST", "/oauth2/v2.1/verify", data=form)
        except errors.Rejected as error:
            raise BadIdToken(error.message) from error

    async def is_friend(self, access_token: str) -> bool:
        """Whether this person is a friend of the account that is tied to the Login channel."""
        return (await self._as_person("/friendship/v1/status", access_token))["friendFlag"]

    async def get_profile(self, access_token: str) -> dict:
        """`userId`, `displayName`, perhaps `pictureUrl` and `statusMessage`."""
        return await self._as_person("/v2/profile", access_token)

    async def revoke(self, access_token: str) -> None:
        """Make a person's access token worthless."""
        form = {"access_token": access_token, "client_id": self.channel_id, "client_secret": self._secret}
        await self._exchange("POST", "/oauth2/v2.1/revoke", data=form)

    async def deauthorize(self, access_token: str) -> None:
        """Take back what a person allowed this channel; LINE demands it when they leave or unlink.

        Source: https://developers.line.biz/en/reference/line-login/#deauthorize
        """
        await self._calls.send("/user/v1/deauthorize", orjson.dumps({"userAccessToken": access_token}))

    async def check(self) -> None:
        """Raises Unauthorized unless id and secret open a channel."""
        await self._calls.open()

    async def _as_person(self, path: str, access_token: str) -> dict:
        return await self._exchange("GET", path, headers={"Authorization": f"Bearer {access_token}"})

    async def _exchange(self, method: str, path: str, **request: Any) -> dict:
        url = self.endpoints.api + path
        request |= {"timeout": self._timeout, "allow_redirects": False}
        try:
            async with wire.session().request(method, url, **request) as answer:
                content = await answer.read()
        except (aiohttp.ClientError, TimeoutError) as error:
            raise errors.Unavailable(f"no answer: {type(error).__name__}") from error
        if not 200 <= answer.status < 300:
            raise errors.from_answer(path, answer.status, content, answer.headers)
        return errors.parse_body(content)


def _tokens(given: dict) -> LoginTokens:
    return LoginTokens(
        given["access_token"],
        given["expires_in"],
        given.get("id_token", ""),
        given.get("refresh_token", ""),
        given.get("scope", ""),
    )


def _challenge(code_verifier: str) -> str:
    digest = hashlib.sha256(code_verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
