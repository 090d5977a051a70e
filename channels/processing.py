"""From the inbox to the handlers: each event once, in the order things happened, with failures kept apart."""

import time
from datetime import datetime, timedelta
from enum import Enum
from typing import NamedTuple

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts import board, current
from channels import event_log, parsing
from channels.handlers import Received
from channels.inbox import KIND
from channels.models import Channel, InboxBody

BODIES_AT_ONCE = 500
BYTES_AT_ONCE = 4_000_000
LOCK = 1_413_829_443  # a number that nothing else takes for its advisory locks
SOON = timedelta(seconds=1)

# Both look rows up by the index of what is new. A join would tempt the planner to read all partitions.
CLAIM = """
    SELECT id, received_at, body FROM public.channels_inboxbody
    WHERE tenant_id = %(tenant)s AND state = 'new' AND id <= (
        SELECT max(id) FROM (
            SELECT id, sum(octet_length(body)) OVER (ORDER BY id) - octet_length(body) AS bytes_before
            FROM public.channels_inboxbody WHERE tenant_id = %(tenant)s AND state = 'new'
            ORDER BY id LIMIT %(bodies)s
        ) AS first WHERE bytes_before < %(bytes)s
    )
    ORDER BY id LIMIT %(bodies)s
    FOR UPDATE SKIP LOCKED
"""
CLOSE = """
    UPDATE public.channels_inboxbody SET state = %s, error = %s
    WHERE tenant_id = %s AND state = 'new' AND id = ANY(%s) AND received_at BETWEEN %s AND %s
"""


class Progress(Enum):
    BUSY = "another worker is at this inbox"
    EMPTY = "nothing waits"
    SOME = "some was processed, there may be more"


class Claimed(NamedTuple):
    """A body that this transaction works on."""

    id: int
    received_at: datetime
    content: bytes


def process(seconds: float) -> bool:
    """Work at the present tenant's inbox until it is empty or the time is up. True if there may be more.

    Several workers do no harm: one at a time works at a tenant's inbox, so that events keep their order.
    """
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if _process_batch() is not Progress.SOME:
            return False
    return True


def process_again(bodies: QuerySet[InboxBody]) -> int:
    """Put quarantined bodies back into the inbox, of whatever tenants they are; how many they were."""
    quarantined = bodies.filter(state=InboxBody.State.QUARANTINED)
    with transaction.atomic():
        for tenant_id in set(quarantined.values_list("tenant_id", flat=True)):
            board.call(KIND, tenant_id=tenant_id)
        return quarantined.update(state=InboxBody.State.NEW, error="")


@transaction.atomic
def _process_batch() -> Progress:
    """Claim, store, hand over and close some bodies: all of it, or nothing."""
    if not _lock_inbox():
        board.call(KIND, timezone.now() + SOON)
        return Progress.BUSY
    seen = board.version(KIND)
    claimed = _claim()
    if not claimed:
        board.settle(KIND, None, seen=seen)
        return Progress.EMPTY
    bot_user_id = Channel.objects.values_list("bot_user_id", flat=True).get(tenant=current.tenant().pk)
    events = []
    for body in claimed:
        try:
            events += [(event, body.received_at) for event in _events_of(body, bot_user_id)]
        except parsing.Malformed as fault:
            _close([body], InboxBody.State.QUARANTINED, str(fault))
    event_log.hand_over(event_log.store(events))
    _close(claimed, InboxBody.State.DONE)
    return Progress.SOME


def _lock_inbox() -> bool:
    """Until the end of the transaction; it holds also for the look that finds nothing, and for `settle`."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [LOCK, current.tenant().pk])
        [is_ours] = cursor.fetchone()
    return is_ours


def _claim() -> list[Claimed]:
    with connection.cursor() as cursor:
        limits = {"tenant": current.tenant().pk, "bodies": BODIES_AT_ONCE, "bytes": BYTES_AT_ONCE}
        cursor.execute(CLAIM, limits)
        return [Claimed(*row) for row in cursor.fetchall()]


def _events_of(body: Claimed, bot_user_id: str) -> list[Received]:
    """Raises Malformed, also for what is meant for another account."""
    destination, events = parsing.parse(bytes(body.content))
    if destination != bot_user_id:
        raise parsing.Malformed(f"for another account: {destination}")
    return events


def _close(bodies: list[Claimed], state: InboxBody.State, error: str = "") -> None:
    """Set the state of those that are still new."""
    ids, moments = [body.id for body in bodies], [body.received_at for body in bodies]
    with connection.cursor() as cursor:
        cursor.execute(CLOSE, [state, error, current.tenant().pk, ids, min(moments), max(moments)])
