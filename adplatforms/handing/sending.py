"""Deliveries: claim, post, keep how it went. At least once: what a dead worker had begun is sent again.

What is claimed is judged in the same transaction, so that nobody is told of who has withdrawn before it. A
claim is kept before the request leaves: from then on it may have arrived. Each destination has requests of
its own, so that a slow or dead one holds up nobody else; one that fails again and again is asked by one
request at a time.
"""

import time
from collections import defaultdict
from collections.abc import Callable
from concurrent.futures import Future
from datetime import datetime, timedelta
from functools import partial
from queue import Empty, SimpleQueue
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from adplatforms.handing import judging, outcomes, requests
from adplatforms.handing.requests import Request
from adplatforms.models import Delivery, Destination, Handover
from line import wire
from relays import outside
from relays.outside import Answer

LEASE = timedelta(seconds=30)  # longer than any attempt
AT_ONCE = 8  # requests to one destination
WAIT = 0.2  # seconds for an answer, before it is asked what else is due
KEEP_EVERY = 1.0
ENDED = ("state", "reason", "ended_at", "due_at", "lease_until", "begun_at", "tries")

CLAIM = """
WITH open AS (
    SELECT destination.id, (CASE
        WHEN held_until > %(now)s THEN 0 WHEN fail_count >= %(rounds)s THEN 1 ELSE %(at_once)s
    END) - (SELECT count(*) FROM adplatforms_delivery AS busy
            WHERE busy.destination_id = destination.id AND busy.state = 'waiting'
              AND busy.lease_until > %(now)s) AS free
    FROM adplatforms_destination AS destination
    WHERE paused_at IS NULL AND kind <> ALL (%(files)s))
SELECT due.id FROM open CROSS JOIN LATERAL (
    SELECT delivery.id FROM adplatforms_delivery AS delivery
    JOIN adplatforms_handover AS handover ON handover.id = delivery.handover_id
    WHERE delivery.destination_id = open.id AND delivery.state = 'waiting' AND delivery.due_at <= %(now)s
    ORDER BY delivery.due_at, delivery.id LIMIT greatest(open.free, 0)
    FOR UPDATE OF delivery, handover SKIP LOCKED) AS due
"""
NEXT = """
SELECT min(greatest(first.due_at, held_until)) FROM adplatforms_destination AS destination
CROSS JOIN LATERAL (
    SELECT due_at FROM adplatforms_delivery
    WHERE destination_id = destination.id AND state = 'waiting' ORDER BY due_at, id LIMIT 1) AS first
WHERE paused_at IS NULL AND kind <> ALL (%s)
"""
Claimed = tuple[Delivery, Request]


def send_due(seconds: float, *, keep: Callable[[], None]) -> bool:
    """Send what is due in this client for some seconds; True if the time was up before the work was done.

    `keep` is called about once a second while it lasts.
    """
    run = Run()
    end, kept = time.monotonic() + seconds, time.monotonic()
    while time.monotonic() < end:
        has_judged = run.begin(*claim())
        if not run.under_way and not has_judged:
            return False
        run.store()
        if time.monotonic() - kept > KEEP_EVERY:
            keep()
            kept = time.monotonic()
    while run.under_way:
        run.store()
    return True


def next_moment() -> datetime | None:
    """When the next delivery is to be tried; None if there is none."""
    with connection.cursor() as cursor:
        cursor.execute(NEXT, [list(Destination.FILES)])
        return cursor.fetchone()[0]


@transaction.atomic
def claim() -> tuple[list[Claimed], bool]:
    """Take what is due, ours for LEASE; and whether anything was judged not to be sent.

    When it returns, what was taken is marked as begun; not before that may its requests leave.
    """
    now = timezone.now()
    deliveries = _due(now)
    known = judging.know([each.handover for each in deliveries])
    destinations = Destination.objects.in_bulk({each.destination_id for each in deliveries})
    going, staying = defaultdict(list), []
    for each in deliveries:
        destination = destinations[each.destination_id]
        reason = ""
        if each.kind == Delivery.Kind.CONVERSION:
            reason = judging.judge(destination, each.handover, known, now)
        if reason:
            skip(each, reason, now)
            staying.append(each)
        else:
            each.begun_at, each.tries = each.begun_at or now, each.tries + 1
            each.due_at = each.lease_until = now + LEASE
            going[destination].append(each)
    Delivery.objects.bulk_update(deliveries, ENDED)
    Handover.objects.bulk_update([each.handover for each in staying], ["state", "reason", "told"])
    claimed = []
    for destination, its in going.items():
        told = requests.told_of(destination, its, known)
        claimed += [(each, requests.request(destination, told[each.pk], now)) for each in its]
    return claimed, bool(staying)


def skip(delivery: Delivery, reason: str, now: datetime) -> None:
    """Say of a delivery and its conversion why it is not sent; the caller saves both.

    One that was tried before may have arrived: it counts as told.
    """
    row = delivery.handover
    delivery.ended_at, delivery.lease_until, delivery.reason = now, None, reason
    if delivery.begun_at is None:
        delivery.state, row.state, row.reason = Delivery.State.SKIPPED, Handover.State.SKIPPED, reason
    else:
        delivery.state, row.state, row.reason = Delivery.State.FAILED, Handover.State.FAILED, reason
        row.told = delivery.amount


def _due(now: datetime) -> list[Delivery]:
    files = [str(kind) for kind in Destination.FILES]
    limits: dict[str, Any] = {"now": now, "files": files}
    limits |= {"rounds": Destination.ROUNDS_TO_HOLD, "at_once": AT_ONCE}
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, limits)
        ids = [pk for (pk,) in cursor.fetchall()]
    found = Delivery.objects.filter(pk__in=ids).select_related("handover__point")
    return list(found.order_by("due_at", "pk"))


class Run:
    """Requests under way, and the answers that have come."""

    def __init__(self) -> None:
        self._done: SimpleQueue[tuple[Delivery, Future[Answer]]] = SimpleQueue()
        self.under_way = 0

    def begin(self, claimed: list[Claimed], has_judged: bool = False) -> bool:
        for delivery, request in claimed:
            self.under_way += 1
            future = wire.submit(outside.post(request.url, request.body, request.headers))
            future.add_done_callback(partial(self._note, delivery))
        return has_judged

    def _note(self, delivery: Delivery, future: Future[Answer]) -> None:
        self._done.put((delivery, future))

    def store(self) -> None:
        """Wait a little for an answer, and write what has come."""
        if not self.under_way:
            return
        try:
            found = [self._done.get(timeout=WAIT)]
        except Empty:
            return
        while not self._done.empty():
            found.append(self._done.get())
        self.under_way -= len(found)
        outcomes.store([(delivery, future.result()) for delivery, future in found])
