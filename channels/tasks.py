"""When and how often; the work is in the modules that these name."""

from datetime import UTC, datetime, timedelta

from celery import shared_task
from django.utils import timezone

from accounts import board, current
from channels import announcing, event_log, health, partitions, processing, replays, rotation, services
from channels.models import HEALTH, QUOTA, ROTATION

A_CHECK_TAKES = timedelta(minutes=1)  # at most; nobody else begins one meanwhile


@shared_task
def process_inbox() -> None:
    """Process what waits in this tenant's inbox for a few seconds, then come back for the rest."""
    if processing.process(seconds=5):
        process_inbox.delay()


@shared_task
def refresh_quota() -> None:
    """Ask LINE about this tenant's messages of the month, and again in an hour."""
    seen = board.version(QUOTA)
    board.settle(QUOTA, services.refresh_quota(current.tenant()), seen=seen)


@shared_task
def check_health() -> None:
    """Look at this tenant's channel, mail lasting trouble, and come back in five minutes."""
    seen = board.version(HEALTH)
    board.settle(HEALTH, timezone.now() + A_CHECK_TAKES, seen=seen)
    tenant = current.tenant()
    again_at = health.check(tenant)
    announcing.announce(tenant, timezone.now())
    board.settle(HEALTH, again_at, seen=seen)


@shared_task
def finish_rotation() -> None:
    """Drop this tenant's old channel secret when its day is over."""
    seen = board.version(ROTATION)
    board.settle(ROTATION, rotation.finish_overdue(current.tenant(), timezone.now()), seen=seen)


@shared_task
def replay_events() -> None:
    """Handle events again for a few seconds: what was ordered, and what came dated in the future."""
    seen = board.version(event_log.REPLAY)
    board.settle(event_log.REPLAY, replays.run(seconds=5), seen=seen)


@shared_task
def maintain_partitions() -> None:
    """Make the days ahead, drop those that have aged."""
    partitions.maintain(datetime.now(UTC).date())
