"""When beat sends what, whatever the machine's clock does."""

import logging
import time
from datetime import datetime
from typing import Any

from celery.beat import PersistentScheduler, ScheduleEntry
from celery.schedules import schedstate, schedule
from django.db import Error, connection

logger = logging.getLogger(__name__)
TICK = "accounts.tasks.tick"


def is_anything_due() -> bool:
    """Whether a tick would wake anybody. Also if PostgreSQL does not say: then the worker is to find out."""
    from accounts import board  # settings import this module before there are models

    try:
        return board.is_anything_due()
    except Error:
        logger.warning("beat.board_not_read")
        connection.close()
        return True


class Steadily(schedule):
    """Every so many seconds; due at once where the clock was set back, not when it has caught up."""

    def is_due(self, last_run_at: datetime) -> tuple[bool, datetime]:
        if self.maybe_make_aware(last_run_at) > self.now():
            return schedstate(is_due=True, next=self.seconds)
        return super().is_due(last_run_at)


class Scheduler(PersistentScheduler):
    """Celery's own, whose entries stand in a row by a clock that nobody sets.

    No worker is woken to find the work board empty: that is asked here, at a fifth of the cost.
    """

    def apply_entry(self, entry: ScheduleEntry, producer: Any = None) -> None:
        if entry.task != TICK or is_anything_due():
            super().apply_entry(entry, producer)

    def _when(self, entry: ScheduleEntry, next_time_to_run: float, *rest: Any) -> float:
        return time.monotonic() + next_time_to_run
