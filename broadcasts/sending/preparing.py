"""Preparing: the audience is frozen, the bytes are fixed, and the requests are laid out as batches."""

import logging
from array import array
from collections.abc import Iterator
from datetime import datetime
from uuid import uuid4

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from accounts import activity, reasons
from accounts.errors import AppError
from accounts.reasons import Said
from billing.errors import BudgetExceeded
from broadcasts import watching
from broadcasts.approving import gate
from broadcasts.checking import own_pages
from broadcasts.choosing import planning, split, variants
from broadcasts.choosing.planning import Planned
from broadcasts.choosing.split import Part
from broadcasts.errors import SegmentChangedSince
from broadcasts.models import Broadcast
from broadcasts.results import insight, units
from broadcasts.sending import bodies, platform_sends, quota
from composing import content, variables
from events import versions
from linking.models import LinkSettings
from linking.variables import leans_on_links
from segments import services as segments
from segments.errors import ListBeingFilled
from segments.reaching.plans import Plan

logger = logging.getLogger(__name__)
MULTICAST_SIZE = 500  # LINE's limit of user ids in one request
PUSH_SIZE = 100  # friends in one slice: 1/20 s of LINE's push rate, so that a pause is felt at once
BATCHES_AT_ONCE = 100  # rows written, and names held, at a time
NOT_PREPARED = gettext_noop("It could not be prepared; the log of this installation says why.")
FROZEN = [
    *("method", "audience", "audience_count", "holdout", "left_out", "links_version", "body", "started_at"),
    *("status", "problem"),
]
BY_ID = {Broadcast.Method.MULTICAST, Broadcast.Method.PUSH}
BY_LINE = {Broadcast.Method.NARROWCAST, Broadcast.Method.BROADCAST}
COPY = (
    "COPY broadcasts_batch (broadcast_id, variant_id, position, method, friends, names, friend_count,"
    " retry_key, state, dropped_count, attempts, is_uncertain, accepted_count, rejected, request_id, error)"
    " FROM STDIN"
)


def prepare(broadcast: Broadcast) -> bool:
    """Lay out a broadcast in the state `preparing`, at once or not at all. False if that is still to come.

    A refusal (nobody is left in the segment, the plan no longer covers it, what was approved has changed, the
    coupon it leads to was closed) pauses it, with the reason; so does what we did not think of, since one
    must not hold up all others. What a budget has stopped goes on by itself when that lets it.
    One that goes to a list which is being filled waits, and says so, since half of a list is nobody's wish.
    """
    with transaction.atomic():
        found = Broadcast.objects.select_for_update(skip_locked=True, of=["self"]).select_related("segment")
        taken = found.filter(pk=broadcast.pk, status=Broadcast.Status.PREPARING).first()
        if taken is None:
            return False
        if taken.started_at:  # its batches are there: another set of them would be sent as well
            return taken.move(Broadcast.Status.PREPARING, to=Broadcast.Status.SENDING)
        try:
            with transaction.atomic():
                _prepare(taken)
        except ListBeingFilled as filling:
            taken.problem = filling
            taken.save(update_fields=["problem"])
            return False
        except BudgetExceeded as refusal:
            _stop(taken, refusal)
        except AppError as refusal:
            _pause(taken, refusal)
        except Exception:
            logger.exception("broadcast.not_prepared", extra={"broadcast": taken.pk})
            _pause(taken, reasons.reason(NOT_PREPARED))
    return True


def _pause(broadcast: Broadcast, problem: Said) -> None:
    broadcast.move(Broadcast.Status.PREPARING, to=Broadcast.Status.PAUSED, problem=problem)


def _stop(broadcast: Broadcast, refusal: BudgetExceeded) -> None:
    """It goes on when the budget lets it, and is tried then for as many messages as it needs now."""
    broadcast.move(
        Broadcast.Status.PREPARING,
        to=Broadcast.Status.PAUSED,
        problem=refusal,
        stopped_by_budget=refusal.budget.pk,
        stopped_in=refusal.month,
        estimated_count=refusal.messages,
    )
    activity.record("broadcast.stopped_by_budget", broadcast, by=None, budget=refusal.budget.pk)


