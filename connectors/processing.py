"""What has come from shops, taken over into customers, orders and products: one transaction each.

A worker killed in the middle leaves a delivery as it was. What two workers take at once concerns the same
things only one after the other, since both lock the ExternalId.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import OperationalError, transaction
from django.db.models import F, Min
from django.utils import timezone
from django.utils.translation import gettext_noop

from connectors import taking
from connectors.errors import Ignored, Note, Unfit
from connectors.models import Connection, Delivery, Topic

logger = logging.getLogger(__name__)
KEPT = timedelta(days=14)
MOST_DELETED = 1_000
# When something of ours went wrong, and not with the body.
RETRIES = (timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1))
OUR_FAULT = gettext_noop("Something went wrong here. It can be replayed; the log has the details.")
State = Delivery.State


@dataclass(frozen=True)
class Outcome:
    """How a delivery ended: what it concerned, and a note for people."""

    state: str
    names: list[str]
    note: Note | None = None


def process_due(seconds: float, *, keep: Callable[[], None]) -> bool:
    """Take over what is due for so long; whether some is left. `keep` is called now and then."""
    until = time.monotonic() + seconds
    delete_old()
    while time.monotonic() < until:
        if not process_one():
            return False
        keep()
    return True


def process_one() -> bool:
    """Take over the delivery that is due first and that nobody else is at; whether there was one."""
    with transaction.atomic():
        rows = Delivery.objects.due(timezone.now()).select_for_update(skip_locked=True, of=("self",))
        delivery = rows.select_related("connection").first()
        if delivery is None:
            return False
        _finish(delivery, _outcome(delivery))
    return True


def next_moment() -> datetime | None:
    """When there will be something to process, or to delete."""
    open_ = Delivery.objects.filter(state=State.NEW, connection__paused_at=None).aggregate(at=Min("due_at"))
    oldest = Delivery.objects.aggregate(at=Min("received_at"))["at"]
    moments = [open_["at"], oldest + KEPT if oldest else None]
    return min((moment for moment in moments if moment), default=None)


def delete_old() -> None:
    """Bodies and log lines older than KEPT, a portion at a time."""
    old = Delivery.objects.filter(received_at__lt=timezone.now() - KEPT).order_by("received_at")
    Delivery.objects.filter(pk__in=old.values("pk")[:MOST_DELETED]).delete()


def _outcome(delivery: Delivery) -> Outcome:
    """Nothing of an attempt that fails is left, save its outcome."""
    try:
        with transaction.atomic():
            return Outcome(State.DONE, taking.take(delivery))
    except Ignored as why:
        return Outcome(State.IGNORED, why.names, why)
    except Unfit as why:
        return Outcome(State.FAILED, why.names, why)
    except OperationalError:  # a deadlock, a lost connection: the next try has it
        raise
    except Exception:
        logger.exception("shop.failed", extra={"delivery": delivery.pk})
        return _put_off(delivery)


def _put_off(delivery: Delivery) -> Outcome:
    if delivery.attempt_count < len(RETRIES):
        delivery.due_at = timezone.now() + RETRIES[delivery.attempt_count]
        return Outcome(State.NEW, [], Note(OUR_FAULT))
    return Outcome(State.FAILED, [], Note(OUR_FAULT))


def _finish(delivery: Delivery, outcome: Outcome) -> None:
    is_first = delivery.attempt_count == 0
    delivery.state, delivery.note = outcome.state, _as_json(outcome.note)
    delivery.names = list(dict.fromkeys(filter(None, outcome.names))) or delivery.names
    delivery.attempt_count += 1
    delivery.finished_at = None if outcome.state == State.NEW else timezone.now()
    delivery.save(update_fields=["state", "note", "names", "topic", "attempt_count", "due_at", "finished_at"])
    if is_first:
        _count(delivery)


def _as_json(note: Note | None) -> dict:
    if note is None:
        return {}
    return {"text": note.note, "values": {name: str(value)[:300] for name, value in note.context.items()}}


def _count(delivery: Delivery) -> None:
    """What the pages say of a connection after the log is gone."""
    at = delivery.received_at
    later = Connection.objects.filter(pk=delivery.connection_id).exclude(received_at__gte=at)
    later.update(received_at=at)
    topic, _created = Topic.objects.get_or_create(
        connection=delivery.connection, name=delivery.topic, defaults={"last_at": at}
    )
    Topic.objects.filter(pk=topic.pk).update(count=F("count") + 1, last_at=max(at, topic.last_at))
