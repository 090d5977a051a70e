"""The events that came in: each stored once, handed to whoever handles its type, and again on demand."""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

import orjson
from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django_tenants.utils import tenant_context

from accounts import board, current
from accounts.models import Tenant
from channels import faults, handlers
from channels.handlers import Received
from channels.models import WebhookEvent
from channels.parsing import EPOCH

logger = logging.getLogger(__name__)
REPLAY = "replay"  # on the work board
LONGEST_ERROR = 2_000
MILLISECOND = timedelta(milliseconds=1)
STORE = """
    INSERT INTO public.channels_webhookevent
        (tenant_id, webhook_event_id, happened_at, received_at, type, line_user_id, payload, state)
    SELECT %s, id, at, received_at, type, line_user_id, payload, state
    FROM jsonb_to_recordset(%s::jsonb) AS event (
        id text, at timestamptz, received_at timestamptz, type text,
        line_user_id text, payload jsonb, state text
    )
    ON CONFLICT DO NOTHING
    RETURNING webhook_event_id, (extract(epoch FROM happened_at) * 1000)::bigint
"""

FORGET = """
    UPDATE public.channels_webhookevent SET payload = payload #- '{message,text}' #- '{message,emojis}'
    WHERE tenant_id = %s AND line_user_id = %s AND type = 'message' AND payload #>> '{message,id}' = %s
"""


class Replayed(NamedTuple):
    done: int
    failed: int


def store(events: Sequence[tuple[Received, datetime]]) -> list[Received]:
    """Keep events with the moment they came in; returns the new ones, in the order they happened.

    What nobody handles is stored as ignored, all else as done: `hand_over` follows in the transaction.
    """
    handled = handlers.handled_types()
    rows = [_row(event, received_at, event.type in handled) for event, received_at in events]
    with connection.cursor() as cursor:
        cursor.execute(STORE, [current.tenant().pk, orjson.dumps(rows).decode()])
        new = set(cursor.fetchall())
    first = {(event.id, _milliseconds(event.at)): event for event, _ in reversed(events)}
    return sorted((event for key, event in first.items() if key in new), key=_moment)


def hand_over(events: list[Received]) -> int:
    """Have events handled that are in order. Those that fail are stored as failed; how many they were."""
    now = timezone.now()
    judged = [(event, faults.of(event, now)) for event in events]
    errors = [(event, fault) for event, fault in judged if fault]
    if early := [event.at for event, fault in errors if fault == faults.FROM_THE_FUTURE]:
        board.call(REPLAY, min(early) - faults.CLOCKS_DIFFER)
    errors += _handle([event for event, fault in judged if not fault])
    for event, error in errors:
        _find(event).update(state=WebhookEvent.State.FAILED, error=error)
    return len(errors)


def replay(events: QuerySet[WebhookEvent]) -> Replayed:
    """Hand events that failed, or that nobody handled when they came, to their handlers again.

    Each in its own tenant; events done before are left alone.
    """
    tenants = Tenant.objects.filter(pk__in=set(events.values_list("tenant_id", flat=True)))
    outcomes = [_replay_in(tenant, events.filter(tenant_id=tenant.pk)) for tenant in tenants]
    return Replayed(sum(each.done for each in outcomes), sum(each.failed for each in outcomes))


def forget_messages(taken_back: dict[str, str]) -> None:
    """Drop the text of messages that were taken back from the log. Given are LINE user ids by message id."""
    with connection.cursor() as cursor:
        for message_id, line_user_id in taken_back.items():
            cursor.execute(FORGET, [current.tenant().pk, line_user_id, message_id])


def _replay_in(tenant: Tenant, events: QuerySet[WebhookEvent]) -> Replayed:
    open_states = [WebhookEvent.State.FAILED, WebhookEvent.State.IGNORED]
    waiting = events.filter(state__in=open_states, type__in=handlers.handled_types())
    with tenant_context(tenant), transaction.atomic():
        rows = list(waiting.select_for_update(skip_locked=True).order_by("happened_at", "id"))
        WebhookEvent.objects.filter(pk__in=[row.pk for row in rows]).update(
            state=WebhookEvent.State.DONE, error=""
        )
        failed = hand_over([_received(row) for row in rows])
    return Replayed(len(rows) - failed, failed)


def _handle(events: list[Received]) -> list[tuple[Received, str]]:
    """The events at fault, found by halving what failed together, and why. All others are handled."""
    if not events:
        return []
    try:
        with transaction.atomic():
            handlers.dispatch(events)
    except Exception as error:
        if len(events) == 1:
            logger.exception("webhook_event.failed", extra={"event": events[0].id, "type": events[0].type})
            return [(events[0], f"{type(error).__name__}: {error}"[:LONGEST_ERROR])]
    else:
        return []
    middle = len(events) // 2
    return _handle(events[:middle]) + _handle(events[middle:])


def _find(event: Received) -> QuerySet[WebhookEvent]:
    return WebhookEvent.objects.filter(
        tenant_id=current.tenant().pk, webhook_event_id=event.id, happened_at=event.at
    )


def _row(event: Received, received_at: datetime, is_handled: bool) -> dict:
    return {
        "id": event.id,
        "at": event.at,
        "received_at": received_at,
        "type": event.type,
        "line_user_id": event.line_user_id,
        "payload": event.payload,
        "state": WebhookEvent.State.DONE if is_handled else WebhookEvent.State.IGNORED,
    }


def _received(row: WebhookEvent) -> Received:
    """Without its reply token, which has long expired."""
    return Received(row.webhook_event_id, row.type, row.happened_at, row.line_user_id, row.payload)


def _moment(event: Received) -> datetime:
    return event.at


def _milliseconds(moment: datetime) -> int:
    """Since 1970, as LINE counts; the driver reads numbers much faster than times."""
    return (moment - EPOCH) // MILLISECOND
