"""Events of the log as pages show them."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from channels import event_types, faults, handlers
from channels.models import WebhookEvent
from channels.tallies import Tally

State = WebhookEvent.State


@dataclass(frozen=True)
class EventRow:
    """An event with what became of it in words."""

    event: WebhookEvent

    @property
    def label(self) -> str:
        """What its type is called; "" if it is unknown."""
        return event_types.label(self.event.type)

    @property
    def is_unknown(self) -> bool:
        """Whether LINE did not have this type when this version was written."""
        return self.event.state == State.IGNORED and self.event.type not in handlers.known_types()

    @property
    def state(self) -> str:
        return _("Unknown type") if self.is_unknown else self.event.get_state_display()

    @property
    def kind(self) -> str:
        """The class of its badge."""
        return {State.DONE: "good", State.FAILED: "bad"}.get(State(self.event.state), "")

    @property
    def reason(self) -> str:
        """Why it failed or was let be; "" if it was handled."""
        if self.event.state == State.IGNORED:
            return str(handlers.IGNORED.get(self.event.type, ""))
        return faults.in_words(self.event.error)

    @property
    def can_be_replayed(self) -> bool:
        return self.event.state != State.DONE and self.event.type in handlers.handled_types()

    @property
    def payload(self) -> str:
        return json.dumps(self.event.payload, ensure_ascii=False, indent=2)


@dataclass(frozen=True)
class Bar:
    """One hour of the chart; heights are parts of a hundred."""

    tally: Tally
    x: int
    height: float
    failed_height: float

    @property
    def y(self) -> float:
        return 100 - self.height

    @property
    def failed_y(self) -> float:
        return 100 - self.failed_height


def of(events: Iterable[WebhookEvent]) -> list[EventRow]:
    return [EventRow(event) for event in events]


def bars(hours: Sequence[Tally]) -> list[Bar]:
    """The fullest hour fills the height; a failure is always seen."""
    most = max((hour.events for hour in hours), default=0) or 1
    return [
        Bar(hour, x, _height(hour.events, most), _height(hour.failed, most)) for x, hour in enumerate(hours)
    ]


def _height(count: int, most: int) -> float:
    return round(max(100 * count / most, 4), 1) if count else 0