def _prepare(broadcast: Broadcast) -> None:
    quota.hold()
    links_before = versions.of(["links"])["links"]
    found = planning.planned(broadcast, exact=True)
    if watching.is_approval_stale(broadcast):
        raise SegmentChangedSince(segment=broadcast.segment.name)
    gate.check(broadcast, found.plan.most, timezone.now())
    own_pages.check(broadcast, timezone.now(), found.plan.friends)
    quota.check_start(found.plan.messages, leave_out=broadcast)

    _freeze_people(broadcast, found)
    broadcast.links_version = found.plan.versions.get("links")
    if broadcast.links_version is None and _leans_on_links(broadcast):
        broadcast.links_version = links_before
    broadcast.started_at = timezone.now()
    broadcast.status, broadcast.problem = Broadcast.Status.SENDING, ""
    parts = _freeze_texts(broadcast, found.plan)
    broadcast.save(update_fields=FROZEN)
    for method, part in parts:
        _write_batches(broadcast, method, part)
    platform_sends.lay_out(broadcast, [send for send in found.plan.sends if send.method in BY_LINE])
    insight.expect(broadcast)


def planned(broadcast: Broadcast, at: datetime | None = None) -> Plan:
    """How it reaches those who get it if it leaves `at`, or now; raises as `choosing.planning.planned`."""
    return planning.planned(broadcast, at).plan


def _freeze_people(broadcast: Broadcast, found: Planned) -> None:
    plan, chosen = found.plan, found.chosen
    broadcast.method = plan.sends[0].method
    broadcast.audience = plan.friends.serialize()
    broadcast.audience_count = sum(send.most for send in plan.sends)  # until LINE has counted its own
    broadcast.holdout = chosen.holdout.serialize() if chosen.holdout else None
    broadcast.left_out = chosen.left_out


def _freeze_texts(broadcast: Broadcast, plan: Plan) -> list[tuple[str, Part]]:
    """Who gets what, by method; of an A/B test the text that most get is not known yet."""
    by_id = [send for send in plan.sends if send.method in BY_ID]
    if test := variants.test_of(broadcast):
        [send] = by_id
        parts = [(str(send.method), part) for part in split.freeze(broadcast, test, send.friends)]
        has_rest = bool(test.rest_count)
    else:
        broadcast.body = bodies.frozen(broadcast, broadcast.messages)
        parts = [(str(send.method), Part(send.friends)) for send in plan.sends if send.is_exact]
        has_rest = bool(by_id)
    if has_rest:
        units.take(broadcast)
    return parts


def _leans_on_links(broadcast: Broadcast) -> bool:
    """Whether the audience is sought by a tag that is put on who is linked, and taken off again, or the texts
    tell friends something of the customer they are.
    """
    if leans_on_links(_variables(broadcast)):
        return True
    tags = segments.tags_of(broadcast.segment.tree)
    return LinkSettings.tags.through.objects.filter(tag__in=tags).exists()


def _write_batches(broadcast: Broadcast, method: str, part: Part) -> None:
    """Those of LINE's own broadcast only say to whom it goes: the sender leaves them alone."""
    is_push = method == Broadcast.Method.PUSH
    size = PUSH_SIZE if is_push else MULTICAST_SIZE
    asked = _filled_in(broadcast)
    for stretch in _pieces(part.friends.to_array(), size * BATCHES_AT_ONCE):
        names = variables.packed(asked, list(stretch)) if is_push else None
        with connection.cursor() as cursor, cursor.copy(COPY) as copy:
            for batch in _pieces(stretch, size):
                copy.write_row(_row(broadcast, method, part, list(batch), names))


def _pieces(numbers: array, size: int) -> Iterator[array]:
    return (numbers[start : start + size] for start in range(0, len(numbers), size))


def _row(
    broadcast: Broadcast, method: str, part: Part, friends: list[int], names: dict[int, str] | None
) -> tuple:
    """A row of COPY. The first friend's number is its position: slices are in order of numbers."""
    own_names = None if names is None else [names.get(number, "") for number in friends]
    return (
        *(broadcast.pk, part.variant, friends[0], str(method), friends, own_names, len(friends), uuid4()),
        *(str(part.state), 0, 0, False, 0, [], "", ""),
    )


def _filled_in(broadcast: Broadcast) -> set[str]:
    """The variables that its frozen texts still have: what leads to friends' own pages is a link by now."""
    texts = [broadcast.body, *broadcast.variants.values_list("body", flat=True)]
    return {name for body in texts if body for name in content.named_in(bytes(body))}


def _variables(broadcast: Broadcast) -> set[str]:
    """Those that any of its texts names."""
    said = [broadcast.messages, *(each.messages for each in broadcast.variants.all())]
    return {name for messages in said for name in content.named_variables(messages)}
