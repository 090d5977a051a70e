"""How attempts went: kept with the delivery, and what they say of the target."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import orjson
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from relays import announcing
from relays.models import Delivery, Target
from relays.outside import Answer

if TYPE_CHECKING:
    from relays.delivering import Claimed

# When a delivery is tried again after its first, second, … failure; after the last it has failed for good.
AGAIN_AFTER = [
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=10),
]
# How long a target is left alone that has failed in ROUNDS_TO_HOLD, one more, … rounds.
HELD_FOR = [timedelta(seconds=5), timedelta(seconds=15), timedelta(minutes=1), timedelta(minutes=5)]
GONE = Answer(None, 0, gettext_noop("the body or the relay is no longer there, or has no such events"), "")

STORE = """
    UPDATE public.relays_delivery AS delivery
    SET state = given.state, due_at = coalesce(given.due_at, delivery.due_at), lease_until = NULL,
        attempt_count = delivery.attempt_count + 1, status = given.status, took_ms = given.took_ms,
        error = given.error, finished_at = given.finished_at,
        attempts = delivery.attempts || jsonb_build_array(jsonb_build_object(
            'at', given.at, 'status', given.status, 'took_ms', given.took_ms, 'error', given.error))
    FROM jsonb_to_recordset(%s::jsonb) AS given (
        id bigint, created_at timestamptz, state text, due_at timestamptz, status int, took_ms int,
        error text, at timestamptz, finished_at timestamptz)
    WHERE delivery.id = given.id AND delivery.created_at = given.created_at AND delivery.state = 'new'
"""
SUCCEEDED = """
    UPDATE public.relays_target AS target
    SET fail_count = 0, failing_since = NULL, held_until = NULL, announced_at = NULL, last_error = '',
        succeeded_at = %(now)s
    FROM (SELECT id, fail_count, announced_at FROM public.relays_target
          WHERE id = ANY(%(ids)s) ORDER BY id FOR UPDATE) AS old
    WHERE target.id = old.id
    RETURNING target.id, old.fail_count >= %(rounds)s, old.announced_at IS NOT NULL
"""
# In the order in which it came; what is under way stays.
CATCH_UP = """
    UPDATE public.relays_delivery SET due_at = body_received_at
    WHERE target_id = ANY(%s) AND state = 'new' AND due_at > %s AND lease_until IS NULL
"""


def store(found: "Sequence[tuple[Claimed, Answer]]") -> None:
    """Keep the outcomes of attempts that have ended just now."""
    if not found:
        return
    now = timezone.now()
    with transaction.atomic():
        _hold({claimed.target_id for claimed, _ in found})
        with connection.cursor() as cursor:
            rows = [_row(claimed, answer, now) for claimed, answer in found]
            cursor.execute(STORE, [orjson.dumps(rows).decode()])
        good = {claimed.target_id for claimed, answer in found if answer.is_good}
        _note_success(sorted(good), now)
        _note_failures(_problems(found, besides=good), now)


def _hold(target_ids: set[int]) -> None:
    """All at first and in one order, so that two workers never wait for each other."""
    list(Target.objects.select_for_update().filter(pk__in=target_ids).order_by("pk").values_list("pk"))


def _row(claimed: "Claimed", answer: Answer, now: datetime) -> dict:
    state, due_at = _state(claimed, answer, now)
    return {
        "id": claimed.id,
        "created_at": claimed.created_at,
        "state": state,
        "due_at": due_at,
        "status": answer.status,
        "took_ms": answer.took_ms,
        "error": answer.error,
        "at": now,
        "finished_at": None if due_at else now,
    }


def _state(claimed: "Claimed", answer: Answer, now: datetime) -> tuple[str, datetime | None]:
    """What becomes of the delivery, and when it is tried again if it is."""
    if answer.is_good:
        return Delivery.State.DONE, None
    if answer is GONE or claimed.attempt_count >= len(AGAIN_AFTER):
        return Delivery.State.FAILED, None
    return Delivery.State.NEW, now + AGAIN_AFTER[claimed.attempt_count]


def _problems(found: "Sequence[tuple[Claimed, Answer]]", *, besides: set[int]) -> dict[int, str]:
    """The last problem of each target with which nothing went well."""
    problems: dict[int, str] = defaultdict(str)
    for claimed, answer in found:
        if claimed.target_id not in besides and not answer.is_good and answer is not GONE:
            problems[claimed.target_id] = answer.error
    return problems


def _note_success(target_ids: list[int], now: datetime) -> None:
    """The target works. If it did not for a while, what waits for it need not wait for its own next try."""
    if not target_ids:
        return
    with connection.cursor() as cursor:
        cursor.execute(SUCCEEDED, {"now": now, "ids": target_ids, "rounds": Target.ROUNDS_TO_HOLD})
        rows = cursor.fetchall()
        if back := [pk for pk, was_failing, _ in rows if was_failing]:
            cursor.execute(CATCH_UP, [back, now])
    for target in Target.objects.filter(pk__in=[pk for pk, _, was_announced in rows if was_announced]):
        announcing.tell_recovered(target)


def _note_failures(problems: dict[int, str], now: datetime) -> None:
    """A round in which nothing went well counts once, however many requests it had."""
    for target in Target.objects.select_for_update().filter(pk__in=problems).order_by("pk"):
        target.fail_count += 1
        target.failing_since = target.failing_since or now
        target.last_error = problems[target.pk][:300]
        excess = target.fail_count - Target.ROUNDS_TO_HOLD
        if excess >= 0:
            target.held_until = now + HELD_FOR[min(excess, len(HELD_FOR) - 1)]
        target.save(update_fields=["fail_count", "failing_since", "last_error", "held_until"])
        announcing.tell_failing(target, now)
