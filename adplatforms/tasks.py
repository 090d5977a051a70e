"""When conversions are handed over and files made; the work is in `handing` and `audiences`."""

from celery import Task, shared_task

from accounts import board
from adplatforms.audiences import making
from adplatforms.handing import news, sending, turns

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
