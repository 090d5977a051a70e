"""Whether addresses in messages lead to pages, and those of pictures to pictures: asked as a browser would.

Only public addresses are connected to, whatever a name or a redirect says (`relays.outside`).
"""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass

import aiohttp
from django.utils.translation import gettext_noop
from PIL import ImageFile

from line import wire
from relays import outside

SECONDS = 8.0
AT_ONCE = 8
MOST = 60  # addresses looked at
AGENT = "Mozilla/5.0 (compatible; Musubi/1; link check)"
HEAD_REFUSED = {400, 403, 404, 405, 406, 500, 501, 503}  # by some servers to HEAD alone
GUARDED = {401, 402, 403, 429}  # a page is there, but not for a machine
MOST_BYTES = 10_000_000  # LINE's limit for pictures
SILENT = gettext_noop("no answer within %(seconds)s seconds")
STATUS = gettext_noop("it answers with status %(status)s")
NOT_A_PICTURE = gettext_noop("it is no JPEG or PNG")
IN_A_CIRCLE = gettext_noop("it redirects in a circle")
NO_SITE = gettext_noop("there is no such site")
NOT_SECURE = gettext_noop("its certificate is not good")
NO_CONNECTION = gettext_noop("no connection")
BROKEN_OFF = gettext_noop("the connection broke off")


@dataclass(frozen=True)
class Page:
    """How an address answered: `why` is one of our texts and says what is wrong, "" if nothing is."""

    url: str
    why: str = ""
    status: int | None = None
    is_private: bool = False


@dataclass(frozen=True)
class Picture:
    """What is at the address of a picture; without a size it is none, and `why` says so."""

    url: str
    width: int = 0
    height: int = 0
    bytes: int = 0
    why: str = ""
    status: int | None = None


def look(urls: Iterable[str]) -> list[Page]:
    """Whether there is a page at each of the first MOST addresses."""
    return wire.run(_all(_look, list(urls)[:MOST]), timeout=None)


def measure(urls: Iterable[str]) -> list[Picture]:
    """The size of the picture at each of the first MOST addresses."""
    return wire.run(_all(_measure, list(urls)[:MOST]), timeout=None)


async def _all(ask, urls: list[str]) -> list:
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(session: aiohttp.ClientSession, url: str):
        async with gate:
            return await ask(session, url)

    async with outside.open_session() as session:
        return list(await asyncio.gather(*(one(session, url) for url in urls)))


async def _look(session: aiohttp.ClientSession, url: str) -> Page:
    try:
        status = await _status(session, "HEAD", url)
        if status in HEAD_REFUSED:
            status = await _status(session, "GET", url)
    except TimeoutError:
        return Page(url, SILENT)
    except (aiohttp.ClientError, OSError, ValueError) as error:
        return Page(url, _cause(error), is_private=outside.is_refused(error))
    if status < 400 or status in GUARDED:
        return Page(url)
    return Page(url, STATUS, status)


async def _status(session: aiohttp.ClientSession, method: str, url: str) -> int:
    asked = session.request(
        method, url, headers={"User-Agent": AGENT}, timeout=aiohttp.ClientTimeout(total=SECONDS)
    )
    async with asked as response:
        return response.status


async def _measure(session: aiohttp.ClientSession, url: str) -> Picture:
    try:
        async with session.get(
            url, headers={"User-Agent": AGENT}, timeout=aiohttp.ClientTimeout(total=SECONDS)
        ) as response:
            if response.status != 200:
                return Picture(url, why=STATUS, status=response.status)
            return await _read(url, response)
    except TimeoutError:
        return Picture(url, why=SILENT)
    except (aiohttp.ClientError, OSError, ValueError) as error:
        return Picture(url, why=_cause(error))


async def _read(url: str, response: aiohttp.ClientResponse) -> Picture:
    """As much of it as is needed to know its size."""
    parser = ImageFile.Parser()
    got, size = 0, (0, 0)
    async for piece in response.content.iter_chunked(65_536):
        got += len(piece)
        if size == (0, 0):
            parser.feed(piece)
            size = parser.image.size if parser.image else size
        if got > MOST_BYTES or (size != (0, 0) and response.content_length):
            break
    if size == (0, 0):
        return Picture(url, why=NOT_A_PICTURE)
    return Picture(url, *size, bytes=response.content_length or got)


def _cause(error: Exception) -> str:
    match error:
        case aiohttp.TooManyRedirects():
            return IN_A_CIRCLE
        case aiohttp.ClientConnectorDNSError():
            return NO_SITE
        case aiohttp.ClientConnectorCertificateError() | aiohttp.ClientSSLError():
            return NOT_SECURE
        case aiohttp.ClientConnectorError():
            return NO_CONNECTION
    return BROKEN_OFF
