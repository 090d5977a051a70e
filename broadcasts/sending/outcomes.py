"""What became of a batch: one outcome per attempt, stored in bulk and booked in the same transaction."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import cast
from uuid import uuid4

from django.db import transaction
from django.db.models import Prefetch, prefetch_related_objects
from django.db.models.functions import Now
from django.utils import timezone

from accounts import current
from billing import ledger
from billing.models import LedgerEntry
from broadcasts import topics
from broadcasts.models import Batch, Broadcast, PlatformSend
from broadcasts.sending import claims
from broadcasts.sending.claims import Claimed
from events import versions
from line import errors

State = Batch.State
# Nearly every outcome: one statement for all, and no array of friends goes back and forth.
BOOK_WHOLE = """
UPDATE broadcasts_batch batch
SET state = 'accepted', lease_until = NULL, error = '', is_uncertain = false, request_id = whole.request_id,
    accepted_at = CASE WHEN whole.was_earlier THEN batch.first_tried_at ELSE whole.at END,
    accepted_count = batch.friend_count
FROM unnest(%s::bigint[], %s::timestamptz[], %s::text[], %s::bool[])
    AS whole (id, at, request_id, was_earlier)
WHERE batch.id = whole.id AND batch.state = 'claimed'
RETURNING batch.id, batch.broadcast_id, batch.method, batch.accepted_at, batch.accepted_count
"""
BACK_OFF = [1, 2, 5, 15, 60, 300, 900]  # seconds before the next try of a request that was not answered


class Then(StrEnum):
    """What an attempt's end means for the batch."""

    BOOK = "book"  # accepted, now or earlier
    RETRY = "retry"  # nobody knows: same key, same bytes, later
    WAIT = "wait"  # surely not accepted, and the reason will pass
    HALT = "halt"  # surely not accepted, and the broadcast must stop until a person helps
    BISECT = "bisect"  # surely not accepted, and one recipient may be the cause
    REFUSE = "refuse"  # surely not accepted, and never will be
    FAIL = "fail"  # surely not accepted, because of the content: nor will any other batch
    CHECK = "check"  # nobody knows, and it is too late to try again


@dataclass
class Outcome:
    """The end of one attempt at a batch.

    Of a push batch some may be accepted, some refused and some open: `accepted` and `rejected` name them and
    are booked, and `then` holds for the rest, who become a batch of their own.
    """

    batch_id: int
    then: Then
    at: datetime
    accepted: list[int] = field(default_factory=list)
    rejected: list[int] = field(default_factory=list)
    is_uncertain: bool = False
    was_earlier: bool = False  # an attempt before this one was accepted: that is when it was sent
    request_id: str = ""
    error: str = ""
    wait: float = 0.0
    is_quota: bool = False  # the month seems used up

    @property
    def is_whole(self) -> bool:
        """Whether everyone of the batch is accepted."""
        return self.then is Then.BOOK and not self.rejected


def of_success(batch: Claimed, request_id: str) -> Outcome:
    return Outcome(batch.pk, Then.BOOK, timezone.now(), request_id=request_id)


def of_error(batch: Claimed, error: errors.LineError) -> Outcome:
    """What to do after LINE's refusal, or its silence. AlreadyAccepted is a success with its own id."""
    if isinstance(error, errors.AlreadyAccepted):
        earlier = of_success(batch, error.accepted_request_id or "")
        earlier.was_earlier = True
        return earlier
    outcome = Outcome(batch.pk, Then.RETRY, timezone.now(), error=str(error)[:300])
    outcome.then = after(error, friend_count=len(batch.user_ids))
    outcome.is_uncertain = outcome.then is Then.RETRY
    outcome.is_quota = isinstance(error, errors.QuotaExhausted)
    if isinstance(error, errors.RateLimited):
        outcome.wait = error.retry_after
    return outcome


def after(error: errors.LineError, *, friend_count: int) -> Then:
    match error:
        case errors.Unavailable():
            return Then.RETRY
        case errors.RateLimited():
            return Then.WAIT
        case errors.QuotaExhausted() | errors.Unauthorized():
            return Then.HALT
        case _ if error.status == 403:
            return Then.HALT
        case _ if is_about_content(error):
            return Then.FAIL
        case _ if error.status == 400 and friend_count > 1:
            return Then.BISECT
    return Then.REFUSE


def is_about_content(error: errors.LineError) -> bool:
    """Whether LINE complains of the messages, which no choice of recipients would mend."""
    too_large = error.status == 413
    return too_large or any(str(each.get("property", "")).startswith("messages") for each in error.details)


