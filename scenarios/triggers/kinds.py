"""What triggers have in common. Of each there is one of four ways in which it comes to know whom to let in.

- `Happening`: by events on the timeline;
- `Clocked`: at moments of the client's clock, by asking the tables then;
- `Gathered`: by who comes into a segment, or out of it;
- none of these: somebody else says so, a program, or `scenarios/triggers/goods.py` of products.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from events import registry
from scenarios.flow.base import Part
from scenarios.flow.reading import triggers
from segments.leaves import Query
from segments.types import occurrences

# News of what happened longer ago lets nobody in any more, and so does a moment that was slept through: a
# reminder of a cart three days late is worse than none.
LATE = timedelta(days=3)


@dataclass(frozen=True)
class Trigger(Part):
    """What lets people in."""

    def topics(self) -> set[str]:
        """What of `events.outbox` it hears of."""
        return set()


@dataclass(frozen=True)
class Happening(Trigger):
    """Lets in whoever an event is about that fits `which`."""

    def types(self) -> set[str]:
        """Of events, by the names under which they are recorded."""
        raise NotImplementedError

    def which(self) -> Query:
        """The condition on `event`."""
        raise NotImplementedError

    def topics(self) -> set[str]:
        return {f"events:{type_}" for type_ in self.types()}


@dataclass(frozen=True)
class Occurrence(Happening):
    """The event of one type, with what must be true of it."""

    def types(self) -> set[str]:
        return {registry.canonical(self._event)}

    def which(self) -> Query:
        return occurrences.which(self._event, self._where)

    @property
    def _event(self) -> str:
        raise NotImplementedError

    @property
    def _where(self) -> list[dict] | None:
        return None


@dataclass(frozen=True)
class Clocked(Trigger):
    """Lets people in at moments of the client's clock."""

    def next_at(self, after: datetime, zone: ZoneInfo) -> datetime | None:
        """Its first moment later than this; None if there is none any more."""
        raise NotImplementedError

    def candidates(self, at: datetime, zone: ZoneInfo, since: datetime) -> Query:
        """At such a moment: friend_id, customer_id, subject, context, key. A key is one for each reason to
        come in, also if it is asked again. `since`: from when the scenario lets people in.
        """
        raise NotImplementedError


@dataclass(frozen=True)
class Gathered(Trigger):
    """Lets in who comes into a tree of conditions, or out of it."""

    @property
    def asked(self) -> dict:
        """The tree, as JSON."""
        raise NotImplementedError

    @property
    def is_leaving(self) -> bool:
        return False

    @property
    def takes_present(self) -> bool:
        """Whether those come in too who are in it when the scenario is published."""
        return False


def read(raw: dict) -> Trigger:
    """From JSON. Raises InvalidFlow."""
    trigger = triggers.get(raw.get("type"), "trigger").parse(raw, "trigger")
    assert isinstance(trigger, Trigger)  # noqa: S101  (only such are registered)
    return trigger


def subject_of(properties: dict) -> str:
    """What an event is about: its product, else its order; "" if neither."""
    found = properties.get("product") or properties.get("order") or ""
    return found if isinstance(found, str) else str(found)
