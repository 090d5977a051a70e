"""When; the work is in hearing."""

from celery import shared_task

from referrals import hearing


@shared_task
def run() -> None:
    """Settle invitations and give rewards."""
    hearing.run()
