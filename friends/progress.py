"""How far an import is, and how long the rest takes at its pace so far."""

from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from friends.models import FriendImport

State = FriendImport.State


@dataclass(frozen=True)
class Progress:
    done: int
    whole: int
    left: timedelta | None  # None while it cannot be told

    @property
    def minutes(self) -> int | None:
        """Whole minutes left, at least one."""
        return None if self.left is None else max(1, round(self.left / timedelta(minutes=1)))


def of(run: FriendImport) -> Progress:
    """Of the present step: lines that were checked, or rows that were written."""
    if run.state == State.CHECKING:
        return _at_pace(run, run.read_to - 1, max(run.lines - 1, run.read_to - 1))
    written = run.rows and round(run.written_to / max(run.read_to, 1) * run.good)
    return _at_pace(run, written, run.good)


def _at_pace(run: FriendImport, done: int, whole: int) -> Progress:
    if not done or run.begun_at is None:
        return Progress(0, whole, None)
    took = timezone.now() - run.begun_at
    return Progress(done, whole, took * (whole - done) / done)
