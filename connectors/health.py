"""How a connection stands, as pages show it."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from connectors.models import Connection, Delivery

SAMPLE = 1_000  # of the newest deliveries: what an error rate is taken from
State, Standing = Delivery.State, Connection.Standing


@dataclass(frozen=True)
class Health:
    """`failed` of the last `seen` deliveries have failed, and wait to be replayed."""

    standing: Connection.Standing
    seen: int
    failed: int
    waiting: int


def of(connection: Connection) -> Health:
    """One query, however long the log is."""
    newest = connection.deliveries.order_by("-pk").values_list("state", flat=True)[:SAMPLE]
    states = list(newest)
    failed = states.count(State.FAILED)
    standing = _standing(connection, failed, timezone.now())
    return Health(standing, len(states), failed, states.count(State.NEW))


def _standing(connection: Connection, failed: int, now: datetime) -> Connection.Standing:
    if connection.paused_at:
        return Standing.PAUSED
    if connection.has_fallen_silent(now):
        return Standing.SILENT
    if failed:
        return Standing.FAILS
    return Standing.WORKS if connection.received_at else Standing.NEW
