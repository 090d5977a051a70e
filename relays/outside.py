"""Out to addresses that clients name: one POST, no redirects, to public addresses alone.

What is checked is the address that the socket is about to connect to, so a name that means another machine
by now, or at every second question, is refused too.
"""

import asyncio
import atexit
import errno
import socket
import time
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from weakref import WeakKeyDictionary

import aiohttp
from aiohttp.abc import AbstractResolver
from django.utils.translation import gettext, gettext_noop

from channels import loops
from line import wire
from relays import addresses

SECONDS = 15.0  # from the first question to the name server to the head of the answer
CONNECTIONS = 500
AGENT = f"Musubi/1 (webhook relay) aiohttp/{version('aiohttp')}"
NOT_2XX = gettext_noop("it answered with %(detail)s")
REDIRECTED = gettext_noop("it answered with a redirect (%(detail)s), which is not followed")
REFUSED = gettext_noop("it leads into a private network, where nothing is sent (%(detail)s)")
SILENT = gettext_noop("no answer within %(detail)s seconds")
NOT_SECURE = gettext_noop("its certificate is not good (%(detail)s)")
NO_CONNECTION = gettext_noop("no connection (%(detail)s)")
BROKEN_OFF = gettext_noop("the connection broke off (%(detail)s)")
_sessions: WeakKeyDictionary[asyncio.AbstractEventLoop, aiohttp.ClientSession] = WeakKeyDictionary()


@dataclass(frozen=True)
class Answer:
    """How one attempt went. `problem` is one of our texts, "" if it went well; `detail` fills it.

    `text` is the beginning of what was answered, where it was asked for.
    """

    status: int | None
    took_ms: int
    problem: str = ""
    detail: str = ""
    text: str = ""

    @property
    def is_good(self) -> bool:
        return not self.problem

    @property
    def error(self) -> str:
        """As it is kept: `in_words` says it in a reader's language."""
        return f"{self.problem}|{self.detail}" if self.problem else ""


def in_words(error: str) -> str:
    """A kept error in the language of the moment."""
    problem, bar, detail = error.partition("|")
    return gettext(problem) % {"detail": detail} if bar else error


async def post(url: str, body: bytes, headers: Mapping[str, str], *, read: int = 0) -> Answer:
    """Post once; whatever the other side does, the answer says so, with at most `read` bytes of its text."""
    began = time.monotonic()

    def answer(status: int | None, problem: str = "", detail: object = "", text: str = "") -> Answer:
        return Answer(status, round((time.monotonic() - began) * 1000), problem, str(detail)[:200], text)

    try:
        async with _session().post(url, data=body, headers=headers, allow_redirects=False) as response:
            head = await response.content.read(read) if read else b""
            return answer(response.status, *_judged(response.status), head.decode(errors="replace"))
    except TimeoutError:
        return answer(None, SILENT, f"{SECONDS:.0f}")
    except aiohttp.ClientConnectorError as error:
        return answer(None, *_cause(error))
    except (aiohttp.ClientError, OSError, ValueError) as error:
        return answer(None, BROKEN_OFF, type(error).__name__)


def _judged(status: int) -> tuple[str, str]:
    if 200 <= status < 300:
        return "", ""
    return (REDIRECTED if 300 <= status < 400 else NOT_2XX), str(status)


def is_refused(error: Exception) -> bool:
    """Whether we refused to connect, since it is no public address."""
    return isinstance(error, aiohttp.ClientConnectorError) and error.os_error.errno == errno.EACCES


def _cause(error: aiohttp.ClientConnectorError) -> tuple[str, str]:
    if is_refused(error):
        return REFUSED, error.host
    if isinstance(error, aiohttp.ClientConnectorCertificateError | aiohttp.ClientSSLError):
        return NOT_SECURE, type(error.os_error).__name__
    return NO_CONNECTION, error.os_error.strerror or type(error.os_error).__name__


def _session() -> aiohttp.ClientSession:
    """The running loop's session: no cookies, no proxies of the environment."""
    loop = asyncio.get_running_loop()
    if (found := _sessions.get(loop)) is not None and not found.closed:
        return found
    _sessions[loop] = fresh = open_session()
    return fresh


def open_session(resolver: AbstractResolver | None = None) -> aiohttp.ClientSession:
    """A session whose sockets connect to public addresses alone, whatever the resolver says."""
    connector = aiohttp.TCPConnector(
        limit=CONNECTIONS, resolver=resolver, use_dns_cache=False, socket_factory=_checked_socket
    )
    return aiohttp.ClientSession(
        connector=connector,
        cookie_jar=aiohttp.DummyCookieJar(),
        timeout=aiohttp.ClientTimeout(total=SECONDS),
        auto_decompress=False,
    )


def _checked_socket(address: tuple) -> socket.socket:
    """The socket for an address that `connect` will be called with next. Raises OSError, EACCES."""
    family, kind, protocol, _name, place = address
    if not addresses.is_allowed(place[0]):
        raise OSError(errno.EACCES, "not a public address", place[0])
    return socket.socket(family, kind, protocol)


def headers_for(signature: str) -> dict[str, str]:
    """As LINE sends them, but for who we say we are; Via tells us our own webhooks, should they come back."""
    return {
        "Content-Type": "application/json; charset=utf-8",
        "X-Line-Signature": signature,
        "User-Agent": AGENT,
        "Via": loops.via(),
    }


async def _close() -> None:
    if (found := _sessions.pop(asyncio.get_running_loop(), None)) is not None:
        await found.close()


@atexit.register
def _stop() -> None:
    if _sessions:
        wire.run(_close(), timeout=5)
