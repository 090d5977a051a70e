"""Sending: claim, send, store, while the work lasts.

The database is spoken to by this thread, LINE by the loop behind `line.wire`; outcomes come back in a queue
and are stored in bulk. Requests are spaced by slots reserved over all workers, so that LINE's limit is used
up and not overrun. Whatever dies here leaves claimed batches whose lease ends; their keys make a repeat safe.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import datetime
from queue import Empty, SimpleQueue

from django.db.models import Min, Q
from django.utils import timezone

from accounts import current
from broadcasts.models import Batch, Broadcast, Variant
from broadcasts.sending import claims, finishing, outcomes, preparing
from broadcasts.sending.claims import Claimed
from broadcasts.sending.outcomes import Outcome, Then
from broadcasts.tracking import links
from broadcasts.tracking.people import Holes
from channels import pace
from channels.models import Channel
from channels.services import client_for
from composing import content
from line import errors, rates, wire
from line import messages as line_messages
from line.client import Accepted, LineClient

logger = logging.getLogger(__name__)
KIND = "delivery"  # on the work board
Status = Broadcast.Status
State = Batch.State
METHODS = [Broadcast.Method.MULTICAST, Broadcast.Method.PUSH]
PATHS = {method: f"/v2/bot/message/{method}" for method in METHODS}
AHEAD = 0.5  # seconds of requests claimed before their turn: what still leaves after a pause
STORE_EVERY = 0.2  # seconds of outcomes gathered for one write
KEEP_EVERY = 1.0
IS_PACED = True  # benchmarks measure the engine without LINE's limit


def start_due() -> int:
    """Prepare what is due or was left half-prepared; how many were begun."""
    Broadcast.objects.due(timezone.now()).order_by().update(status=Status.PREPARING)
    waiting = Broadcast.objects.filter(status=Status.PREPARING).order_by("send_at", "pk")
    return sum(map(preparing.prepare, waiting))


def send_due(seconds: float, *, keep: Callable[[], None], hand_over: Callable[[], None]) -> bool:
    """Send this tenant's batches for some seconds, multicast and push side by side.

    `keep` is called about once a second while it lasts. True if the time was up before the work was done:
    `hand_over` has then been called, before the last answers were waited for, so that no time is lost.
    """
    channel = Channel.objects.filter(tenant_id=current.tenant().pk).first()
    if channel is None:
        return False
    claims.set_aside()
    done: SimpleQueue[Future] = SimpleQueue()
    client = client_for(channel)
    senders = [Sender(client, method, done) for method in METHODS if _has_open(method)]
    is_done = _send(senders, done, time.monotonic() + seconds, keep)
    if not is_done:
        hand_over()
    while under_way := sum(sender.under_way for sender in senders):
        _store(done, senders, most=under_way)
    for broadcast in Broadcast.objects.filter(status__in=[Status.SENDING, Status.FAILED], finished_at=None):
        finishing.finish(broadcast.pk)
    return not is_done


def _send(senders: "list[Sender]", done: SimpleQueue, deadline: float, keep: Callable[[], None]) -> bool:
    """True if nothing is left to claim and all answers are in; False if the time is up."""
    kept = time.monotonic()
    while any(sender.is_active for sender in senders):
        now = time.monotonic()
        if now > deadline:
            return False
        if now - kept > KEEP_EVERY:
            keep()
            kept = now
        for sender in senders:
            sender.fill()
        _store(done, senders, most=sum(sender.under_way for sender in senders))
    return True


def _store(done: SimpleQueue, senders: "list[Sender]", *, most: int) -> None:
    """Gather what ends until a sender wants more or STORE_EVERY has passed, and store it at once."""
    found: list[Outcome] = []
    end = time.monotonic() + STORE_EVERY
    while len(found) < most and (left := end - time.monotonic()) > 0:
        try:
            sender, outcome = done.get(timeout=left)
        except Empty:
            break
        sender.under_way -= 1
        found.append(outcome.result())
        if any(each.wants_more for each in senders) and done.empty():
            break
    if found and outcomes.store(found):
        for each in senders:
            each.has_more = True


def next_moment() -> datetime | None:
    """When this tenant's delivery should be woken next; None if nothing waits."""
    scheduled = Broadcast.objects.filter(status=Status.SCHEDULED).aggregate(at=Min("send_at"))["at"]
    unprepared = Broadcast.objects.filter(status=Status.PREPARING).exists()
    sending = Q(broadcast__status=Status.SENDING)
    over = Q(broadcast__status__in=[Status.CANCELLED, Status.FAILED])
    ours = Batch.objects.filter(method__in=METHODS)
    moments = ours.filter(state__in=[State.PENDING, State.CLAIMED]).aggregate(
        pending=Min("not_before", filter=sending & Q(state=State.PENDING)),
        leased=Min("lease_until", filter=(sending | over) & Q(state=State.CLAIMED)),
    )
    at_once = unprepared or ours.filter(sending, state=State.PENDING, not_before=None).exists()
    known = [moment for moment in (scheduled, *moments.values()) if moment]
    return timezone.now() if at_once else min(known, default=None)


