"""When relays run; the work is in delivering.py."""

from celery import Task, shared_task

from accounts import board
from relays import delivering

SLICE = 5.0  # seconds a tenant's relays run before others have their turn


@shared_task(bind=True)
def relay(self: Task) -> None:
    """Pass on what is due in this tenant for a few seconds, then come back for the rest.

    Running twice at once is harmless: deliveries are claimed.
    """
    seen = board.begin(delivering.KIND, enqueued_at=self.enqueued_at)
    if seen is None:
        return
    if not delivering.send_due(SLICE, keep=lambda: board.renew(delivering.KIND), hand_over=relay.delay):
        board.settle(delivering.KIND, delivering.next_moment(), seen=seen)
