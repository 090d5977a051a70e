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
from pyroaring import FrozenBitMap

from accounts import current

OVERHEAD = 500  # bytes that an entry takes beside its bitmap, about


class Held(NamedTuple):
    token: UUID
    bitmap: FrozenBitMap
    size: int  # bytes of the bitmap


class _Memory:
    def __init__(self) -> None:
        self._held: OrderedDict[tuple[str, str], Held] = OrderedDict()  # longest unused first
        self._size = 0
        self._lock = Lock()

    def get(self, places: Iterable[tuple[str, str]]) -> list[Held | None]:
        with self._lock:
            found = [(place, self._held.get(place)) for place in places]
            for place, held in found:
                if held is not None:
                    self._held.move_to_end(place)
            return [held for _place, held in found]

    def put(self, place: tuple[str, str], held: Held) -> None:
        with self._lock:
            self._take(place)
            self._held[place] = held
            self._size += held.size + OVERHEAD
            while self._size > settings.SEGMENT_MEMORY_BYTES:
                self._take(next(iter(self._held)))

    def clear(self) -> None:
        with self._lock:
            self._held.clear()
            self._size = 0

    def _take(self, place: tuple[str, str]) -> None:
        if gone := self._held.pop(place, None):
            self._size -= gone.size + OVERHEAD


_memory = _Memory()
clear = _memory.clear


def get(keys: Iterable[str]) -> dict[str, Held]:
    """What is at hand for leaves of the present client, by key."""
    wanted = list(keys)
    found = _memory.get((current.schema(), key) for key in wanted)
    return {key: held for key, held in zip(wanted, found, strict=True) if held is not None}


def put(key: str, held: Held) -> None:
    """Have it at hand in the place of what was; what was not used for longest makes room."""
    _memory.put((current.schema(), key), held)
