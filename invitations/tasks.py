"""When and how often; the work is in rates."""

from celery import shared_task

from invitations import rates


@shared_task
def keep_link_days() -> None:
    """Keep the link rate of the days that are over."""
    rates.keep_days()
