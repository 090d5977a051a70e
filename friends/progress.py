"""How far an import of friends is."""

from friends.models import FriendImport
from imports.progress import Progress, at_pace

State = FriendImport.State


def of(run: FriendImport) -> Progress:
    """Of the present step: lines that were checked, or rows that were written."""
    if run.state == State.CHECKING:
        return at_pace(run.begun_at, run.read_to - 1, max(run.lines - 1, run.read_to - 1))
    written = run.rows and round(run.written_to / max(run.read_to, 1) * run.good)
    return at_pace(run.begun_at, written, run.good)
