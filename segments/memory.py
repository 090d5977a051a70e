"""Bitmaps that this process has at hand, so that a count need not fetch them again.

They are never looked up by age or version: each stored bitmap has a token of its own (`LeafCache.token`),
and only the database says which token is the present one. So no process has to tell another anything.
"""

from collections import OrderedDict
from collections.abc import Iterable
from threading import Lock
from typing import NamedTuple
from uuid import UUID

from django.conf import settings
from django.db import connection
from pyroaring import FrozenBitMap


class Held(NamedTuple):
    token: UUID
    bitmap: FrozenBitMap
    size: int  # bytes


_held: OrderedDict[tuple[str, str], Held] = OrderedDict()  # by schema and key; longest unused first
_lock = Lock()


def get(keys: Iterable[str]) -> dict[str, Held]:
    """What is at hand for leaves of the present client, by key."""
    places = {key: (connection.schema_name, key) for key in keys}
    with _lock:
        found = {key: _held[place] for key, place in places.items() if place in _held}
        for key in found:
            _held.move_to_end(places[key])
    return found


def put(key: str, held: Held) -> None:
    """Have it at hand in the place of what was; what was not used for longest makes room."""
    place = (connection.schema_name, key)
    with _lock:
        _held.pop(place, None)
        _held[place] = held
        size = sum(each.size for each in _held.values())
        while size > settings.SEGMENT_MEMORY_BYTES:
            _place, gone = _held.popitem(last=False)
            size -= gone.size


def clear() -> None:
    with _lock:
        _held.clear()