def _has_open(method: str) -> bool:
    return Batch.objects.filter(
        method=method, state__in=[State.PENDING, State.CLAIMED], broadcast__status=Status.SENDING
    ).exists()


@dataclass
class Content:
    """What the requests of a broadcast, or of one text of its A/B test, have in common."""

    broadcast: Broadcast
    unit: str  # "": none, so that LINE counts no opens
    body: bytes
    template: content.Template
    holes: Holes | None

    def of(self, friend: int, name: str) -> bytes:
        """The messages as one friend gets them; again, the same bytes."""
        filled = self.template.fill(name)
        return self.holes.fill(filled, friend) if self.holes else filled


@dataclass
class Sender:
    """Sends one tenant's batches of one method. Answers arrive in `done` as (sender, future)."""

    client: LineClient
    method: Broadcast.Method
    done: SimpleQueue
    under_way: int = 0
    has_more: bool = True
    contents: dict[tuple[int, int | None], Content] = field(default_factory=dict)
    horizon: float = 0.0  # when the last reserved slot ends, on the monotonic clock

    @property
    def is_active(self) -> bool:
        return self.has_more or self.under_way > 0

    @property
    def wants_more(self) -> bool:
        is_near = self.horizon - time.monotonic() < AHEAD
        return self.has_more and is_near and self.under_way < MOST_UNDER_WAY[self.method]

    def fill(self) -> None:
        """Claim a handful, book their slots and hand them to the loop, until enough is under way."""
        while self.wants_more:
            until = time.monotonic() + claims.LEASE.total_seconds()
            batches = claims.claim(self.method, AT_ONCE[self.method])
            self.has_more = bool(batches)
            for batch, start in zip(batches, self._slots(batches), strict=True):
                common = self._content(batch.broadcast_id, batch.variant_id)
                sending = wire.submit(self._send_safely(batch, common, start, until))
                sending.add_done_callback(lambda future: self.done.put((self, future)))
                self.under_way += 1

    def _slots(self, batches: list[Claimed]) -> Iterator[float]:
        """The moment, on the monotonic clock, at which each batch's first request may leave."""
        rate = rates.of(PATHS[self.method]).per_second
        requests = [len(batch.friends) if self.method == Broadcast.Method.PUSH else 1 for batch in batches]
        wait = (
            pace.reserve(current.tenant().pk, self.method, sum(requests), rate=rate)
            if IS_PACED and batches
            else 0
        )
        self.horizon = time.monotonic() + wait
        for count in requests:
            yield self.horizon
            self.horizon += count / rate if IS_PACED else 0

    def _content(self, broadcast_id: int, variant_id: int | None) -> Content:
        known = broadcast_id, variant_id
        if known not in self.contents:
            broadcast = Broadcast.objects.only("key", "body", "unit_name", "tracks_people").get(
                pk=broadcast_id
            )
            text = Variant.objects.get(pk=variant_id) if variant_id else broadcast
            assert text.body is not None  # preparing wrote it
            body = bytes(text.body)
            parts = content.Template(body), links.holes(broadcast)
            self.contents[known] = Content(broadcast, text.unit_name, body, *parts)
        return self.contents[known]

    async def _send_safely(self, batch: Claimed, common: Content, start: float, until: float) -> Outcome:
        """Every batch has an outcome, whatever goes wrong; none begins after its lease."""
        await asyncio.sleep(max(0.0, start - time.monotonic()))
        if time.monotonic() > until:
            return outcomes.Outcome(batch.pk, Then.WAIT, timezone.now())
        try:
            return await self._send(batch, common, start)
        except Exception:  # what we did not think of must not take the other batches with it
            logger.exception("batch.broken", extra={"batch": batch.pk})
            now = timezone.now()
            return outcomes.Outcome(batch.pk, Then.RETRY, now, is_uncertain=True, error="internal error")

    async def _send(self, batch: Claimed, common: Content, start: float) -> Outcome:
        if self.method == Broadcast.Method.PUSH:
            return await self._push(batch, common, start)
        body = line_messages.multicast_body(batch.user_ids, common.body, unit=common.unit)
        try:
            answer = await self.client.multicast(body, batch.retry_key)
        except errors.LineError as error:
            return outcomes.of_error(batch, error)
        return outcomes.of_success(batch, answer.request_id)

    async def _push(self, batch: Claimed, common: Content, start: float) -> Outcome:
        """One request per friend, spaced; their ends make up the batch's."""
        gap = 1 / rates.of(PATHS[self.method]).per_second if IS_PACED else 0
        ends = await asyncio.gather(
            *(
                self._push_one(batch, common, index, start + index * gap)
                for index in range(len(batch.friends))
            )
        )
        return _together(batch, ends)

    async def _push_one(
        self, batch: Claimed, common: Content, index: int, start: float
    ) -> errors.LineError | Accepted:
        await asyncio.sleep(max(0.0, start - time.monotonic()))
        message = common.of(batch.friends[index], batch.names[index])
        body = line_messages.push_body(batch.user_ids[index], message, unit=common.unit)
        try:
            return await self.client.push(body, claims.push_key(common.broadcast, batch.friends[index]))
        except errors.LineError as error:
            return error


