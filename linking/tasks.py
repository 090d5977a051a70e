"""When and how often; the work is in attempts."""

from celery import shared_task

from linking import attempts


@shared_task
def expire_attempts() -> None:
    """Close attempts that are over their time."""
    attempts.expire()
