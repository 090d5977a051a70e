"""From the inbox to the handlers: each event once, in the order things happened, with failures kept apart."""

import time
from datetime import datetime, timedelta
from enum import Enum
from typing import NamedTuple

import orjson
from django.db import DataError, connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts import board, current
from channels import bodies, event_log, parsing, tallies
from channels.bodies import Arrived
from channels.handlers import Received
from channels.inbox import KIND
from channels.models import Channel, InboxBody

BODIES_AT_ONCE = 500
BYTES_AT_ONCE = 4_000_000
LOCK = 1_413_829_443  # a number that nothing else takes for its advisory locks
SOON = timedelta(seconds=1)

# Both look rows up by the index of what is new. A join would tempt the planner to read all partitions.
CLAIM = """
    SELECT id, received_at, body, is_again FROM public.channels_inboxbody
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
    """A body that this transaction works on. `is_again`: it was here before, and was relayed then."""

    id: int
    received_at: datetime
    content: bytes
    is_again: bool


class Read(NamedTuple):
    """A body with its events."""

    body: Claimed
    events: list[Received]


def process(seconds: float) -> bool:
    """Work at the present tenant's inbox until it is empty or the time is up. True if there may be more.

    Several workers do no harm: one at a time works at a tenant's inbox, so that events keep their order.
    """
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if _process_batch() is not Progress.SOME:
            return False
    return True


def process_again(rows: QuerySet[InboxBody]) -> int:
    """Put quarantined bodies back into the inbox, of whatever tenants they are; how many they were.

    They are not relayed again.
    """
    quarantined = rows.filter(state=InboxBody.State.QUARANTINED)
    with transaction.atomic():
        for tenant_id in set(quarantined.values_list("tenant_id", flat=True)):
            board.call(KIND, tenant_id=tenant_id)
        return quarantined.update(state=InboxBody.State.NEW, error="", is_again=True)


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
    readable = _read(claimed)
    new = sorted(_store(readable), key=_moment)
    failed = event_log.hand_over(new)
    bodies.hand_on(_arrived(claimed, readable))
    _close(claimed, InboxBody.State.DONE)
    tallies.add(events=len(new), failed=failed)
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


def _read(claimed: list[Claimed]) -> list[Read]:
    """What can be read; the rest goes to quarantine."""
    bot_user_id = Channel.objects.values_list("bot_user_id", flat=True).get(tenant=current.tenant().pk)
    found = []
    for body in claimed:
        try:
            found.append(Read(body, _events_of(body, bot_user_id)))
        except parsing.Malformed as fault:
            _quarantine(body, str(fault))
    return found


def _events_of(body: Claimed, bot_user_id: str) -> list[Received]:
    """Raises Malformed, also for what is meant for another account."""
    destination, events = parsing.parse(bytes(body.content))
    if destination != bot_user_id:
        raise parsing.Malformed(f"for another account: {destination}")
    return events


def _store(readable: list[Read]) -> list[Received]:
    """The new events. A body that the database does not take is found by halving, and quarantined."""
    if not readable:
        return []
    try:
        with transaction.atomic():
            return event_log.store(
                [(event, body.received_at) for body, events in readable for event in events]
            )
    except (orjson.JSONEncodeError, DataError) as error:
        if len(readable) == 1:
            _quarantine(readable[0].body, f"cannot be stored: {error}")
            return []
    middle = len(readable) // 2
    return _store(readable[:middle]) + _store(readable[middle:])


def _moment(event: Received) -> datetime:
    return event.at


def _arrived(claimed: list[Claimed], readable: list[Read]) -> list[Arrived]:
    """What is here for the first time, whether or not we could read it."""
    types = {read.body.id: frozenset(event.type for event in read.events) for read in readable}
    return [
        Arrived(body.id, body.received_at, bytes(body.content), types.get(body.id))
        for body in claimed
        if not body.is_again
    ]


def _quarantine(body: Claimed, error: str) -> None:
    _close([body], InboxBody.State.QUARANTINED, error)
    tallies.add(quarantined=1)


def _close(claimed: list[Claimed], state: InboxBody.State, error: str = "") -> None:
    """Set the state of those that are still new."""
    ids, moments = [body.id for body in claimed], [body.received_at for body in claimed]
    with connection.cursor() as cursor:
        cursor.execute(CLOSE, [state, error, current.tenant().pk, ids, min(moments), max(moments)])
