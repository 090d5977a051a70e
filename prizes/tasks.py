"""When; the work is in running."""

from celery import shared_task

from accounts import board
from prizes import running
from prizes.work import KIND


@shared_task
def run() -> None:
    """Close what has ended, prove lotteries and draw up lists. Twice at once is harmless."""
    seen = board.version(KIND)
    running.do_due()
    board.settle(KIND, running.next_moment(), seen=seen)
