"""When and how often; the work is in the modules that these name."""

import time

from celery import Task, shared_task

from accounts import board
from costs.advice import reckoning

SLICE = 20  # seconds of one turn of a client


@shared_task(bind=True)
def reckon_advice(self: Task) -> None:
    """Reckon what somebody waits for on the page of advice.

    Running twice at once is harmless: the same is reckoned twice.
    """
    seen = board.begin(reckoning.KIND, enqueued_at=self.enqueued_at)
    if seen is None:
        return
    end = time.monotonic() + SLICE

    def go_on() -> bool:
        board.renew(reckoning.KIND)
        return time.monotonic() < end

    board.settle(reckoning.KIND, reckoning.work(go_on), seen=seen)
