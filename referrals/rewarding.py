"""Giving what fell due: after the count, each reward in a transaction of its own, and once."""

import logging

from django.db import transaction
from django.utils import timezone, translation

from accounts import activity, board
from accounts.errors import AppError
from accounts.models import User
from accounts.reasons import Reason
from coupons import rewards
from coupons.giving import customers_of
from coupons.rewards import Given
from events import timeline, versions
from events.timeline import NewEvent
from referrals import joining
from referrals.models import Grant, Programme, Referral
from referrals.work import KIND, TOPIC

logger = logging.getLogger(__name__)
PORTION = 100


def give_due() -> bool:
    """Give what is due; whether something is left that could not be tried to the end."""
    failed: set[int] = set()
    while numbers := _due(failed):
        for number in numbers:
            try:
                give(number)
            except Exception:  # one that we did not think of must not keep the others from theirs
                logger.exception("referrals.reward_failed", extra={"grant": number})
                failed.add(number)
        board.renew(KIND)
    return bool(failed)


@transaction.atomic
def give(number: int) -> None:
    """Give this one, if it is still due. The referral's row is held: it is not taken back meanwhile."""
    referral = Referral.objects.select_for_update(of=["self"]).filter(grants=number).first()
    row = (
        Grant.objects.select_for_update(of=["self"])
        .select_related("programme", "friend")
        .filter(pk=number)
        .first()
    )
    if referral is None or row is None or row.given_at:
        return
    if not _is_earned(row, referral):
        row.delete()
        return
    row.tried_at = timezone.now()
    given = _given(row)
    row.words, row.address, row.problem = given.words[:200], given.address[:500], given.problem
    if not row.problem:
        row.given_at = row.tried_at
        if referral.frozen_at is None:
            referral.frozen_at = row.given_at
            referral.save(update_fields=["frozen_at"])
    row.save(update_fields=["words", "address", "problem", "given_at", "tried_at"])
    if row.given_at:
        _tell(row)


@transaction.atomic
def again(row: Grant) -> None:
    """Have one that could not be given tried once more, such as after codes were added to a coupon."""
    if Grant.objects.filter(pk=row.pk, given_at=None).exclude(problem="").update(problem=""):
        board.call(KIND)


@transaction.atomic
def again_all(programme: Programme, *, by: User | None) -> int:
    """Have all of a programme that could not be given tried once more; how many."""
    count = Grant.objects.filter(programme=programme, given_at=None).exclude(problem="").update(problem="")
    if count:
        board.call(KIND)
        activity.record("referral_programme.rewards_tried_again", programme, by=by, rewards=count)
    return count


def _due(failed: set[int]) -> list[int]:
    rows = Grant.objects.filter(given_at=None, problem="").exclude(pk__in=failed).order_by("pk")
    return list(rows.values_list("pk", flat=True)[:PORTION])


def _is_earned(row: Grant, referral: Referral) -> bool:
    if referral.state != Referral.State.COUNTED:
        return False
    if row.tier is None:
        return True
    counted = Referral.objects.filter(participant=row.participant_id, state=Referral.State.COUNTED)
    return counted.count() >= row.tier


def _given(row: Grant) -> Given:
    key, source = f"referral:{row.key}", row.programme.ledger_owner
    try:
        with transaction.atomic(), translation.override(joining.language_of(row.friend)):
            return rewards.give(row.reward, [row.friend_id], key=key, source=source)[row.friend_id]
    except AppError as refusal:
        return Given(problem=Reason.of(refusal))


def _tell(row: Grant) -> None:
    said = {
        "programme": str(row.programme_id),
        "name": row.programme.name,
        "kind": row.kind,
        "reward": row.words,
    }
    customer = customers_of([row.friend_id]).get(row.friend_id)
    at = row.given_at or timezone.now()
    timeline.record(
        [NewEvent("referral_rewarded", at, row.friend_id, customer, said, f"referral_rewarded:{row.pk}")]
    )
    versions.touch(TOPIC, friends=[row.friend_id])
