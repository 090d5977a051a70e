"""Claims of a list that contradict a present link, until somebody decides or the friend shows which holds."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts import activity
from accounts.models import User
from linking import bonds
from linking.bonds import Bond
from linking.errors import AlreadyDecided
from linking.models import Link, LinkConflict

State = LinkConflict.State


@dataclass(frozen=True)
class NewConflict:
    friend_id: int
    customer_id: int
    method: Link.Method
    claimed_at: datetime
    consent: str = ""
    consent_at: datetime | None = None


def open_all(new: Sequence[NewConflict]) -> dict[tuple[int, int], int]:
    """The conflict of each pair, by friend and customer; a claim made before stays one conflict."""
    if not new:
        return {}
    LinkConflict.objects.bulk_create(
        (
            LinkConflict(
                friend_id=each.friend_id,
                customer_id=each.customer_id,
                method=each.method,
                claimed_at=each.claimed_at,
                consent=each.consent,
                consent_at=each.consent_at,
            )
            for each in new
        ),
        ignore_conflicts=True,
    )
    theirs = LinkConflict.objects.open().filter(friend__in={each.friend_id for each in new})
    return {(friend, customer): pk for pk, friend, customer in theirs.values_list("pk", "friend", "customer")}


@transaction.atomic
def decide(conflict: LinkConflict, *, replace: bool, by: User | None) -> LinkConflict:
    """Link as the list says, which ends what it contradicts, or keep what is there. Raises AlreadyDecided."""
    bonds.lock({conflict.friend_id}, {conflict.customer_id})
    found = LinkConflict.objects.select_for_update().filter(pk=conflict.pk, state=State.OPEN).first()
    if found is None:
        raise AlreadyDecided
    found.state = State.REPLACED if replace else State.KEPT
    found.decided_at, found.decided_by_id = timezone.now(), by.pk if by else None
    found.save(update_fields=["state", "decided_at", "decided_by_id"])
    if replace:
        bonds.tie([_bond(found, by)])
    activity.record("link_conflict.decided", found, by=by, state=found.state)
    return found


def decide_many(conflict_ids: Sequence[int], *, replace: bool, by: User | None) -> int:
    """How many were decided: those that were decided or settled meanwhile stay as they are."""
    count = 0
    for conflict in LinkConflict.objects.open().filter(pk__in=conflict_ids).order_by("pk"):
        try:
            decide(conflict, replace=replace, by=by)
        except AlreadyDecided:
            continue
        count += 1
    return count


def _bond(conflict: LinkConflict, by: User | None) -> Bond:
    assert conflict.decided_at
    return Bond(
        friend_id=conflict.friend_id,
        customer_id=conflict.customer_id,
        at=conflict.decided_at,
        method=conflict.method,
        consent=conflict.consent,
        consent_at=conflict.consent_at,
        entry=conflict.entry,
        by_id=by.pk if by else None,
    )