AT_ONCE = {Broadcast.Method.MULTICAST: 25, Broadcast.Method.PUSH: 5}
# Those within AHEAD, and what LINE's rate makes of a second without an answer.
MOST_UNDER_WAY = {Broadcast.Method.MULTICAST: 300, Broadcast.Method.PUSH: 30}


def _together(batch: Claimed, ends: list[errors.LineError | Accepted]) -> Outcome:
    """The outcome of a push batch: whoever is accepted or refused is done, the worst of the rest decides.

    A text that LINE refuses for one friend may be fine for the next, who has another name; only where it is
    refused for all is it the broadcast's fault.
    """
    outcome = Outcome(batch.pk, Then.BOOK, timezone.now())
    causes = set()
    for friend, end in zip(batch.friends, ends, strict=True):
        if isinstance(end, Accepted | errors.AlreadyAccepted):
            outcome.accepted.append(friend)
            outcome.was_earlier |= isinstance(end, errors.AlreadyAccepted)
            outcome.request_id = _request_id(end)
            continue
        causes.add(then := outcomes.after(end, friend_count=1))
        outcome.error = outcome.error or str(end)[:300]
        if then in {Then.REFUSE, Then.FAIL}:
            outcome.rejected.append(friend)
            continue
        outcome.then = min(then, outcome.then, key=SEVERITY.index)
        outcome.is_uncertain |= then is Then.RETRY
        outcome.is_quota |= isinstance(end, errors.QuotaExhausted)
        outcome.wait = max(outcome.wait, getattr(end, "retry_after", 0.0))
    if causes == {Then.FAIL} and not outcome.accepted:
        return Outcome(batch.pk, Then.FAIL, outcome.at, error=outcome.error)
    return outcome


def _request_id(end: Accepted | errors.AlreadyAccepted) -> str:
    return end.request_id if isinstance(end, Accepted) else end.accepted_request_id or ""


SEVERITY = [Then.HALT, Then.RETRY, Then.WAIT, Then.BOOK]