@transaction.atomic
def store(outcomes: Iterable[Outcome]) -> int:
    """Write the outcomes of batches that are still ours, and post what was accepted to the ledger.

    Returns how many new batches came of it: halves of a refused one, or the open rest of a push batch.
    """
    found = list(outcomes)
    _wait_for_reserved(found)
    touched = _hold({outcome.batch_id for outcome in found})
    booked = _book_whole([outcome for outcome in found if outcome.is_whole])
    batches, children = _store_others([outcome for outcome in found if not outcome.is_whole])
    for broadcast_id in touched:
        claims.call_off_if_over(broadcast_id)
    accepted = booked + [batch for batch in batches if batch.state == State.ACCEPTED and batch.accepted_count]
    _post(accepted)
    versions.touch(*{topics.received(batch.broadcast_id) for batch in accepted})
    return len(children)


def _wait_for_reserved(found: list[Outcome]) -> None:
    """While LINE counts the people of a narrowcast of ours, what it has set aside is not used up."""
    short = [outcome for outcome in found if outcome.then is Then.HALT and outcome.is_quota]
    if short and PlatformSend.objects.with_line().exists():
        for outcome in short:
            outcome.then, outcome.wait = Then.WAIT, RESERVED_FOR


RESERVED_FOR = 15.0  # seconds until it is tried again


def _hold(batch_ids: set[int]) -> list[int]:
    """Keep the broadcasts of these batches from being cancelled until all is written; their numbers."""
    ids = Batch.objects.filter(pk__in=batch_ids).values("broadcast")
    held = Broadcast.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk")
    return list(held.values_list("pk", flat=True))


def _book_whole(outcomes: list[Outcome]) -> list[Batch]:
    """Mark them accepted; those that were still ours, with what the ledger wants to know."""
    columns = [
        [outcome.batch_id for outcome in outcomes],
        [outcome.at for outcome in outcomes],
        [outcome.request_id for outcome in outcomes],
        [outcome.was_earlier for outcome in outcomes],
    ]
    batches = list(Batch.objects.raw(BOOK_WHOLE, columns))
    prefetch_related_objects(batches, Prefetch("broadcast", Broadcast.objects.only("name")))
    return batches


def _store_others(outcomes: list[Outcome]) -> tuple[list[Batch], list[Batch]]:
    """The batches that were still ours, changed, and the new ones that follow from them."""
    by_id = {outcome.batch_id: outcome for outcome in outcomes}
    claimed = Batch.objects.select_for_update(of=["self"]).filter(pk__in=by_id, state=State.CLAIMED)
    batches = list(claimed.select_related("broadcast").defer("broadcast__audience", "broadcast__body"))
    children = [child for batch in batches for child in _apply(batch, by_id[batch.pk])]
    Batch.objects.bulk_update(batches, WRITTEN)
    Batch.objects.bulk_create(children)
    for batch in batches:
        outcome = by_id[batch.pk]
        if outcome.then in STOPS or (outcome.then in REFUSED and _reaches_nobody(batch.broadcast_id)):
            status = STOPS.get(outcome.then, Broadcast.Status.PAUSED)
            broadcast = Broadcast(pk=batch.broadcast_id)
            broadcast.move(Broadcast.Status.SENDING, to=status, problem=outcome.error)
    return batches, children


def _reaches_nobody(broadcast_id: int) -> bool:
    """Whether LINE has refused one batch after the other and taken none: these are not its people.

    One bad id is no such case: where it is sought, one half of each split is accepted.
    """
    states = Batch.objects.filter(broadcast=broadcast_id)
    refused = states.filter(state__in=[State.SPLIT, State.REJECTED])[:REFUSALS_BEFORE_PAUSE].count()
    return refused >= REFUSALS_BEFORE_PAUSE and not states.filter(state=State.ACCEPTED).exists()


REFUSALS_BEFORE_PAUSE = 20
STOPS = {Then.HALT: Broadcast.Status.PAUSED, Then.FAIL: Broadcast.Status.FAILED}
WRITTEN = [
    *("state", "lease_until", "not_before", "first_tried_at", "is_uncertain", "friends", "friend_count"),
    *("accepted_at", "accepted_count", "rejected", "request_id", "error", "seal"),
]


def settle(batch: Batch, *, as_sent: bool, at: datetime) -> None:
    """A person's verdict on a batch that needs a check, in the caller's transaction."""
    batch.state = State.ACCEPTED if as_sent else State.CANCELLED
    batch.accepted_at, batch.accepted_count = (at, batch.friend_count) if as_sent else (None, 0)
    batch.save(update_fields=["state", "accepted_at", "accepted_count"])
    if as_sent:
        _post([batch])
        versions.touch(topics.received(batch.broadcast_id))


