"""What somebody looks for in the event log; kept with an order to replay all of it."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Self

from django.db.models import QuerySet

from accounts import current
from channels import handlers, people
from channels.models import WebhookEvent

UNKNOWN = "unknown"  # as a state: ignored, and of a type that LINE did not have when this was written
LONGEST = 100


@dataclass(frozen=True)
class Search:
    """Conditions that all must hold; "" and None are none. `since` and `until` bound when it happened."""

    type: str = ""
    state: str = ""
    person: str = ""
    text: str = ""
    since: datetime | None = None
    until: datetime | None = None

    def __bool__(self) -> bool:
        return any(asdict(self).values())

    def events(self) -> QuerySet[WebhookEvent]:
        """Events of the present tenant."""
        found = WebhookEvent.objects.filter(tenant_id=current.tenant().pk)
        if self.type:
            found = found.filter(type=self.type)
        if self.state:
            found = _in_state(found, self.state)
        if self.person:
            found = found.filter(line_user_id__in=people.find(self.person))
        if self.text:
            found = found.filter(error__icontains=self.text)
        if self.since:
            found = found.filter(happened_at__gte=self.since)
        if self.until:
            found = found.filter(happened_at__lt=self.until)
        return found

    def as_json(self) -> dict[str, str]:
        given = {name: value for name, value in asdict(self).items() if value}
        return {
            name: value.isoformat() if isinstance(value, datetime) else value for name, value in given.items()
        }

    @classmethod
    def from_json(cls, kept: dict[str, str]) -> Self:
        given: dict[str, Any] = dict(kept)
        for name in given.keys() & {"since", "until"}:
            given[name] = datetime.fromisoformat(given[name])
        return cls(**given)


def _in_state(events: QuerySet[WebhookEvent], state: str) -> QuerySet[WebhookEvent]:
    if state == UNKNOWN:
        return events.filter(state=WebhookEvent.State.IGNORED).exclude(type__in=handlers.known_types())
    if state == WebhookEvent.State.IGNORED:
        return events.filter(state=state, type__in=handlers.known_types())
    return events.filter(state=state)
