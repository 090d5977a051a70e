"""When conversions are handed over, files made and LINE's audiences kept; the work is in the packages."""

import time

from celery import Task, shared_task

from accounts import board
from adplatforms.audiences import making
from adplatforms.handing import news, sending, turns
from adplatforms.line_audiences import commands as line_audiences
from adplatforms.line_audiences import working

SLICE = 5.0  # seconds of a client before others have their turn


@shared_task(bind=True)
def hand_over(self: Task) -> None:
    """Reckon and send in this client for a few seconds, then come back for the rest.

    Running twice at once is harmless: reckoning takes turns, deliveries are claimed.
    """
    seen = board.begin(news.KIND, enqueued_at=self.enqueued_at)
    if seen is None:
        return

    def keep() -> None:
        board.renew(news.KIND)

    is_more = turns.reckon(SLICE, keep=keep)
    if sending.send_due(SLICE, keep=keep) or is_more:
        hand_over.delay()
    else:
        board.settle(news.KIND, sending.next_moment(), seen=seen)


@shared_task(bind=True)
def make_files(self: Task) -> None:
    """Make files of audiences for a few seconds, and delete those whose time is over.

    Running twice at once is harmless: each stretch of a file is one transaction that holds the file.
    """
    seen = board.begin(making.KIND, enqueued_at=self.enqueued_at)
    if seen is None:
        return
    if making.make(SLICE, keep=lambda: board.renew(making.KIND)):
        make_files.delay()
    else:
        board.settle(making.KIND, making.next_moment(), seen=seen)


@shared_task(bind=True)
def keep_line_audiences(self: Task) -> None:
    """Put versions in place, compare what is due and look at LINE for a few seconds, then come back.

    Running twice at once is harmless: each version is begun and put in place under its audience's lock.
    """
    seen = board.begin(line_audiences.KIND, enqueued_at=self.enqueued_at)
    if seen is None:
        return
    end = time.monotonic() + SLICE

    def go_on() -> bool:
        board.renew(line_audiences.KIND)
        return time.monotonic() < end

    board.settle(line_audiences.KIND, working.work(go_on), seen=seen)
