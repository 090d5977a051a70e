"""When and how often; the work is in the modules that these name."""

import time

from celery import Task, shared_task

from accounts import board
from segments.facts import sizes
from segments.lists import filling
from segments.reaching import audience_work, audiences, line_audiences

SLICE = 20  # seconds of one turn of a client


@shared_task(bind=True)
def keep_sizes(self: Task) -> None:
    """Count the segments at the end of the client's day; the work board comes back at the next midnight.

    Running twice at once is harmless: a size that is there is written again.
    """
    seen = board.begin(sizes.KIND, enqueued_at=self.enqueued_at)
    if seen is None:
        return
    end = time.monotonic() + SLICE

    def go_on() -> bool:
        board.renew(sizes.KIND)
        return time.monotonic() < end

    board.settle(sizes.KIND, sizes.keep(go_on), seen=seen)


@shared_task(bind=True)
def keep_audiences(self: Task) -> None:
    """Make, look after and delete audiences at LINE for a while; the work board comes back for the rest.

    Running twice at once is harmless: each step of an audience is of one worker.
    """
    seen = board.begin(audiences.KIND, enqueued_at=self.enqueued_at)
    if seen is None:
        return
    end = time.monotonic() + SLICE

    def go_on() -> bool:
        board.renew(audiences.KIND)
        return time.monotonic() < end

    board.settle(audiences.KIND, audience_work.work(go_on), seen=seen)


@shared_task(bind=True)
def fetch_line_audiences(self: Task) -> None:
    """Read which audiences there are at LINE that we have not made."""
    seen = board.begin(line_audiences.KIND, enqueued_at=self.enqueued_at)
    if seen is not None:
        board.settle(line_audiences.KIND, line_audiences.fetch(), seen=seen)


@shared_task(bind=True)
def fill_lists(self: Task) -> None:
    """Put friends on lists for a while; the work board comes back for the rest.

    Running twice at once is harmless: portions of a list follow each other.
    """
    seen = board.begin(filling.KIND, enqueued_at=self.enqueued_at)
    if seen is None:
        return
    end = time.monotonic() + SLICE

    def go_on() -> bool:
        board.renew(filling.KIND)
        return time.monotonic() < end

    board.settle(filling.KIND, filling.work(go_on), seen=seen)
