"""When and how often; the work is in admitting.py."""

import time

from celery import Task, shared_task

from accounts import board
from touchpoints import admitting

SLICE = 20  # seconds of one turn of a client


@shared_task(bind=True)
def admit_classes(self: Task) -> None:
    """Let people of classes into scenarios. Running twice at once lets in each once."""
    seen = board.begin(admitting.KIND, enqueued_at=self.enqueued_at)
    if seen is None:
        return
    end = time.monotonic() + SLICE

    def go_on() -> bool:
        board.renew(admitting.KIND)
        return time.monotonic() < end

    board.settle(admitting.KIND, admitting.work(go_on), seen=seen)
