"""Addresses of pages that know whose they are: `/cp/7-<token>/`, the token being the friend's number, sealed.

A page of one friend about one thing (a coupon, a survey) has a kind and a place, told as apps are loaded. Its
token is one AES block under a key of the client: a check that names the kind and the thing, and the number of
the friend. Nothing is stored for it, a million are made in seconds, whoever has none cannot make one, and of
another thing it says nothing. It ends with the thing that it is about. See decision 0035.
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from django.conf import settings

from accounts import current, secrets
from composing.variables import Source, Values

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

PURPOSE = "pages of friends"  # by which the key is derived
TOKEN = re.compile(r"([1-9][0-9]{0,9})-([a-z2-7]{26})")
CHECK_BYTES, NUMBER_BYTES = 8, 8
MOST = 2**31  # numbers of friends, and of things, are less
_places: dict[str, str] = {}


def register(kind: str, place: str) -> None:
    """Say below which address the pages of a kind are, such as `cp` for coupons."""
    _places[kind] = place


def is_kind(kind: str) -> bool:
    return kind in _places


def address(kind: str, number: int, friend_id: int) -> str:
    """The friend's own page about this thing; the same each time."""
    return addresses(kind, number, [friend_id])[friend_id]


def addresses(kind: str, number: int, friend_ids: Iterable[int]) -> dict[int, str]:
    """The same of many friends, by their numbers."""
    ids = list(friend_ids)
    check = _check(kind, number)
    sealed = _cipher().encryptor().update(b"".join(check + each.to_bytes(NUMBER_BYTES) for each in ids))
    size = CHECK_BYTES + NUMBER_BYTES
    begin = f"{_base(kind)}{number}-"
    return {
        friend: f"{begin}{_written(sealed[place * size : place * size + size])}/"
        for place, friend in enumerate(ids)
    }


def door(kind: str, number: int) -> str:
    """The page about this thing for whoever comes without an address of their own."""
    return f"{_base(kind)}{number}/"


def token(kind: str, number: int, friend_id: int) -> str:
    """What stands behind the place in the friend's address: `7-…`."""
    return address(kind, number, friend_id).removeprefix(_base(kind)).rstrip("/")


def read(kind: str, token: str) -> tuple[int, int] | None:
    """The number of the thing and of the friend; None if the token was not made here for this kind."""
    found = TOKEN.fullmatch(token)
    if found is None or int(found[1]) >= MOST:
        return None
    block = _cipher().decryptor().update(base64.b32decode(found[2].upper() + "======"))
    number, friend = int(found[1]), int.from_bytes(block[CHECK_BYTES:])
    is_ours = hmac.compare_digest(block[:CHECK_BYTES], _check(kind, number))
    return (number, friend) if is_ours and 0 < friend < MOST else None


def variables(kind: str, names: Callable[[], dict[int, str]]) -> Source:
    """`{{<kind>.<number>}}` for messages: each friend's own address. `names` are things that are offered."""

    def offered() -> "dict[str, StrOrPromise]":
        return {f"{kind}.{number}": name for number, name in names().items()}

    def values(friend_ids: list[int], wanted: set[str]) -> Values:
        found: Values = {}
        for name, number in _numbers(kind, wanted).items():
            for friend, own in addresses(kind, number, friend_ids).items():
                found.setdefault(friend, {})[name] = own
        return found

    def plain(name: str) -> str:
        return "".join(door(kind, number) for number in _numbers(kind, [name]).values())

    return Source(offered, values, plain)


def _numbers(kind: str, names: Iterable[str]) -> dict[str, int]:
    """The things that names such as `coupon.7` name."""
    parts = ((name, name.removeprefix(f"{kind}.")) for name in names if name.startswith(f"{kind}."))
    return {name: int(rest) for name, rest in parts if re.fullmatch(r"[1-9][0-9]{0,9}", rest)}


def _base(kind: str) -> str:
    client = f"{settings.TENANT_SUBFOLDER_PREFIX}/{current.tenant().slug}"
    return f"{settings.BASE_URL}/{client}/{_places[kind]}/"


def _cipher() -> "Cipher[modes.ECB]":
    key = secrets.derive(current.tenant().pk, PURPOSE)
    return Cipher(algorithms.AES(key), modes.ECB())  # noqa: S305  one block each, never two alike for a thing


def _check(kind: str, number: int) -> bytes:
    return hashlib.sha256(f"{kind}:{number}".encode()).digest()[:CHECK_BYTES]


def _written(block: bytes) -> str:
    """No sign at its end that LINE would leave out of a link in a text."""
    return base64.b32encode(block).decode().rstrip("=").lower()
