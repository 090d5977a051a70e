"""Driving delivery by hand, as the worker's task does."""

from datetime import timedelta

from django.db.models import F

from broadcasts import delivery
from broadcasts.models import Batch


def send(seconds: float = 5) -> bool:
    """One turn of the sender."""
    return delivery.send_due(seconds, keep=lambda: None, hand_over=lambda: None)


def skip_waiting() -> None:
    """As if the back-off of every waiting batch and the lease of every claimed one had passed."""
    hour = timedelta(hours=1)
    Batch.objects.update(not_before=F("not_before") - hour, lease_until=F("lease_until") - hour)
