"""Deliveries: claim, post, keep how it went. At least once: what a dead worker had begun is sent again.

The database is spoken to by this thread, the targets by the loop behind `line.wire`. Each target has requests
of its own, so that a slow or dead one holds up nobody else; a body that one of them refuses holds up no other
body. A target that fails again and again is asked by one request at a time, and gets all that waits for it,
in the order in which it came, as soon as it answers.
"""

import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from queue import Empty, SimpleQueue

from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from accounts import current
from channels.models import Channel
from line import signatures, wire
from relays import filtering, outcomes, outside
from relays.models import Delivery, Target
from relays.outside import Answer

KIND = "relay"  # on the work board
KEPT = timedelta(hours=28)  # how long a delivery may wait; the schedule of outcomes.py fits in
LEASE = timedelta(seconds=30)  # longer than any attempt
AT_ONCE = 32  # requests to one target
WAIT = 0.2  # seconds for an answer, before it is asked what else is due
GATHER = 0.02  # seconds in which further answers go into the same write
KEEP_EVERY = 1.0

CLAIM = """
    WITH open AS (
        SELECT target.id, (CASE
            WHEN held_until > %(now)s THEN 0 WHEN fail_count >= %(rounds)s THEN 1 ELSE %(at_once)s
        END) - (SELECT count(*) FROM public.relays_delivery AS busy
                WHERE busy.target_id = target.id AND busy.state = 'new' AND busy.lease_until > %(now)s
                  AND busy.created_at >= %(oldest)s) AS free
        FROM public.relays_target AS target WHERE tenant_id = %(tenant)s AND paused_at IS NULL
    ), picked AS (
        SELECT due.id, due.created_at FROM open CROSS JOIN LATERAL (
            SELECT id, created_at FROM public.relays_delivery
            WHERE target_id = open.id AND state = 'new' AND due_at <= %(now)s AND created_at >= %(oldest)s
            ORDER BY due_at, id LIMIT greatest(open.free, 0)
            FOR UPDATE SKIP LOCKED
        ) AS due
    ), claimed AS (
        UPDATE public.relays_delivery AS delivery SET due_at = %(lease)s, lease_until = %(lease)s
        FROM picked WHERE delivery.id = picked.id AND delivery.created_at = picked.created_at
        RETURNING delivery.id, delivery.created_at, delivery.target_id, delivery.attempt_count,
                  delivery.body_id, delivery.body_received_at
    )
    SELECT claimed.id, claimed.created_at, claimed.target_id, claimed.attempt_count, body.body, body.signature
    FROM claimed LEFT JOIN public.channels_inboxbody AS body
      ON body.id = claimed.body_id AND body.received_at = claimed.body_received_at
    ORDER BY claimed.body_received_at, claimed.body_id
"""
# What was never tried waited for a target that was paused or away all the time.
EXPIRE = """
    UPDATE public.relays_delivery SET state = CASE WHEN attempt_count = 0 THEN 'skipped' ELSE 'failed' END,
        finished_at = %(now)s, lease_until = NULL
    WHERE tenant_id = %(tenant)s AND state = 'new' AND created_at < %(oldest)s
"""
NEXT = """
    SELECT min(least(greatest(first.due_at, held_until), first.created_at + %(kept)s::interval)) FILTER (
               WHERE paused_at IS NULL),
           min(first.created_at + %(kept)s::interval)
    FROM public.relays_target AS target CROSS JOIN LATERAL (
        SELECT due_at, created_at FROM public.relays_delivery
        WHERE target_id = target.id AND state = 'new' AND created_at >= %(oldest)s
        ORDER BY due_at, id LIMIT 1
    ) AS first
    WHERE tenant_id = %(tenant)s
"""


@dataclass(frozen=True)
class Claimed:
    """A delivery that is ours for LEASE. `body` is None if the inbox keeps it no longer."""

    id: int
    created_at: datetime
    target_id: int
    attempt_count: int
    body: bytes | None
    signature: str | None