def _apply(batch: Batch, outcome: Outcome) -> list[Batch]:
    """Change the batch as the outcome says; the batches that must follow it."""
    batch.lease_until, batch.error = None, outcome.error
    done = {*outcome.accepted, *outcome.rejected}
    rest = [number for number in batch.friends if number not in done]
    if done:
        return _book(batch, rest, outcome)
    if batch.is_uncertain and outcome.then in REFUSED:  # an earlier attempt may have got through all the same
        batch.state = State.NEEDS_CHECK
        return []
    match outcome.then:
        case Then.RETRY | Then.WAIT | Then.HALT:
            _put_back(batch, outcome)
        case Then.BISECT:
            batch.state = State.SPLIT
            return _halves(batch)
        case Then.REFUSE | Then.FAIL:
            batch.state, batch.rejected = State.REJECTED, rest
        case Then.CHECK:
            batch.state = State.NEEDS_CHECK
    return []


REFUSED = {Then.BISECT, Then.REFUSE, Then.FAIL}


def _book(batch: Batch, rest: list[int], outcome: Outcome) -> list[Batch]:
    """Keep in a push batch who is done; the batches of those who are open, and of those nobody knows of."""
    following = [_rest(batch, rest, outcome)] if rest else []
    refused = outcome.rejected
    if batch.is_uncertain and refused:
        following.append(_doubtful(batch, refused))
        refused = []
    kept = {*outcome.accepted, *refused}
    batch.friends = [number for number in batch.friends if number in kept]
    batch.friend_count = len(batch.friends)
    batch.state = State.ACCEPTED if outcome.accepted or not refused else State.REJECTED
    batch.accepted_at = batch.first_tried_at if outcome.was_earlier else outcome.at
    batch.accepted_count, batch.rejected = len(outcome.accepted), refused
    batch.request_id, batch.is_uncertain = outcome.request_id, False
    return following


def _doubtful(batch: Batch, friends: list[int]) -> Batch:
    """Friends whom LINE refuses now, and may have accepted at an attempt that was not answered."""
    doubtful = _child(batch, friends)
    doubtful.state, doubtful.is_uncertain = State.NEEDS_CHECK, True
    doubtful.attempts, doubtful.first_tried_at = batch.attempts, batch.first_tried_at
    return doubtful


def _put_back(batch: Batch, outcome: Outcome) -> None:
    """Pending again. Unless an attempt may have got through, it is as if there had been none: neither the
    24 hours of its key nor its recipients are fixed.
    """
    batch.state = State.PENDING
    batch.is_uncertain |= outcome.is_uncertain
    pause = (
        BACK_OFF[min(max(batch.attempts, 1), len(BACK_OFF)) - 1]
        if outcome.then is Then.RETRY
        else outcome.wait
    )
    batch.not_before = Now() + timedelta(seconds=pause)  # the clock by which it is claimed
    if not batch.is_uncertain:
        batch.first_tried_at, batch.seal = None, None


def _rest(batch: Batch, friends: list[int], outcome: Outcome) -> Batch:
    """The friends of a push batch that are still open; their keys stay, since they derive from the friend."""
    names = dict(zip(batch.friends, batch.names or [], strict=False))
    rest = _child(batch, friends, names=[names.get(number, "") for number in friends])
    rest.attempts, rest.first_tried_at = batch.attempts, batch.first_tried_at
    rest.is_uncertain = batch.is_uncertain
    _put_back(rest, outcome)
    return rest


def _halves(batch: Batch) -> list[Batch]:
    """Two new batches with new keys: a 4xx was not accepted, so nobody of the old one has the message."""
    middle = (len(batch.friends) + 1) // 2
    return [_child(batch, batch.friends[:middle]), _child(batch, batch.friends[middle:])]


def _child(batch: Batch, friends: list[int], *, names: list[str] | None = None) -> Batch:
    return Batch(
        broadcast_id=batch.broadcast_id,
        variant_id=batch.variant_id,
        position=batch.position,
        method=batch.method,
        friends=friends,
        names=names,
        friend_count=len(friends),
        retry_key=uuid4(),
    )


def _post(batches: list[Batch]) -> None:
    """Book batches that LINE has accepted."""
    ledger.post(
        current.tenant().pk,
        [
            ledger.NewEntry(
                kind=LedgerEntry.Kind(batch.method),
                reference=f"{batch.broadcast.ledger_owner}/batch:{batch.pk}",
                label=batch.broadcast.name,
                messages=batch.accepted_count,
                accepted_at=cast("datetime", batch.accepted_at),
            )
            for batch in batches
        ],
    )
