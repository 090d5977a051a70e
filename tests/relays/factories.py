"""Relays, deliveries and events of the log, made without being sent or received."""

from datetime import datetime

from django.db import connection
from django.utils import timezone

from channels.models import WebhookEvent
from relays.models import Delivery, Target
from tests.channels.conftest import make_event


def make_relay(name: str = "CRM", **fields: object) -> Target:
    """A relay of the present client to an address that nobody asked."""
    given = {"url": f"https://{name.lower()}.example.jp/line"} | fields
    return Target.objects.create(tenant_id=connection.tenant.pk, name=name, **given)


def make_delivery(target: Target, **fields: object) -> Delivery:
    """Something that went there, or waits."""
    now = timezone.now()
    given = {
        "body_id": 1,
        "body_received_at": now,
        "due_at": now,
        "state": "done",
        "created_at": now,
    } | fields
    columns = ", ".join(given)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO public.relays_delivery (tenant_id, target_id, {columns})"
            f" VALUES (%s, %s{', %s' * len(given)}) RETURNING id",
            [target.tenant_id, target.pk, *given.values()],
        )
        [pk] = cursor.fetchone()
    return Delivery.objects.get(pk=pk)


def make_webhook_event(
    kind: str = "message", *, state: str = "failed", error: str = "KeyError: 'message'", **fields: object
) -> WebhookEvent:
    """An event of the present client's log."""
    happened_at: datetime = fields.pop("happened_at", timezone.now())
    event = make_event(kind, at=happened_at.timestamp(), **fields)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO public.channels_webhookevent (tenant_id, webhook_event_id, happened_at, received_at,"
            " type, line_user_id, payload, state, error)"
            " VALUES (%s, %s, %s, %s, %s, %s, '{}', %s, %s) RETURNING id",
            [
                connection.tenant.pk,
                event["webhookEventId"],
                happened_at,
                happened_at,
                kind,
                event["source"]["userId"],
                state,
                error,
            ],
        )
        [pk] = cursor.fetchone()
    return WebhookEvent.objects.get(pk=pk)
