"""Driving delivery by hand, as the worker's task does, and what it leaves behind."""

from datetime import datetime, timedelta
from uuid import uuid4

from django.db.models import F
from django.utils import timezone

from broadcasts.models import Batch, Broadcast
from broadcasts.sending import delivery
from friends.models import Friend
from tests.factories import make_broadcast


def send(seconds: float = 60) -> bool:
    """One turn of the sender, which ends when nothing is left to send."""
    return delivery.send_due(seconds, keep=lambda: None, hand_over=lambda: None)


def skip_waiting() -> None:
    """As if the back-off of every waiting batch and the lease of every claimed one had passed."""
    hour = timedelta(hours=1)
    Batch.objects.update(not_before=F("not_before") - hour, lease_until=F("lease_until") - hour)


def make_sent(*friends: Friend, at: datetime | None = None, **fields: object) -> Broadcast:
    """A broadcast that LINE took for these friends in one request."""
    at = at or timezone.now()
    broadcast = make_broadcast(**fields)
    Broadcast.objects.filter(pk=broadcast.pk).update(started_at=at, finished_at=at, status="sent")
    Batch.objects.create(
        broadcast=broadcast,
        position=0,
        method="push",
        friends=sorted(friend.pk for friend in friends),
        friend_count=len(friends),
        retry_key=uuid4(),
        state="accepted",
        accepted_at=at,
    )
    return broadcast
