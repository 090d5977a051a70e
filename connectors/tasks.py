"""When deliveries of shops are taken over; the work is in processing.py."""

from celery import Task, shared_task

from accounts import board
from connectors import processing
from connectors.receiving import KIND

SLICE = 5.0  # seconds a tenant's shops run before others have their turn


@shared_task(bind=True)
def take_over(self: Task) -> None:
    """Take over what is due in this tenant for a few seconds, then come back for the rest.

    Running twice at once is harmless: a delivery is locked while it is taken over.
    """
    seen = board.begin(KIND, enqueued_at=self.enqueued_at)
    if seen is None:
        return
    if processing.process_due(SLICE, keep=lambda: board.renew(KIND)):
        take_over.delay()
    else:
        board.settle(KIND, processing.next_moment(), seen=seen)
