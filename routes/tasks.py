"""When and how often; the work is in joining."""

from celery import shared_task

from routes import joining


@shared_task
def settle_arrivals() -> None:
    """Join with their follows the arrivals that a process has left behind."""
    joining.settle_left_behind()
