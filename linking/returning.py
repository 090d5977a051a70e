"""Where a browser may be sent back to: addresses of the shop that the client has named, and nowhere else."""

import re
from urllib.parse import SplitResult, parse_qsl, urlencode, urlsplit, urlunsplit

from django.conf import settings

from linking.errors import ReturnRefused
from linking.models import LinkSettings

LONGEST = 2_000
LOOPBACK = ("127.0.0.1", "localhost")
OURS = {"linked", "code", "state", "error"}  # what we tell in the address, and nobody else
# Dots, slashes and backslashes in disguise: servers and browsers differ in what they make of them.
DISGUISED = re.compile(r"%(2e|2f|5c|00)", re.IGNORECASE)


def check(address: str) -> str:
    """The address, if the client has named it or one above it. Raises ReturnRefused.

    Scheme, host and port are the same, and the path is the named one or lies below it.
    """
    parts = _parts(address)
    if not any(_covers(_parts(named), parts) for named in LinkSettings.present().return_addresses):
        raise ReturnRefused
    return address


def check_named(address: str) -> str:
    """An address that a client wants to name. Raises ReturnRefused: only https, without query."""
    parts = _parts(address)
    if parts.query:
        raise ReturnRefused
    return address


def origin_of(address: str) -> str:
    """Scheme, host and port."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


def with_answer(address: str, **answer: str) -> str:
    """The address with what we have to tell, which nobody else can have written there before."""
    parts = urlsplit(address)
    kept = [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if pair[0] not in OURS]
    given = [(name, value) for name, value in answer.items() if value]
    return urlunsplit(parts._replace(query=urlencode([*kept, *given])))


def with_query(path: str, query: dict[str, str]) -> str:
    """A path of ours with a query."""
    return f"{path}?{urlencode(query)}" if query else path


def _parts(address: str) -> SplitResult:
    """What browsers read in it too, or refused: what needs to be interpreted is not sent back to."""
    if len(address) > LONGEST or not address.isascii() or re.search(r"[\s\\\x00-\x1f\x7f]", address):
        raise ReturnRefused
    try:
        parts = urlsplit(address)
        _port = parts.port
    except ValueError as error:
        raise ReturnRefused from error
    is_plain = bool(parts.hostname) and "@" not in parts.netloc and not parts.fragment
    if not is_plain or not _is_safe(parts) or not _is_straight(parts.path):
        raise ReturnRefused
    return parts


def _is_safe(parts: SplitResult) -> bool:
    """https; on a machine that is itself reached by http, also http to that machine."""
    is_here = parts.scheme == "http" and parts.hostname in LOOPBACK and not settings.HTTPS
    return parts.scheme == "https" or is_here


def _is_straight(path: str) -> bool:
    segments = path.split("/")
    return "//" not in path and not {".", ".."}.intersection(segments) and not DISGUISED.search(path)


def _covers(named: SplitResult, given: SplitResult) -> bool:
    if _origin(named) != _origin(given):
        return False
    above = named.path or "/"
    path = given.path or "/"
    return path == above or path.startswith(above if above.endswith("/") else f"{above}/")


def _origin(parts: SplitResult) -> tuple[str, str | None, int]:
    return parts.scheme, parts.hostname, parts.port or (443 if parts.scheme == "https" else 80)
