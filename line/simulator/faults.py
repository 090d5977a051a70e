"""What can go wrong between us and LINE, on demand.

Without a path a fault meets the sending endpoints only, so that it is not used up by a token or a profile.
"""

import random
from dataclasses import dataclass, field

SENDING = tuple(
    f"/v2/bot/message/{kind}" for kind in ("push", "multicast", "narrowcast", "broadcast", "reply")
)


@dataclass
class Fault:
    """Something that befalls the next `times` requests to a path."""

    times: int
    path: str | None = None
    status: int = 500

    def befalls(self, path: str) -> bool:
        return self.times > 0 and concerns(self.path, path)


def concerns(wanted: str | None, path: str) -> bool:
    return path.startswith(wanted) if wanted else path in SENDING


@dataclass
class Faults:
    losses: Fault = field(default_factory=lambda: Fault(0))
    failures: Fault = field(default_factory=lambda: Fault(0))
    delays: dict[str | None, float] = field(default_factory=dict)
    p_500: float = 0.0
    p_lost: float = 0.0
    dice: random.Random = field(default_factory=random.Random)

    def seconds_late(self, path: str) -> float:
        if not self.delays:
            return 0.0
        return max(
            (seconds for wanted, seconds in self.delays.items() if concerns(wanted, path)), default=0.0
        )

    def failure(self, path: str) -> int | None:
        """The status to answer with, before anything was accepted; None to go on."""
        if self.failures.befalls(path):
            self.failures.times -= 1
            return self.failures.status
        return 500 if self.p_500 and concerns(None, path) and self.dice.random() < self.p_500 else None

    def is_answer_lost(self, path: str, status: int) -> bool:
        """Whether an answer, after the work is done, never arrives."""
        if status < 300 and self.losses.befalls(path):
            self.losses.times -= 1
            return True
        return bool(self.p_lost) and concerns(None, path) and self.dice.random() < self.p_lost
