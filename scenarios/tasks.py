"""When scenarios go on; the work is in scenarios/engine/."""

from celery import shared_task

from scenarios.engine import running


@shared_task
def lead_on() -> None:
    """Let in who is to enter, lead on whose moment has come, send. Twice at once is harmless."""
    running.lead_on()
