"""When beat sends what, whatever the machine's clock does."""

import time
from datetime import datetime
from typing import Any

from celery.beat import PersistentScheduler, ScheduleEntry
from celery.schedules import schedstate, schedule


class Steadily(schedule):
    """Every so many seconds; due at once where the clock was set back, not when it has caught up."""

    def is_due(self, last_run_at: datetime) -> tuple[bool, datetime]:
        if self.maybe_make_aware(last_run_at) > self.now():
            return schedstate(is_due=True, next=self.seconds)
        return super().is_due(last_run_at)


class Scheduler(PersistentScheduler):
    """Celery's own, whose entries stand in a row by a clock that nobody sets."""

    def _when(self, entry: ScheduleEntry, next_time_to_run: float, *rest: Any) -> float:
        return time.monotonic() + next_time_to_run
