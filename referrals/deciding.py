"""What a person decides of an invitation: that it counts all the same, or that it does not."""

from django.db import transaction
from django.utils import timezone

from accounts import activity, board
from accounts.models import User
from referrals import settling
from referrals.errors import AlreadyRewarded, NeedsReason, NotToDecide
from referrals.models import Referral
from referrals.work import KIND

State, Decision = Referral.State, Referral.Decision
CONFIRMED = (State.REVIEW, State.REFUSED)
REFUSED = (State.OPENED, State.WAITING, State.REVIEW, State.COUNTED)


@transaction.atomic
def confirm(referral: Referral, *, note: str = "", by: User | None) -> Referral:
    """Let one count that waits to be looked at, or take back that it was refused.

    Raises NotToDecide, AlreadyRewarded.
    """
    return _decide(referral, Decision.CONFIRMED, CONFIRMED, note.strip(), by)


@transaction.atomic
def refuse(referral: Referral, *, note: str, by: User | None) -> Referral:
    """Have it not count, and get no reward; `note` says why, for the team. It can be confirmed again.

    Raises NeedsReason, NotToDecide, AlreadyRewarded.
    """
    if not note.strip():
        raise NeedsReason
    return _decide(referral, Decision.REFUSED, REFUSED, note.strip(), by)


def _decide(
    referral: Referral, decision: str, states: tuple[str, ...], note: str, by: User | None
) -> Referral:
    settling.lock()
    row = Referral.objects.select_for_update(of=["self"]).get(pk=referral.pk)
    if row.frozen_at:
        raise AlreadyRewarded
    if row.state not in states:
        raise NotToDecide(state=row.get_state_display())
    row.decision, row.note = decision, note[: Referral.NOTE_LENGTH]
    row.decided_at, row.decided_by_id = timezone.now(), by.pk if by else None
    row.save(update_fields=["decision", "note", "decided_at", "decided_by_id"])
    activity.record(f"referral.{decision}", row, by=by, programme=row.programme_id, note=row.note)
    settling.settle([row.friend_id])
    board.call(KIND)
    row.refresh_from_db()
    return row
