"""How attempts went: kept with the delivery and its conversion, and what they say of the destination."""

import random
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from adplatforms.handing import steps
from adplatforms.models import Delivery, Destination, Handover
from relays.outcomes import AGAIN_AFTER, HELD_FOR
from relays.outside import Answer

JITTER = 0.2  # of each pause, so that what failed together does not come back together
SAVED = ["state", "due_at", "lease_until", "status", "took_ms", "problem", "attempts", "ended_at"]
Ended = Sequence[tuple[Delivery, Answer]]


def store(found: Ended) -> None:
    """Keep the outcomes of attempts that have ended just now, and lay out what follows them."""
    if not found:
        return
    now = timezone.now()
    with transaction.atomic():
        _store({delivery.pk: answer for delivery, answer in found}, now)
    _note_health(found, now)


def _store(answers: dict[int, Answer], now: datetime) -> None:
    """Conversions are held first, as by those who reckon, so that nobody waits crosswise."""
    numbers = Delivery.objects.filter(pk__in=answers).values("handover")
    rows = {row.pk: row for row in Handover.objects.select_for_update().filter(pk__in=numbers).order_by("pk")}
    waiting = Delivery.objects.select_for_update().waiting().filter(pk__in=answers)
    deliveries = list(waiting.exclude(begun_at=None).order_by("pk"))
    ended = defaultdict(list)
    for delivery in deliveries:
        row = rows[delivery.handover_id]
        _keep(delivery, answers[delivery.pk], now)
        if delivery.state != Delivery.State.WAITING:
            conclude(delivery, row)
            ended[delivery.destination_id].append(row)
    Delivery.objects.bulk_update(deliveries, SAVED)
    Handover.objects.bulk_update([row for its in ended.values() for row in its], ["state", "told", "reason"])
    for destination in Destination.objects.filter(pk__in=ended):
        steps.lay_out(destination, ended[destination.pk], now)


def conclude(delivery: Delivery, row: Handover) -> None:
    """What the conversion's destination knows, now that a delivery is done or given up; the caller saves it.

    What was given up may have arrived all the same, so what changes later is told nevertheless.
    """
    row.told, row.reason = delivery.amount, ""
    if delivery.state == Delivery.State.FAILED:
        row.state = Handover.State.FAILED
    else:
        row.state = Handover.State.RETRACTED if row.told is None else Handover.State.TOLD


def _keep(delivery: Delivery, answer: Answer, now: datetime) -> None:
    said = {"at": now.isoformat(), "status": answer.status, "took_ms": answer.took_ms, "error": answer.error}
    delivery.attempts = [*delivery.attempts, said]
    delivery.status, delivery.took_ms, delivery.problem = answer.status, answer.took_ms, answer.error[:300]
    delivery.lease_until = None
    if answer.is_good:
        delivery.state, delivery.ended_at = Delivery.State.DONE, now
    elif len(delivery.attempts) > len(AGAIN_AFTER):
        delivery.state, delivery.ended_at = Delivery.State.FAILED, now
    else:
        pause = AGAIN_AFTER[len(delivery.attempts) - 1]
        delivery.due_at = now + pause * (1 + random.uniform(0, JITTER))  # noqa: S311


def _note_health(found: Ended, now: datetime) -> None:
    """A round in which nothing went well counts once, however many requests it had."""
    answers: dict[int, list[Answer]] = defaultdict(list)
    for delivery, answer in found:
        answers[delivery.destination_id].append(answer)
    for pk, its in sorted(answers.items()):
        if any(answer.is_good for answer in its):
            _works(pk, now)
        else:
            _fails(pk, its[-1].error[:300], now)


@transaction.atomic
def _works(pk: int, now: datetime) -> None:
    """If it did not work for a while, what waits for it need not wait for its own next try."""
    held = Destination.objects.select_for_update(no_key=True).filter(pk=pk).first()
    if held is None:
        return
    was_held = held.is_held
    Destination.objects.filter(pk=pk).update(
        fail_count=0, failing_since=None, held_until=None, last_error="", succeeded_at=now
    )
    if was_held:
        later = Delivery.objects.waiting().filter(destination=pk, due_at__gt=now, lease_until=None)
        later.exclude(begun_at=None).update(due_at=now)


@transaction.atomic
def _fails(pk: int, problem: str, now: datetime) -> None:
    held = Destination.objects.select_for_update(no_key=True).filter(pk=pk).first()
    if held is None:
        return
    excess = held.fail_count + 1 - Destination.ROUNDS_TO_HOLD
    pause = HELD_FOR[min(excess, len(HELD_FOR) - 1)] if excess >= 0 else None
    Destination.objects.filter(pk=pk).update(
        fail_count=F("fail_count") + 1,
        failing_since=held.failing_since or now,
        held_until=now + pause if pause else held.held_until,
        last_error=problem,
    )
