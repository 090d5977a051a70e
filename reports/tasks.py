"""When; the work is in months.py and mails.py."""

from celery import shared_task

from reports import mails, months


@shared_task
def draft_month() -> None:
    """Draft the month's report on the first day of the next. Running twice at once drafts once."""
    months.work()


@shared_task
def send_mails() -> None:
    """Hand the mails that are due to the mail server. Twice at once is harmless: each is claimed."""
    mails.send_due()
