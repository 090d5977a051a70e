from celery import shared_task
from django.utils import timezone

from accounts import board
from attribution.counting import turns
from attribution.counting.news import KIND

SLICE = 4.0  # seconds a client is counted for, before others have their turn


@shared_task
def count() -> None:
    """Bring credits up to what has happened and to changed settings, for a few seconds.

    Twice at once is harmless: the second waits, and finds nothing to do.
    """
    seen = board.version(KIND)
    is_more = turns.count(SLICE, keep=lambda: board.renew(KIND))
    board.settle(KIND, timezone.now() if is_more else None, seen=seen)
