"""When; the work is in months.py, mails.py and prints.py."""

from celery import Task, shared_task

from accounts import board
from reports import mails, months, prints


@shared_task
def draft_month() -> None:
    """Draft the month's report on the first day of the next. Running twice at once drafts once."""
    months.work()


@shared_task
def send_mails() -> None:
    """Hand the mails that are due to the mail server. Twice at once is harmless: each is claimed."""
    mails.send_due()


@shared_task(bind=True)
def draw(self: Task) -> None:
    """Draw the PDFs of reports that were reviewed. Twice at once draws some twice, and keeps each once."""
    seen = board.begin(prints.KIND, enqueued_at=self.enqueued_at)
    if seen is None:
        return
    prints.draw_all(keep=lambda: board.renew(prints.KIND))
    board.settle(prints.KIND, None, seen=seen)
