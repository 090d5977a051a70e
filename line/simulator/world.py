"""Everything the simulator remembers: its clock, its channels, its tokens."""

import os
import pickle
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING

from line.simulator.agenda import Agenda
from line.simulator.channels import Channel
from line.simulator.exchange import Refusal
from line.simulator.faults import Faults
from line.simulator.id_tokens import new_signing_key
from line.simulator.login import LoginChannel

if TYPE_CHECKING:
    from line.simulator.postman import Postman

_REMEMBERED = ("clock", "channels", "logins", "tokens", "signing_key", "agenda")
JST = timezone(timedelta(hours=9))


@dataclass
class Clock:
    """The real time, turned at will, or standing still at `frozen_at`."""

    ahead: float = 0.0
    frozen_at: float | None = None

    def now(self) -> float:
        """Seconds since 1970."""
        return time.time() + self.ahead if self.frozen_at is None else self.frozen_at

    def advance(self, seconds: float) -> None:
        self.set(self.now() + seconds)

    def set(self, moment: float) -> None:
        """From now on it is this time; a frozen clock stays frozen."""
        self.ahead = moment - time.time()
        self.frozen_at = None if self.frozen_at is None else moment

    def freeze(self) -> None:
        self.frozen_at = self.now()

    def let_go(self) -> None:
        """Go on from where it stood."""
        if self.frozen_at is not None:
            self.ahead, self.frozen_at = self.frozen_at - time.time(), None

    def day(self, at: float | None = None) -> str:
        """LINE's day, in Japan: 20261121."""
        return datetime.fromtimestamp(self.now() if at is None else at, JST).strftime("%Y%m%d")

    def utc(self, at: float) -> str:
        """As LINE writes the times of narrowcasts: 2026-11-21T02:10:19.000Z."""
        return datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")

    def month(self, at: float | None = None) -> str:
        return self.day(at)[:6]


@dataclass
class World:
    clock: Clock = field(default_factory=Clock)
    channels: dict[str, Channel] = field(default_factory=dict)
    logins: dict[str, LoginChannel] = field(default_factory=dict)
    tokens: dict[str, tuple[str, float]] = field(default_factory=dict)
    signing_key: str = field(default_factory=new_signing_key)
    faults: Faults = field(default_factory=Faults)
    agenda: Agenda = field(default_factory=Agenda)
    postman: "Postman" = field(init=False)
    _request_prefix: str = field(default_factory=lambda: secrets.token_hex(10))
    request_count: int = 0

    def new_request_id(self) -> str:
        """In the shape of a UUID, cheaper to make."""
        self.request_count += 1
        p = self._request_prefix
        return f"{p[:8]}-{p[8:12]}-{p[12:16]}-{p[16:20]}-{self.request_count:012x}"

    def channel(self, channel_id: str) -> Channel:
        found = self.channels.get(channel_id)
        if found is None:
            raise Refusal(404, f"No channel {channel_id} here")
        return found

    def login(self, login_channel_id: str) -> LoginChannel:
        found = self.logins.get(login_channel_id)
        if found is None:
            raise Refusal(404, f"No Login channel {login_channel_id} here")
        return found

    def reset(self) -> None:
        """Forget everything, the faults and the clock included."""
        self.clock = Clock()
        self.channels.clear()
        self.logins.clear()
        self.tokens.clear()
        self.faults = Faults()
        self.agenda = Agenda()

    def save(self, file: Path, *, is_wanted: Callable[[], bool] = lambda: True) -> None:
        """Write everything but the faults, all or nothing; nothing if it is no longer wanted in the end."""
        fresh = file.with_suffix(f".{os.getpid()}.new")
        with fresh.open("wb") as stream:
            pickle.dump({name: getattr(self, name) for name in _REMEMBERED}, stream)
            stream.flush()
            os.fsync(stream.fileno())
        fresh.replace(file) if is_wanted() else fresh.unlink()

    def load(self, file: Path) -> None:
        """Take up where `save` left off. Unpickles: only ever a file of our own."""
        memory = pickle.loads(file.read_bytes())  # noqa: S301 - see above
        for name, value in memory.items():
            setattr(self, name, value)
