"""What a round looks at while it lasts: a broadcast's state, a process's time and memory."""

import os
import time
from collections.abc import Callable
from pathlib import Path

from broadcasts.models import Broadcast


def is_in(broadcast: Broadcast, status: str) -> bool:
    """Whether it has come to this status. Raises AssertionError if it was paused or failed on the way."""
    broadcast.refresh_from_db(fields=["status", "finished_at", "problem"])
    assert broadcast.status == status or not broadcast.problem, broadcast.problem
    return broadcast.status == status


def until(is_so: Callable[[], bool], *, every: float = 0.05, seconds: float = 90) -> None:
    """Return when it is so; TimeoutError if it never is."""
    end = time.monotonic() + seconds
    while not is_so():
        if time.monotonic() > end:
            raise TimeoutError(f"not within {seconds:.0f} s")
        time.sleep(every)


def processor_seconds(pid: int) -> float:
    """What a process has used so far, in user and kernel. Linux only."""
    user, kernel = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13]
    return (int(user) + int(kernel)) / os.sysconf("SC_CLK_TCK")


def peak_memory(pid: int) -> float:
    """A process's highest resident size so far, in MB. Linux only."""
    status = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines())
    return int(status["VmHWM"].split()[0]) / 1000
