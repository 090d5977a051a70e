"""Stateless channel access tokens, made from channel id and secret when needed.

Valid for 15 minutes, unlimited in number, never stored: a tool that holds the channel's long-lived token
is not disturbed. Source: https://developers.line.biz/en/reference/messaging-api/#issue-stateless-channel-access-token
"""

import asyncio
import time
from collections import defaultdict
from dataclasses import dataclass
from typing import NamedTuple
from weakref import WeakKeyDictionary

import aiohttp

from line import errors, wire

PATH = "/oauth2/v3/token"
KEPT_FOR = 12 * 60


class Credentials(NamedTuple):
    """What opens one channel at one API address. Secret: its `repr` shows the channel id only."""

    api: str
    channel_id: str
    channel_secret: str

    def __repr__(self) -> str:
        return f"Credentials({self.channel_id})"


@dataclass(frozen=True, repr=False)
class Token:
    value: str
    good_until: float


_tokens: dict[Credentials, Token] = {}
_locks: WeakKeyDictionary[asyncio.AbstractEventLoop, defaultdict[Credentials, asyncio.Lock]] = (
    WeakKeyDictionary()
)


def cached(credentials: Credentials) -> str | None:
    """The token in hand, if it is young enough."""
    token = _tokens.get(credentials)
    return token.value if token and token.good_until > time.monotonic() else None


async def get(
    credentials: Credentials, timeout: aiohttp.ClientTimeout, *, instead_of: str | None = None
) -> str:
    """A token for the channel; one that LINE refused is handed in as `instead_of` and not returned again.

    Callers that wait at the same time share one request. Raises Unauthorized when LINE does not know the
    pair of id and secret.
    """
    async with _lock(credentials):
        value = cached(credentials)
        if value is None or value == instead_of:
            value = await _issue(credentials, timeout)
            _tokens[credentials] = Token(value, time.monotonic() + KEPT_FOR)
        return value


def _lock(credentials: Credentials) -> asyncio.Lock:
    locks = _locks.setdefault(asyncio.get_running_loop(), defaultdict(asyncio.Lock))
    return locks[credentials]


async def _issue(credentials: Credentials, timeout: aiohttp.ClientTimeout) -> str:
    form = {
        "grant_type": "client_credentials",
        "client_id": credentials.channel_id,
        "client_secret": credentials.channel_secret,
    }
    try:
        async with wire.session().post(credentials.api + PATH, data=form, timeout=timeout) as answer:
            body = await answer.read()
    except (aiohttp.ClientError, TimeoutError) as error:
        raise errors.Unavailable(f"no channel access token: {type(error).__name__}") from error
    if answer.status == 200:
        token = errors.parse_body(body).get("access_token")
        if not isinstance(token, str):
            raise errors.Unavailable("no channel access token: the answer has none")
        return token
    raise _refusal(errors.from_answer(PATH, answer.status, body, answer.headers))


def _refusal(error: errors.LineError) -> errors.LineError:
    """A wrong id or secret is a 400 here, where it is a 401 elsewhere."""
    if not isinstance(error, errors.Rejected):
        return error
    return errors.Unauthorized(error.message, status=error.status, request_id=error.request_id)
