"""Everything the simulator remembers: its clock, its channels, its tokens."""

import pickle
import secrets
import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from line.simulator.channels import Channel
from line.simulator.exchange import Refusal
from line.simulator.faults import Faults

if TYPE_CHECKING:
    from line.simulator.webhooks import Postman

JST = timezone(timedelta(hours=9))


@dataclass
class Clock:
    """The real time, moved forward at will."""

    ahead: float = 0.0

    def now(self) -> float:
        """Seconds since 1970."""
        return time.time() + self.ahead

    def day(self, at: float | None = None) -> str:
        """LINE's day, in Japan: 20261121."""
        return datetime.fromtimestamp(self.now() if at is None else at, JST).strftime("%Y%m%d")

    def month(self) -> str:
        return self.day()[:6]


@dataclass
class World:
    clock: Clock = field(default_factory=Clock)
    channels: dict[str, Channel] = field(default_factory=dict)
    tokens: dict[str, tuple[str, float]] = field(default_factory=dict)
    faults: Faults = field(default_factory=Faults)
    postman: "Postman" = field(init=False)
    _request_prefix: str = field(default_factory=lambda: secrets.token_hex(10))
    _requests: count = field(default_factory=count)

    def new_request_id(self) -> str:
        """In the shape of a UUID, cheaper to make."""
        p = self._request_prefix
        return f"{p[:8]}-{p[8:12]}-{p[12:16]}-{p[16:20]}-{next(self._requests):012x}"

    def channel(self, channel_id: str) -> Channel:
        found = self.channels.get(channel_id)
        if found is None:
            raise Refusal(404, f"No channel {channel_id} here")
        return found

    def reset(self) -> None:
        """Forget everything, the faults and the clock included."""
        self.clock.ahead = 0.0
        self.channels.clear()
        self.tokens.clear()
        self.faults = Faults()

    def save(self, file: Path) -> None:
        """Write channels, tokens and clock, all or nothing."""
        fresh = file.with_suffix(".new")
        fresh.write_bytes(pickle.dumps((self.clock, self.channels, self.tokens)))
        fresh.replace(file)

    def load(self, file: Path) -> None:
        """Take up where `save` left off. Unpickles: only ever a file of our own."""
        memory = pickle.loads(file.read_bytes())  # noqa: S301 - see above
        self.clock, self.channels, self.tokens = memory
