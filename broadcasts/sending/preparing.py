"""Preparing: the audience is frozen, the bytes are fixed, and the requests are laid out as batches."""

import logging
from array import array
from collections.abc import Iterator
from uuid import uuid4

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.errors import AppError
from broadcasts import watching
from broadcasts.errors import EmptySegment, SegmentChangedSince
from broadcasts.models import Broadcast
from broadcasts.sending import platform_sends, quota
from broadcasts.tracking import links
from composing import content
from events import versions
from friends.models import Friend
from line import messages as line_messages
from linking.models import LinkSettings
from segments import services as segments
from segments.errors import ListBeingFilled
from segments.reaching import planner
from segments.reaching.plans import Plan, Send

logger = logging.getLogger(__name__)
MULTICAST_SIZE = 500  # LINE's limit of user ids in one request
PUSH_SIZE = 100  # friends in one slice: 1/20 s of LINE's push rate, so that a pause is felt at once
BATCHES_AT_ONCE = 100  # rows written, and names held, at a time
FROZEN = ["method", "audience", "audience_count", "links_version", "body", "started_at", "status", "problem"]
COPY = (
    "COPY broadcasts_batch (broadcast_id, position, method, friends, names, friend_count, retry_key, state,"
    " dropped_count, attempts, is_uncertain, accepted_count, rejected, request_id, error) FROM STDIN"
)


def prepare(broadcast: Broadcast) -> bool:
    """Lay out a broadcast in the state `preparing`, at once or not at all. False if that is still to come.

    A refusal (nobody is left in the segment, the plan no longer covers it, what was approved has changed)
    pauses it, with the reason; so does what we did not think of, since one must not hold up all others.
    One that goes to a list which is being filled waits, and says so, since half of a list is nobody's wish.
    """
    with transaction.atomic():
        found = Broadcast.objects.select_for_update(skip_locked=True, of=["self"]).select_related("segment")
        taken = found.filter(pk=broadcast.pk, status=Broadcast.Status.PREPARING).first()
        if taken is None:
            return False
        try:
            with transaction.atomic():
                _prepare(taken)
        except ListBeingFilled as filling:
            taken.problem = filling.message[:300]
            taken.save(update_fields=["problem"])
            return False
        except AppError as refusal:
            _pause(taken, refusal.message)
        except Exception:
            logger.exception("broadcast.not_prepared", extra={"broadcast": taken.pk})
            _pause(taken, _("It could not be prepared; the log of this installation says why."))
    return True


def _pause(broadcast: Broadcast, problem: str) -> None:
    broadcast.move(Broadcast.Status.PREPARING, to=Broadcast.Status.PAUSED, problem=problem[:300])


def _prepare(broadcast: Broadcast) -> None:
    links_before = versions.of(["links"])["links"]
    plan = planned(broadcast, exact=True)
    if watching.is_approval_stale(broadcast):
        raise SegmentChangedSince(segment=broadcast.segment.name)
    quota.check(plan.messages, timezone.now(), leave_out=broadcast)

    broadcast.method = plan.sends[0].method
    broadcast.audience = plan.friends.serialize()
    broadcast.audience_count = sum(send.most for send in plan.sends)  # until LINE has counted its own
    broadcast.links_version = plan.versions.get("links")
    if broadcast.links_version is None and _asks_for_tags_of_links(broadcast):
        broadcast.links_version = links_before
    tracked = links.track(broadcast)
    content.check(tracked)  # our addresses may be longer than those they stand for
    broadcast.body = line_messages.frozen(tracked)
    broadcast.started_at = timezone.now()
    broadcast.status, broadcast.problem = Broadcast.Status.SENDING, ""
    for send in plan.sends:
        if send.is_exact:
            _write_batches(broadcast, send)
    broadcast.save(update_fields=FROZEN)
    platform_sends.lay_out(broadcast, [send for send in plan.sends if send.method in BY_LINE])


BY_LINE = {Broadcast.Method.NARROWCAST, Broadcast.Method.BROADCAST}


def planned(broadcast: Broadcast, *, exact: bool = False) -> Plan:
    """How it reaches the friends in its segment.

    Raises EmptySegment if there are none, Unreachable if LINE cannot do what the segment asks,
    ListBeingFilled if it goes to a list that is not full yet, InvalidTree.
    """
    plan = planner.plan(
        broadcast.segment.tree,
        personal=broadcast.way_of_sending == Broadcast.Method.PUSH,
        prefers=Broadcast.Method.BROADCAST if broadcast.way == Broadcast.Way.LINE else "",
        exact=exact,
    )
    if not plan.most:
        raise EmptySegment(segment=broadcast.segment.name)
    return plan


def _asks_for_tags_of_links(broadcast: Broadcast) -> bool:
    """Whether the audience is sought by a tag that is put on who is linked, and taken off again."""
    tags = segments.tags_of(broadcast.segment.tree)
    return LinkSettings.tags.through.objects.filter(tag__in=tags).exists()


def _write_batches(broadcast: Broadcast, send: Send) -> None:
    """Those of LINE's own broadcast only say to whom it goes: the sender leaves them alone."""
    is_push = send.method == Broadcast.Method.PUSH
    size = PUSH_SIZE if is_push else MULTICAST_SIZE
    for stretch in _pieces(send.friends.to_array(), size * BATCHES_AT_ONCE):
        names = _names(stretch) if is_push else None
        with connection.cursor() as cursor, cursor.copy(COPY) as copy:
            for batch in _pieces(stretch, size):
                copy.write_row(_row(broadcast, send.method, list(batch), names))


def _pieces(numbers: array, size: int) -> Iterator[array]:
    return (numbers[start : start + size] for start in range(0, len(numbers), size))


def _row(broadcast: Broadcast, method: str, friends: list[int], names: dict[int, str] | None) -> tuple:
    """A row of COPY. The first friend's number is its position: slices are in order of numbers."""
    own_names = None if names is None else [names.get(number, "") for number in friends]
    return (
        *(broadcast.pk, friends[0], str(method), friends, own_names, len(friends), uuid4(), "pending"),
        *(0, 0, False, 0, [], "", ""),
    )


def _names(friends: array) -> dict[int, str]:
    return dict(Friend.objects.filter(pk__in=friends).values_list("pk", "display_name"))
