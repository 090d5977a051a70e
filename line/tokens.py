"""Stateless channel access tokens, made from channel id and secret when needed.

Valid for 15 minutes and unlimited in number: a tool that holds the channel's long-lived token is not
disturbed. Each process keeps the tokens it uses; processes that `share` a store ask LINE for one together.
Source: https://developers.line.biz/en/reference/messaging-api/#issue-stateless-channel-access-token
"""

import asyncio
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol
from weakref import WeakKeyDictionary

import aiohttp

from line import errors, wire

PATH = "/oauth2/v3/token"
KEPT_FOR = 12 * 60
NEW_FOR = 10  # seconds
LOOKS = 60
SECONDS_BETWEEN_LOOKS = 0.05  # so a process waits three seconds for another at most, and then asks itself


class Credentials(NamedTuple):
    """What opens one channel at one API address. Secret: its `repr` shows the channel id only."""

    api: str
    channel_id: str
    channel_secret: str

    def __repr__(self) -> str:
        return f"Credentials({self.channel_id})"


@dataclass(frozen=True, repr=False)
class Token:
    """`good_until` is in seconds since 1970, since processes have no other clock in common."""

    value: str
    good_until: float

    @property
    def is_good(self) -> bool:
        return self.good_until > time.time()

    @property
    def is_new(self) -> bool:
        return self.good_until > time.time() + KEPT_FOR - NEW_FOR


class Store(Protocol):
    """Where processes leave tokens for each other. It never raises: what is away has no token and no lock."""

    async def read(self, credentials: Credentials) -> Token | None:
        """The token another process has left."""

    async def claim(self, credentials: Credentials) -> bool:
        """Whether this process is to ask LINE. A claim ends with `release`, or by itself after a while."""

    async def keep(self, credentials: Credentials, token: Token) -> None:
        """Leave a token for the others."""

    async def release(self, credentials: Credentials) -> None:
        """Let somebody else ask."""


_tokens: dict[Credentials, Token] = {}
_store: Store | None = None
_locks: WeakKeyDictionary[asyncio.AbstractEventLoop, defaultdict[Credentials, asyncio.Lock]] = (
    WeakKeyDictionary()
)


def share(store: Store | None) -> None:
    """Have this process share its tokens through the store; None: keep them to itself."""
    global _store
    _store = store


def cached(credentials: Credentials) -> str | None:
    """The token in hand, if it is young enough."""
    token = _tokens.get(credentials)
    return token.value if token and token.is_good else None


async def get(
    credentials: Credentials, timeout: aiohttp.ClientTimeout, *, instead_of: Sequence[str] = ()
) -> str:
    """A token for the channel; those that LINE refused are handed in and not returned again.

    Callers that wait at the same time share one request, also those of other processes; after a second
    refusal LINE itself is asked, whatever others have left. Raises Unauthorized when LINE does not know the
    pair of id and secret.
    """
    async with _lock(credentials):
        value = cached(credentials)
        if value is None or value in instead_of:
            if len(instead_of) > 1:
                await _renew(credentials, timeout)
            else:
                _tokens[credentials] = await _shared_or_new(credentials, timeout, *instead_of)
        return _tokens[credentials].value


async def renew(credentials: Credentials, timeout: aiohttp.ClientTimeout) -> None:
    """Have LINE issue a token now, whatever is in hand: proof that id and secret are still a pair."""
    async with _lock(credentials):
        await _renew(credentials, timeout)


async def _renew(credentials: Credentials, timeout: aiohttp.ClientTimeout) -> None:
    token = _tokens[credentials] = await _issue(credentials, timeout)
    if _store:
        await _store.keep(credentials, token)


async def _shared_or_new(
    credentials: Credentials, timeout: aiohttp.ClientTimeout, refused: str | None = None
) -> Token:
    if _store is None:
        return await _issue(credentials, timeout)
    for _ in range(LOOKS):
        if found := await _left_by_others(_store, credentials, refused):
            return found
        if await _store.claim(credentials):
            return await _claimed(_store, credentials, timeout, refused)
        await asyncio.sleep(SECONDS_BETWEEN_LOOKS)
    return await _issue(credentials, timeout)


async def _claimed(
    store: Store, credentials: Credentials, timeout: aiohttp.ClientTimeout, refused: str | None
) -> Token:
    """What was left just before our claim, else a new one, left for the others."""
    try:
        token = await _left_by_others(store, credentials, refused)
        if token is None:
            token = await _issue(credentials, timeout)
            await store.keep(credentials, token)
        return token
    finally:
        await store.release(credentials)


async def _left_by_others(store: Store, credentials: Credentials, refused: str | None) -> Token | None:
    """Where LINE has refused one, those of before are of no use either: only one just issued is taken."""
    token = await store.read(credentials)
    if token is None or not token.is_good or token.value == refused:
        return None
    return token if refused is None or token.is_new else None


def _lock(credentials: Credentials) -> asyncio.Lock:
    locks = _locks.setdefault(asyncio.get_running_loop(), defaultdict(asyncio.Lock))
    return locks[credentials]


async def _issue(credentials: Credentials, timeout: aiohttp.ClientTimeout) -> Token:
    form = {
        "grant_type": "client_credentials",
        "client_id": credentials.channel_id,
        "client_secret": credentials.channel_secret,
    }
    try:
        async with wire.session().post(
            credentials.api + PATH, data=form, timeout=timeout, allow_redirects=False
        ) as answer:
            body = await answer.read()
    except (aiohttp.ClientError, TimeoutError) as error:
        raise errors.Unavailable(f"no channel access token: {type(error).__name__}") from error
    if answer.status == 200:
        token = errors.parse_body(body).get("access_token")
        if not isinstance(token, str):
            raise errors.Unavailable("no channel access token: the answer has none")
        return Token(token, time.time() + KEPT_FOR)
    raise _refusal(errors.from_answer(PATH, answer.status, body, answer.headers))


def _refusal(error: errors.LineError) -> errors.LineError:
    """A wrong id or secret is a 400 here, where it is a 401 elsewhere."""
    if not isinstance(error, errors.Rejected):
        return error
    return errors.Unauthorized(error.message, status=error.status, request_id=error.request_id)
