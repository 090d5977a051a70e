"""How far an import is, and how long the rest takes at its pace so far."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from imports.models import ImportRun

State = ImportRun.State


@dataclass(frozen=True)
class Progress:
    done: int
    whole: int
    left: timedelta | None  # None while it cannot be told

    @property
    def minutes(self) -> int | None:
        """Whole minutes left, at least one."""
        return None if self.left is None else max(1, round(self.left / timedelta(minutes=1)))


def of(run: ImportRun) -> Progress:
    """Of the present step: lines that were checked, or rows that were written."""
    if run.state == State.CHECKING:
        return at_pace(run.begun_at, run.read_to - 1, max(run.lines - 1, run.read_to - 1))
    return at_pace(run.begun_at, run.done, run.good)


def at_pace(begun_at: datetime | None, done: int, whole: int) -> Progress:
    if not done or begun_at is None:
        return Progress(0, whole, None)
    took = timezone.now() - begun_at
    return Progress(done, whole, took * (whole - done) / done)
