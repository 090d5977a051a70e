"""When and how often; the work is in attempts, mailed codes and duties."""

from celery import shared_task

from linking import attempts, duties, mailed_codes


@shared_task
def expire_attempts() -> None:
    """Close attempts that are over their time."""
    attempts.expire()


@shared_task
def do_duties() -> None:
    """Ask LINE for what follows from links made and ended. Two at once share the work."""
    duties.do_due()


@shared_task
def mail_codes() -> None:
    """Mail the codes that friends asked for. Two at once may mail one code twice; it is the same."""
    mailed_codes.send_due()
