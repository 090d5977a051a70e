"""When and how often; the work is in the modules that these name."""

from datetime import UTC, datetime, timedelta

from celery import shared_task
from django.utils import timezone

from accounts import board, current
from channels import (
    announcing,
    day_counts,
    event_log,
    health,
    month_counts,
    partitions,
    processing,
    replays,
    rotation,
)
from channels.models import DAY_COUNTS, HEALTH, QUOTA, ROTATION

A_CHECK_TAKES = timedelta(minutes=1)  # at most; nobody else begins one meanwhile
A_READING_TAKES = timedelta(minutes=5)


@shared_task
def process_inbox() -> None:
    """Process what waits in this tenant's inbox for a few seconds, then come back for the rest."""
    if processing.process(seconds=5):
        process_inbox.delay()


@shared_task
def refresh_quota() -> None:
    """Ask LINE about this tenant's messages of the month, and again in an hour."""
    seen = board.version(QUOTA)
    day_counts.keep_going()
    board.settle(QUOTA, month_counts.refresh(current.tenant()), seen=seen)


@shared_task
def read_day_counts() -> None:
    """Ask LINE about this tenant's days that are not counted yet, book what differs, and come back tomorrow.

    Two at once ask twice and book once.
    """
    seen = board.version(DAY_COUNTS)
    board.settle(DAY_COUNTS, timezone.now() + A_READING_TAKES, seen=seen)
    again_at = day_counts.read(current.tenant(), timezone.now())
    board.settle(DAY_COUNTS, again_at, seen=seen)


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
