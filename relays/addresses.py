"""Which addresses a relay may have: names are judged when they are entered, IP addresses at every connection.

Whoever may enter an address could otherwise have our server ask for what only our server can reach.
"""

import ipaddress
import re
import socket
from ipaddress import IPv4Address, IPv6Address
from typing import NamedTuple
from urllib.parse import SplitResult, urlsplit

from django.conf import settings
from django.http.request import validate_host

from accounts.models import Domain
from relays.errors import BadAddress

LONGEST = 500
# What Python's `is_global` lets pass in one version or another, and what clouds keep at public addresses.
# Source: https://www.iana.org/assignments/iana-ipv4-special-registry and …/iana-ipv6-special-registry
REFUSED_V4 = [
    ipaddress.IPv4Network(each)
    for each in (
        "0.0.0.0/8",
        "100.64.0.0/10",
        "168.63.129.16/32",  # Azure's wire server
        "192.0.0.0/24",
        "192.88.99.0/24",
        "198.18.0.0/15",
        "224.0.0.0/3",
    )
]
# Only what is routed as global unicast, less what carries an IPv4 address or is set apart.
GLOBAL_V6 = ipaddress.IPv6Network("2000::/3")
REFUSED_V6 = [
    ipaddress.IPv6Network(each)
    for each in ("2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20")
]
INNER_NAMES = re.compile(
    r"(^|\.)(localhost|local|localdomain|internal|intranet|private|corp|home|lan|arpa|test|invalid|example|onion)$"
)
_LABEL = r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?"
_NAME = re.compile(rf"{_LABEL}(\.{_LABEL})+")
_NUMBER = re.compile(r"(0x[0-9a-f]*|[0-9]+)")


class Place(NamedTuple):
    """A host and port to connect to."""

    host: str
    port: int


def clean(url: str) -> str:
    """The address as it is kept. Raises BadAddress, saying why."""
    parts = _split(url.strip())
    host = _host(parts)
    place = Place(host, _port(parts))
    if _is_ours(place):
        raise BadAddress(BadAddress.OURS)
    shown = f"[{host}]" if ":" in host else host
    port = "" if parts.port is None or parts.port == _usual_port(parts) else f":{parts.port}"
    return parts._replace(netloc=f"{shown}{port}", path=parts.path or "/").geturl()


def is_allowed(address: str) -> bool:
    """Whether we may connect to this IP address: a public one, unless RELAY_ALLOW_PRIVATE."""
    if settings.RELAY_ALLOW_PRIVATE:
        return True
    try:
        found = ipaddress.ip_address(address)
    except ValueError:  # with a zone, for example
        return False
    return _is_public_v4(found) if isinstance(found, IPv4Address) else _is_public_v6(found)


def _is_public_v4(address: IPv4Address) -> bool:
    return address.is_global and not any(address in network for network in REFUSED_V4)


def _is_public_v6(address: IPv6Address) -> bool:
    """An IPv4 address in IPv6's clothes (mapped, NAT64, 6to4, Teredo) is no public one, whichever it is."""
    return address in GLOBAL_V6 and address.is_global and not any(address in net for net in REFUSED_V6)


def _split(url: str) -> SplitResult:
    if not url or len(url) > LONGEST:
        raise BadAddress(BadAddress.LENGTH)
    if not url.isascii() or not url.isprintable() or set(url) & set(' \\"<>^`{|}'):
        raise BadAddress(BadAddress.CHARACTERS)
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError as error:
        raise BadAddress(BadAddress.FORM) from error
    if parts.scheme not in _schemes() or not parts.hostname:
        raise BadAddress(BadAddress.FORM)
    if "@" in parts.netloc:
        raise BadAddress(BadAddress.PASSWORD)
    if parts.fragment or ("[" in parts.netloc and ":" not in parts.hostname):
        raise BadAddress(BadAddress.FORM)
    return parts


def _host(parts: SplitResult) -> str:
    """The host in lower case, without the dot at its end."""
    host = (parts.hostname or "").removesuffix(".")
    if literal := _literal(host):
        if not is_allowed(str(literal)):
            raise BadAddress(BadAddress.PRIVATE)
        return str(literal)
    if settings.RELAY_ALLOW_PRIVATE and host == "localhost":
        return host
    if not _NAME.fullmatch(host) or len(host) > 253:
        raise BadAddress(BadAddress.PRIVATE if "." not in host else BadAddress.FORM)
    if INNER_NAMES.search(host):
        raise BadAddress(BadAddress.PRIVATE)
    return host


def _literal(host: str) -> IPv4Address | IPv6Address | None:
    """The IP address that a host is, in any spelling that resolvers take for one: 127.1, 0x7f000001."""
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        if "%" in host or ":" in host:
            raise BadAddress(BadAddress.PRIVATE) from None
    if not _NUMBER.fullmatch(host.rpartition(".")[2]):
        return None
    try:
        return IPv4Address(socket.inet_aton(host))
    except (OSError, ValueError) as error:
        raise BadAddress(BadAddress.FORM) from error


def _port(parts: SplitResult) -> int:
    port = _usual_port(parts) if parts.port is None else parts.port
    if port != 443 and not settings.RELAY_ALLOW_PRIVATE:
        raise BadAddress(BadAddress.PORT)
    return port


def _usual_port(parts: SplitResult) -> int:
    return 443 if parts.scheme == "https" else 80


def _schemes() -> set[str]:
    return {"https", "http"} if settings.RELAY_ALLOW_PRIVATE else {"https"}


def _is_ours(place: Place) -> bool:
    """Whether it leads back to us, round and round. What comes by another name is told by its Via header."""
    base = urlsplit(settings.BASE_URL)
    if place == Place(base.hostname or "", base.port or _usual_port(base)):
        return True
    if not settings.RELAY_ALLOW_PRIVATE and validate_host(place.host, settings.HOSTS):
        return True
    return Domain.objects.filter(domain=place.host).exists()
