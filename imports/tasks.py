"""When and how often; the work is in the modules named."""

import time

from celery import Task, shared_task

from accounts import board
from imports import engine, services

SLICE = 15.0  # seconds the imports of one client take before others have their turn


@shared_task(bind=True)
def work(self: Task) -> None:
    """Check and write files for a while, then come back for the rest.

    Running twice at once is harmless: each portion is of one worker.
    """
    seen = board.begin(services.WORK, enqueued_at=self.enqueued_at)
    if seen is None:
        return
    end = time.monotonic() + SLICE

    def go_on() -> bool:
        board.renew(services.WORK)
        return time.monotonic() < end

    board.settle(services.WORK, engine.work(go_on), seen=seen)
