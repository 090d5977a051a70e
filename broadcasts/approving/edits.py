"""What follows from a change: a new version, no approval, and nobody waited for."""

from collections.abc import Iterable

from django.db import transaction

from accounts import activity
from accounts.models import User
from broadcasts.approving import turns, versions
from broadcasts.models import Broadcast
from broadcasts.timing import wishes

UNAPPROVED = {"approved_by_id": None, "approved_at": None, "approved_segments": None}


def locked(broadcast: Broadcast) -> Broadcast:
    """As it is now, and as it stays until the caller's transaction ends."""
    found = Broadcast.objects.select_for_update(of=["self"]).select_related("segment")
    return found.defer("audience", "body").get(pk=broadcast.pk)


@transaction.atomic
def changed(broadcast: Broadcast, *, by: User | None, fields: Iterable[str]) -> None:
    """Count a new version of a broadcast that the caller holds `locked` and has written.

    It is a draft again; what it says now is kept, with the variants and the series that it has. Dates that
    were made of it follow.
    """
    broadcast.version += 1
    broadcast.status = Broadcast.Status.DRAFT
    for field in UNAPPROVED:
        setattr(broadcast, field, None)
    broadcast.save(update_fields=["version", "status", *UNAPPROVED])
    withdraw(broadcast)
    wishes.follow(broadcast)
    versions.keep(broadcast, by=by)
    activity.record("broadcast.changed", broadcast, by=by, fields=sorted(fields), version=broadcast.version)


def withdraw(broadcast: Broadcast) -> None:
    """No approval of it counts any longer, and nobody is asked."""
    broadcast.reviews.filter(holds=True).update(holds=False)
    turns.end(broadcast)
