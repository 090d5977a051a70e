"""When; the work is in telling.py."""

from celery import shared_task

from campaigns import telling


@shared_task
def tell_responsible() -> None:
    """Mail people who became responsible for a campaign. Twice at once mails each once."""
    telling.tell()
