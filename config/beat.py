"""When beat sends what, whatever the machine's clock does."""

from datetime import datetime

from celery.schedules import schedstate, schedule


class Steadily(schedule):
    """Every so many seconds; due at once where the clock was set back, not when it has caught up."""

    def is_due(self, last_run_at: datetime) -> tuple[bool, datetime]:
        if self.maybe_make_aware(last_run_at) > self.now():
            return schedstate(is_due=True, next=self.seconds)
        return super().is_due(last_run_at)
