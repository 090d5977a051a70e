"""When and how often; the work is in processing, services and partitions."""

from datetime import UTC, datetime

from celery import shared_task

from accounts import board, current
from channels import event_log, partitions, processing, replays, services


@shared_task
def process_inbox() -> None:
    """Process what waits in this tenant's inbox for a few seconds, then come back for the rest."""
    if processing.process(seconds=5):
        process_inbox.delay()


@shared_task
def refresh_quota() -> None:
    """Ask LINE about this tenant's messages of the month, and again in an hour."""
    seen = board.version(services.QUOTA)
    board.settle(services.QUOTA, services.refresh_quota(current.tenant()), seen=seen)


@shared_task
def replay_events() -> None:
    """Handle events again for a few seconds: what was ordered, and what came dated in the future."""
    seen = board.version(event_log.REPLAY)
    board.settle(event_log.REPLAY, replays.run(seconds=5), seen=seen)


@shared_task
def maintain_partitions() -> None:
    """Make the days ahead, drop those that have aged."""
    partitions.maintain(datetime.now(UTC).date())