def send_due(seconds: float, *, keep: Callable[[], None], hand_over: Callable[[], None]) -> bool:
    """Send what is due in this tenant for some seconds; True if the time was up before the work was done.

    `keep` is called about once a second while it lasts. If the time is up, `hand_over` has been called before
    the last answers were waited for, so that whoever answers slowly delays nobody.
    """
    expire()
    run = Run()
    end, kept = time.monotonic() + seconds, time.monotonic()
    while time.monotonic() < end:
        run.begin(_claim())
        if not run.under_way:
            return False
        run.store()
        if time.monotonic() - kept > KEEP_EVERY:
            keep()
            kept = time.monotonic()
    hand_over()
    while run.under_way:
        run.store()
    return True


class Run:
    """Deliveries under way, and the answers that have come."""

    def __init__(self) -> None:
        self._done: SimpleQueue[tuple[Claimed, Future[Answer]]] = SimpleQueue()
        self.under_way = 0

    @cached_property
    def _secret(self) -> str:
        return Channel.objects.get(tenant=current.tenant().pk).secret()

    def begin(self, claimed: list[Claimed]) -> None:
        if not claimed:
            return
        targets = Target.objects.in_bulk({each.target_id for each in claimed})
        for each in claimed:
            self._post(each, targets.get(each.target_id))

    def _post(self, claimed: Claimed, target: Target | None) -> None:
        """What cannot be sent at all has its outcome at once."""
        self.under_way += 1
        content = self._content(claimed, target)
        if target is None or content is None:
            future: Future[Answer] = Future()
            future.set_result(outcomes.GONE)
            self._done.put((claimed, future))
            return
        body, signature = content
        future = wire.submit(outside.post(target.url, body, outside.headers_for(signature)))
        future.add_done_callback(lambda done: self._done.put((claimed, done)))

    def _content(self, claimed: Claimed, target: Target | None) -> tuple[bytes, str] | None:
        """The body as it came with LINE's signature; a part of it is signed anew, with the same secret."""
        if target is None or claimed.body is None or claimed.signature is None:
            return None
        body = bytes(claimed.body)
        if not target.event_types:
            return body, claimed.signature
        part = filtering.keep(body, set(target.event_types))
        if part is None:
            return None
        return part, claimed.signature if part == body else signatures.sign(self._secret, part)

    def store(self) -> None:
        """Wait a little for answers, and write what has come at once."""
        found: list[tuple[Claimed, Answer]] = []
        end = time.monotonic() + WAIT
        while len(found) < self.under_way and (left := end - time.monotonic()) > 0:
            try:
                claimed, future = self._done.get(timeout=left)
            except Empty:
                break
            end = min(end, time.monotonic() + GATHER) if not found else end
            found.append((claimed, future.result()))
        self.under_way -= len(found)
        outcomes.store(found)


def expire() -> None:
    """Give up on what has waited for too long."""
    now = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute(EXPIRE, {"tenant": current.tenant().pk, "now": now, "oldest": now - KEPT})


def next_moment() -> datetime | None:
    """When this tenant's relays should be woken next; None if nothing waits."""
    with connection.cursor() as cursor:
        limits = {"tenant": current.tenant().pk, "kept": str(KEPT), "oldest": timezone.now() - KEPT}
        cursor.execute(NEXT, limits)
        known = [moment for moment in cursor.fetchone() if moment]
    return min(known, default=None)


def waiting(target: Target) -> QuerySet[Delivery]:
    """What the target will get yet."""
    return Delivery.objects.of(target).waiting()


def _claim() -> list[Claimed]:
    now = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute(
            CLAIM,
            {
                "tenant": current.tenant().pk,
                "now": now,
                "lease": now + LEASE,
                "oldest": now - KEPT,
                "at_once": AT_ONCE,
                "rounds": Target.ROUNDS_TO_HOLD,
            },
        )
        return [Claimed(*row) for row in cursor.fetchall()]
