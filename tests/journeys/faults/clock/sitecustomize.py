"""Lets a test step the clock of every process that has this directory on its PYTHONPATH.

The file named by CLOCK_FILE holds by how many seconds the clock is ahead. PostgreSQL keeps the right time, as
where the clock of one machine of several is wrong. The product knows nothing of this.
"""

import copyreg
import datetime
import os
import time

_FILE = os.environ.get("CLOCK_FILE", "")
_EVERY = 0.05  # seconds for which what the file says is remembered
_real_time, _real = time.time, datetime.datetime
_said = [0.0, -1.0]  # seconds ahead, and when they were read


def _ahead() -> float:
    now = time.monotonic()
    if now - _said[1] > _EVERY:
        try:
            with open(_FILE) as file:
                _said[0] = float(file.read() or 0)
        except (OSError, ValueError):  # being written just now: what it said before still holds
            pass
        _said[1] = now
    return _said[0]


def _time() -> float:
    return _real_time() + _ahead()


class _Kind(type):
    def __instancecheck__(cls, thing: object) -> bool:
        return isinstance(thing, _real)

    def __subclasscheck__(cls, kind: type) -> bool:
        return issubclass(kind, _real)


class _Datetime(_real, metaclass=_Kind):
    """The class of that name, but for the present moment; what it makes are datetimes as ever."""

    __slots__ = ()  # as large as the other, which compiled modules look at

    def __new__(cls, *given, **named):
        return _real(*given, **named)

    @classmethod
    def now(cls, tz=None):
        return _real.fromtimestamp(_time(), tz)

    @classmethod
    def utcnow(cls):
        return _real.fromtimestamp(_time(), datetime.UTC).replace(tzinfo=None)

    @classmethod
    def today(cls):
        return cls.now()


if _FILE:
    time.time = _time
    time.time_ns = lambda: int(_time() * 1e9)
    datetime.datetime = _Datetime  # type: ignore[misc]
    copyreg.pickle(_real, lambda moment: (_Datetime, moment.__reduce__()[1]))  # type: ignore[arg-type]
