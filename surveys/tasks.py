"""When and how often; the work is in the modules named."""

import time

from celery import Task, shared_task

from accounts import board
from surveys.results import counting

SLICE = 5.0  # seconds, after which no other question is begun


@shared_task(bind=True)
def count_words(self: Task) -> None:
    """Count the words of free answers; the work board comes back for the rest.

    Running twice at once is harmless: the same is written again.
    """
    seen = board.begin(counting.WORK, enqueued_at=self.enqueued_at)
    if seen is None:
        return
    end = time.monotonic() + SLICE

    def go_on() -> bool:
        board.renew(counting.WORK)
        return time.monotonic() < end

    board.settle(counting.WORK, counting.work(go_on), seen=seen)
