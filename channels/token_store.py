"""Access tokens that all processes share, in Redis. Without Redis each process asks LINE for its own.

A token is sealed under a key made of the channel's secret and SECRET_KEY: who only reads Redis can neither
open it nor see whose it is. No table is asked, so that sending does not wait for one.
"""

import hashlib
import hmac
import logging
import os

import orjson
import redis.asyncio as redis
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from line.tokens import KEPT_FOR, Credentials, Token

logger = logging.getLogger(__name__)
NONCE_BYTES = 12
CLAIM_SECONDS = 11  # a request to LINE may take ten
SECONDS_FOR_REDIS = 0.5
AWAY = (redis.RedisError, OSError, TimeoutError)


class RedisStore:
    """As `line.tokens.Store`. Connections are made for each use: it is needed every twelve minutes."""

    def __init__(self, url: str, secret_key: str) -> None:
        self._url = url
        self._secret_key = secret_key.encode()

    async def read(self, credentials: Credentials) -> Token | None:
        key = self._key(credentials)
        sealed = await self._ask("get", _name(key))
        return _open(key, sealed) if isinstance(sealed, bytes) else None

    async def claim(self, credentials: Credentials) -> bool:
        name = _name(self._key(credentials))
        answer = await self._ask("set", f"{name}:claim", b"", nx=True, ex=CLAIM_SECONDS, away=True)
        return bool(answer)

    async def keep(self, credentials: Credentials, token: Token) -> None:
        key = self._key(credentials)
        await self._ask("set", _name(key), _seal(key, token), ex=KEPT_FOR)

    async def release(self, credentials: Credentials) -> None:
        await self._ask("delete", f"{_name(self._key(credentials))}:claim")

    def _key(self, credentials: Credentials) -> bytes:
        """32 bytes that only who has the channel's secret and ours can make."""
        return hmac.digest(self._secret_key, orjson.dumps([*credentials]), hashlib.sha256)

    async def _ask(self, command: str, *args: object, away: object = None, **options: object) -> object:
        """Redis' answer, or `away` when there is none in time."""
        limits = {"socket_timeout": SECONDS_FOR_REDIS, "socket_connect_timeout": SECONDS_FOR_REDIS}
        try:
            async with redis.from_url(self._url, **limits) as client:
                return await getattr(client, command)(*args, **options)
        except AWAY as error:
            logger.warning("token_store.away", extra={"reason": repr(error)})
            return away


def _name(key: bytes) -> str:
    return f"musubi:line-token:{hashlib.sha256(key).hexdigest()}"


def _seal(key: bytes, token: Token) -> bytes:
    nonce = os.urandom(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, orjson.dumps([token.value, token.good_until]), None)


def _open(key: bytes, sealed: bytes) -> Token | None:
    """None for what was not sealed by us."""
    try:
        return Token(*orjson.loads(AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], None)))
    except (InvalidTag, ValueError, TypeError):
        return None
