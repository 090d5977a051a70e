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
from django.utils.translation import gettext_noop

from accounts import current, secrets
from accounts.reasons import Reason, reason
from composing import uses
from composing.variables import Source, Values

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

PURPOSE = "pages of friends"  # by which the key is derived
TOKEN = re.compile(r"([1-9][0-9]{0,9})-([a-z2-7]{25}[aeimquy4])")  # 130 bits for 128: the last two are zero
NUMBER = re.compile(r"[1-9][0-9]{0,9}")
CHECK_BYTES, NUMBER_BYTES = 8, 8
MOST = 2**31  # numbers of friends, and of things, are less
NOT_OPEN = gettext_noop("“%(thing)s” is not open to friends: choose another, or take it out of the message")
DELETED = gettext_noop("what {{%(name)s}} led to was deleted: choose another, or take it out")
Titles = Callable[[set[int]], dict[int, str]]
_places: dict[str, str] = {}
_titles: dict[str, Titles] = {}


def register(kind: str, place: str, titles: Titles) -> None:
    """Say below which address the pages of a kind are, such as `cp` for coupons.

    `titles` are what people call such things, by number, also those that are over: “Coupon: Autumn”.
    """
    _places[kind], _titles[kind] = place, titles


def is_kind(kind: str) -> bool:
    return kind in _places


def named(variable: str) -> tuple[str, int] | None:
    """The kind and the number of the thing that a variable names, as `coupon.7` does; None: it names none."""
    kind, _dot, number = variable.rpartition(".")
    is_one = is_kind(kind) and NUMBER.fullmatch(number) and int(number) < MOST
    return (kind, int(number)) if is_one else None


def titles(named_by: Iterable[str]) -> dict[str, str]:
    """What people call the things that these variables name; without those that are gone."""
    found = {name: thing for name in named_by if (thing := named(name))}
    by_kind: dict[str, set[int]] = {}
    for kind, number in found.values():
        by_kind.setdefault(kind, set()).add(number)
    known = {kind: _titles[kind](numbers) for kind, numbers in by_kind.items()}
    return {name: known[kind][number] for name, (kind, number) in found.items() if number in known[kind]}


def leading(kind: str, number: int, *, tap: str = "") -> list[uses.Use]:
    """What still leads friends to this thing: broadcasts to come, scenarios, replies, by their own addresses,
    by the one for everybody, or by buttons with the code `tap`.
    """
    ways = [uses.of_variable(f"{kind}.{number}"), uses.of_address(door(kind, number))]
    ways += [uses.of_tap(tap)] if tap else []
    return uses.saying("|".join(ways))


class Pages:
    """Makes the addresses of one client's friends, by the client's key for them and its slug."""

    def __init__(self, key: bytes, client: str) -> None:
        self._cipher = Cipher(algorithms.AES(key), modes.ECB())  # noqa: S305  (no two blocks of a thing alike)
        self._client = client

    def address(self, kind: str, number: int, friend_id: int) -> str:
        return self.addresses(kind, number, [friend_id])[friend_id]

    def addresses(self, kind: str, number: int, friend_ids: Iterable[int]) -> dict[int, str]:
        ids = list(friend_ids)
        check = _check(kind, number)
        blocks = b"".join(check + each.to_bytes(NUMBER_BYTES) for each in ids)
        sealed = self._cipher.encryptor().update(blocks)
        size = CHECK_BYTES + NUMBER_BYTES
        begin = f"{_base(kind, self._client)}{number}-"
        return {
            friend: f"{begin}{_written(sealed[place * size : place * size + size])}/"
            for place, friend in enumerate(ids)
        }


def address(kind: str, number: int, friend_id: int) -> str:
    """The friend's own page about this thing; the same each time."""
    return addresses(kind, number, [friend_id])[friend_id]


def addresses(kind: str, number: int, friend_ids: Iterable[int]) -> dict[int, str]:
    """The same of many friends, by their numbers."""
    return Pages(_key(), current.tenant().slug).addresses(kind, number, friend_ids)


def door(kind: str, number: int) -> str:
    """The page about this thing for whoever comes without an address of their own."""
    return f"{_base(kind, current.tenant().slug)}{number}/"


def token(kind: str, number: int, friend_id: int) -> str:
    """What stands behind the place in the friend's address: `7-…`."""
    return address(kind, number, friend_id).removeprefix(_base(kind, current.tenant().slug)).rstrip("/")


def read(kind: str, token: str) -> tuple[int, int] | None:
    """The number of the thing and of the friend; None if the token was not made here for this kind."""
    found = TOKEN.fullmatch(token)
    if found is None or int(found[1]) >= MOST:
        return None
    cipher = Cipher(algorithms.AES(_key()), modes.ECB())  # noqa: S305
    block = cipher.decryptor().update(base64.b32decode(found[2].upper() + "======"))
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

    def why_not(name: str) -> Reason:
        return _why_not(name) if _numbers(kind, [name]) else Reason()

    return Source(offered, values, plain, why_not)


def _why_not(name: str) -> Reason:
    """Of a thing that is not offered to messages."""
    thing = titles([name]).get(name)
    return reason(NOT_OPEN, thing=thing) if thing else reason(DELETED, name=name)


def _numbers(kind: str, names: Iterable[str]) -> dict[str, int]:
    """The things of a kind that names such as `coupon.7` name."""
    found = ((name, named(name)) for name in names)
    return {name: thing[1] for name, thing in found if thing and thing[0] == kind}


def _base(kind: str, client: str) -> str:
    return f"{settings.BASE_URL}/{settings.TENANT_SUBFOLDER_PREFIX}/{client}/{_places[kind]}/"


def _key() -> bytes:
    return secrets.derive(current.tenant().pk, PURPOSE)


def _check(kind: str, number: int) -> bytes:
    return hashlib.sha256(f"{kind}:{number}".encode()).digest()[:CHECK_BYTES]


def _written(block: bytes) -> str:
    """No sign at its end that LINE would leave out of a link in a text."""
    return base64.b32encode(block).decode().rstrip("=").lower()
