"""Sending what is laid out: claim, push, store, spaced by slots that are reserved over all workers.

The database is spoken to by the caller's thread, LINE by the loop behind `line.wire`. Whatever dies here
leaves claimed sends whose lease ends; their keys make a repeat safe.
"""

import asyncio
import logging
import time
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue

from django.db import OperationalError
from django.utils import timezone
from django.utils.translation import gettext_noop

from accounts import current
from broadcasts.sending.claims import LEASE
from broadcasts.sending.outcomes import Then
from channels import pace
from line import errors, rates, wire
from line import messages as line_messages
from line.client import LineClient
from scenarios.engine import claims, leading, outcomes
from scenarios.engine.claimed import Claimed
from scenarios.engine.outcomes import Outcome
from scenarios.models import StepText
from scenarios.texts import filling
from scenarios.texts.filling import Frozen

logger = logging.getLogger(__name__)
RATE = rates.of("/v2/bot/message/push").per_second
AT_ONCE = 500  # sends of one claim
HANDFUL = 10  # that leave together: 5 ms of what LINE takes
TOGETHER = 100  # whose answers are handed back together
AHEAD = 0.4  # seconds of requests claimed before their turn: what still leaves after a pause
DRY = 0.15  # seconds of requests left at which nothing else is waited for
STORE_EVERY = 0.2  # seconds of outcomes gathered for one write
MOST_UNDER_WAY = 3_000  # LINE's rate for the time that an answer may take, if most come sooner
IS_PACED = True  # benchmarks measure the engine without LINE's limit

NO_TEXT = gettext_noop("Its text cannot be made.")

Part = tuple[Claimed, bytes]


@dataclass
class Sender:
    """Sends one client's pushes. Answers arrive in `done`."""

    client: LineClient
    done: "SimpleQueue[Future[list[Outcome]]]" = field(default_factory=SimpleQueue)
    under_way: int = 0
    chunks: int = 0
    has_more: bool = True
    is_halted: bool = False
    texts: dict[int, tuple[Frozen, str]] = field(default_factory=dict)
    horizon: float = 0.0  # when the last reserved slot ends, on the monotonic clock

    @property
    def has_room(self) -> bool:
        is_near = self.horizon - time.monotonic() < AHEAD
        return not self.is_halted and is_near and self.under_way < MOST_UNDER_WAY

    @property
    def _runs_dry(self) -> bool:
        return self.has_more and self.has_room and self.horizon - time.monotonic() < DRY

    @property
    def _gap(self) -> float:
        return 1 / RATE if IS_PACED else 0.0

    def fill(self) -> bool:
        """Claim what waits already, then lead people on, until enough is under way; whether anything was due.

        What is due books its slots and is handed to the loop. Nobody is led on whose push had to wait: what
        is true may change meanwhile.
        """
        had_due = False
        while self.has_room and self._claim():
            had_due = True
        if self.has_room or self.is_halted:
            had_due |= self._lead()
            self.has_more = had_due
        return had_due

    def store(self) -> bool:
        """Gather what ends until there is time for more to leave, and write it; whether anything ended."""
        found: list[Outcome] = []
        end = time.monotonic() + STORE_EVERY
        while self.chunks and (left := end - time.monotonic()) > 0:
            try:
                found += self.done.get(timeout=left).result()
            except Empty:
                break
            self.chunks -= 1
            if self._runs_dry and self.done.empty():
                break
        if found:
            self.under_way -= len(found)
            outcomes.store(found)
            self.is_halted |= any(each.then is Then.HALT for each in found)
        return bool(found)

    def _claim(self) -> bool:
        until = time.monotonic() + LEASE.total_seconds()
        sends, looked_at = claims.claim(AT_ONCE)
        self._submit(sends, until)
        return looked_at > 0

    def _lead(self) -> bool:
        until = time.monotonic() + LEASE.total_seconds()
        pushes: list[Claimed] = []
        led = leading.lead(timezone.now(), pushes)
        self._submit(pushes, until)
        return led > 0

    def _submit(self, sends: list[Claimed], until: float) -> None:
        if not sends:
            return
        start = self._slot(len(sends))
        for first in range(0, len(sends), TOGETHER):
            parts = self._filled(sends[first : first + TOGETHER])
            sending = wire.submit(self._send(parts, start + first * self._gap, until))
            sending.add_done_callback(self.done.put)
            self.chunks += 1
            self.under_way += len(parts)

    def _filled(self, sends: Sequence[Claimed]) -> list[Part]:
        """With their texts. Whose text cannot be made goes on without it, and holds up nobody else."""
        found: list[Part] = []
        for send in sends:
            try:
                found.append((send, self._body(send)))
            except OperationalError:
                raise
            except Exception:
                logger.exception("scenario_send.no_text", extra={"send": send.pk})
                broken = Outcome(send.pk, Then.REFUSE, timezone.now(), error=NO_TEXT)
                outcomes.store([broken])
        return found

    def _slot(self, count: int) -> float:
        """The moment, on the monotonic clock, at which the first of so many requests may leave."""
        wait = pace.reserve(current.tenant().pk, "push", count, rate=RATE) if IS_PACED else 0.0
        start = time.monotonic() + wait
        self.horizon = start + count * self._gap
        return start

    def _body(self, send: Claimed) -> bytes:
        """Again, the same bytes."""
        if send.text_id not in self.texts:
            text = StepText.objects.get(pk=send.text_id)
            self.texts[send.text_id] = filling.frozen(text), text.unit_name
        frozen, unit = self.texts[send.text_id]
        return line_messages.push_body(send.line_user_id, frozen.of(send.friend_id, send.values), unit=unit)

    async def _send(self, parts: list[Part], start: float, until: float) -> list[Outcome]:
        """A handful at a time, each at the slot of its last: a timer for every one would take long."""
        pushes: list[asyncio.Task[Outcome]] = []
        for first in range(0, len(parts), HANDFUL):
            handful = parts[first : first + HANDFUL]
            last = start + (first + len(handful) - 1) * self._gap
            await asyncio.sleep(max(0.0, last - time.monotonic()))
            pushes += [asyncio.create_task(self._push(*part, until)) for part in handful]
        return [await push for push in pushes]

    async def _push(self, send: Claimed, body: bytes, until: float) -> Outcome:
        """Every send has an outcome, whatever goes wrong; none begins after its lease."""
        if time.monotonic() > until:
            return Outcome(send.pk, Then.WAIT, timezone.now())
        try:
            return outcomes.of(send.pk, await self.client.push(body, send.retry_key))
        except errors.LineError as error:
            return outcomes.of(send.pk, error)
        except Exception:  # what we did not think of must not take the other sends with it
            logger.exception("scenario_send.broken", extra={"send": send.pk})
            return Outcome(send.pk, Then.RETRY, timezone.now(), error="internal error")
