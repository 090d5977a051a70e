"""What steps do: one act for each type of step, asked for all who stand at it at once."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from scenarios.engine.claimed import Claimed
from scenarios.engine.people import Person
from scenarios.flow.base import NEXT, Step
from scenarios.flow.program import Program
from scenarios.flow.reading import Flow
from scenarios.models import Entry, Version


@dataclass(frozen=True, slots=True)
class Go:
    """On, by this way. `what` came of the step: `sent`, `capped`, …"""

    via: str = NEXT
    what: str = ""


@dataclass(frozen=True, slots=True)
class Wait:
    """Stay at the step; the act is asked again then, or as soon as such an event came. With neither nobody
    asks again. `problem` is why the step could not be done yet, as `accounts.reasons` keeps it.
    """

    until: datetime | None
    event: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Stay:
    """What was begun here ends by itself; who settles it calls `going.go_on`."""


@dataclass(frozen=True, slots=True)
class Leave:
    """Out. `what` came of the step, the reason unless given."""

    reason: Entry.Reason
    what: str = ""


Then = Go | Wait | Stay | Leave


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn of the people who are in one version. `version` has its scenario; `zone` is the client's.

    Who can push at once gives `pushes`, and finds there what was laid out for that; else it waits for
    whoever claims it.
    """

    now: datetime
    zone: ZoneInfo
    version: Version
    flow: Flow
    program: Program
    pushes: list[Claimed] | None = None


Act = Callable[[Step, list[Person], Turn], dict[int, Then]]
_acts: dict[str, Act] = {}


def register(step_type: str, act: Act) -> None:
    """`act(step, people, turn)` says of each of the people, by entry, what they do then.

    It is asked within the engine's transaction for up to some hundred people of one version, so it writes
    set-based and asks no other server: what must be asked is a row of its own, with work of its own on the
    board, keyed so that twice is once. Who was told to wait is asked again, with the same `arrived_at`.
    """
    _acts[step_type] = act


def ask(step: Step, people: list[Person], turn: Turn) -> dict[int, Then]:
    """What these people, who stand at this step, do then."""
    return _acts[step.type](step, people, turn)
