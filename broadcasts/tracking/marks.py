"""Click ids: `mclid=…` in the address of a page of the client's own, which tells the tag on it who came.

Only personal links bring one, and only to hosts that are named (`MarkedHost`), so that nobody else is told
anything. A token is one AES block under a key of the client: a check, the number of the friend, the moment of
the click. It serves for LASTS from then on; nothing is stored for it.
"""

import base64
import hashlib
import hmac
import re
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit, urlunsplit

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from django.utils import timezone
from psycopg import AsyncConnection, sql

from accounts import current, secrets
from broadcasts.models import MarkedHost
from broadcasts.tracking.people import MARK, MOST

PARAMETER = "mclid"
PURPOSE = "click ids"  # by which the key is derived
LASTS = timedelta(days=90)
CHECK = hashlib.sha256(PARAMETER.encode()).digest()[:8]
NUMBER_BYTES, SECONDS_BYTES = 4, 4
OURS = re.compile(rf"(^|&){PARAMETER}=[^&]*")
USUAL_PORTS = {"https": 443, "http": 80}
HOSTS = "SELECT host FROM {}.broadcasts_markedhost"


class Marks:
    """Makes and reads the click ids of one client."""

    def __init__(self, key: bytes) -> None:
        cipher = Cipher(algorithms.AES(key), modes.ECB())  # noqa: S305  one block, never two alike
        self._encryptor, self._decryptor = cipher.encryptor(), cipher.decryptor()

    def seal(self, friend: int, at: datetime) -> str:
        seconds = int(at.timestamp()).to_bytes(SECONDS_BYTES)
        block = self._encryptor.update(CHECK + friend.to_bytes(NUMBER_BYTES) + seconds)
        return base64.b32encode(block).decode().rstrip("=").lower()

    def unseal(self, token: str, now: datetime) -> int | None:
        """The friend's number; None if it was not made by `seal`, or too long ago."""
        if not re.fullmatch(MARK, token):
            return None
        block = self._decryptor.update(base64.b32decode(token.upper() + "======"))
        friend = int.from_bytes(block[len(CHECK) : -SECONDS_BYTES])
        at = datetime.fromtimestamp(int.from_bytes(block[-SECONDS_BYTES:]), UTC)
        is_ours = hmac.compare_digest(block[: len(CHECK)], CHECK)
        return friend if is_ours and 0 < friend < MOST and at <= now <= at + LASTS else None


def led(url: str, friend_id: int | None) -> str:
    """Where a link leads this friend: with a click id, where the page has the client's tag."""
    if friend_id is None or not is_marked(url, set(MarkedHost.objects.values_list("host", flat=True))):
        return url
    marks = Marks(secrets.derive(current.tenant().pk, PURPOSE))
    return added(url, marks.seal(friend_id, timezone.now()))


def is_marked(url: str, hosts: "set[str] | frozenset[str]") -> bool:
    """Whether the address is on one of these hosts, which stand as browsers say where a page is from."""
    try:
        return bool(hosts) and _host_of(url) in hosts
    except ValueError:
        return False


def _host_of(url: str) -> str:
    parts = urlsplit(url)
    host = (parts.hostname or "").encode("idna").decode()
    is_usual = parts.port in (None, USUAL_PORTS.get(parts.scheme))
    return host if is_usual else f"{host}:{parts.port}"


def added(url: str, token: str) -> str:
    """The address with this click id, in place of one that it had."""
    parts = urlsplit(url)
    rest = OURS.sub("", parts.query).lstrip("&")
    return urlunsplit(parts._replace(query=f"{rest}{'&' if rest else ''}{PARAMETER}={token}"))


async def hosts(connection: AsyncConnection, schema: str) -> frozenset[str]:
    """The hosts of a client that are named, for who has a connection without one."""
    answer = await connection.execute(sql.SQL(HOSTS).format(sql.Identifier(schema)))
    return frozenset(host for (host,) in await answer.fetchall())
