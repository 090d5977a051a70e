"""LINE tells that notices were delivered: a `delivery` event, which names nobody but repeats our tag.

One that repeats a digest of a number in place of a tag is of another tool, since ours always have a tag.
Source: https://developers.line.biz/en/docs/partner-docs/line-notification-messages/message-sending-complete-webhook-event/
"""

import re
from datetime import datetime
from uuid import UUID

from accounts import board
from channels import handlers
from channels.handlers import Received
from scenarios.models import NoticeSend
from scenarios.notices.work import KIND

TAG = re.compile(r"notice-([0-9a-f]{32})")


@handlers.register("delivery")
def on_delivery(events: list[Received]) -> None:
    """Note when they were delivered, the first word of it counts; booking them is work of its own.

    It may come before LINE's answer to the request, in place of one, or when the notice was given up.
    """
    told = {tag: event.at for event in reversed(events) if (tag := _tag(event))}
    asked = NoticeSend.objects.filter(tag__in=told, delivered_at=None, first_tried_at__isnull=False)
    rows = list(asked.select_for_update().order_by("pk"))
    for row in rows:
        _deliver(row, told[row.tag])
    if rows:
        board.call(KIND)


def _tag(event: Received) -> UUID | None:
    data = (event.payload.get("delivery") or {}).get("data")
    found = TAG.fullmatch(data) if isinstance(data, str) else None
    return UUID(found[1]) if found else None


def _deliver(row: NoticeSend, at: datetime) -> None:
    row.state, row.delivered_at, row.due_at, row.sealed_phone = NoticeSend.State.DELIVERED, at, None, None
    row.save(update_fields=["state", "delivered_at", "due_at", "sealed_phone"])
