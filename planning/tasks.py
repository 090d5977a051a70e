"""When and how often; the work is in counting.py."""

import time

from celery import Task, shared_task

from accounts import board
from planning import counting, publishing

SLICE = 20  # seconds of one turn of a client


@shared_task(bind=True)
def count_days(self: Task) -> None:
    """Count the days of this client that are due. Running twice at once counts the same twice."""
    seen = board.begin(counting.KIND, enqueued_at=self.enqueued_at)
    if seen is None:
        return
    end = time.monotonic() + SLICE

    def go_on() -> bool:
        board.renew(counting.KIND)
        return time.monotonic() < end

    board.settle(counting.KIND, counting.work(go_on), seen=seen)


@shared_task(bind=True)
def tell_agency(self: Task) -> None:
    """Tell the agency of what has changed in targets. Running twice at once tells the same twice."""
    seen = board.begin(publishing.KIND, enqueued_at=self.enqueued_at)
    if seen is not None:
        publishing.tell_again()
        board.settle(publishing.KIND, None, seen=seen)
