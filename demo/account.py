"""The account the demo gives of itself: progress while it works, what held, and what did not."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class Account:
    """Prints one line per step. `held` is False as soon as one check failed."""

    def __init__(self) -> None:
        self.held = True
        self.began = time.monotonic()
        self._number = 0

    @contextmanager
    def step(self, title: str) -> Iterator[None]:
        self._number += 1
        began = time.monotonic()
        print(f"\n{self._number}. {title}", flush=True)
        yield
        print(f"   ({time.monotonic() - began:.1f} s)", flush=True)

    def tell(self, text: str) -> None:
        print(f"   {text}", flush=True)

    def check(self, is_so: bool, text: str) -> None:
        self.held &= is_so
        print(f"   {'✓' if is_so else '✗ DOES NOT HOLD:'} {text}", flush=True)

    def wait(self, count: Callable[[], int], target: int, what: str, *, seconds: float = 60) -> bool:
        """Show a count growing until it reaches the target; False if it does not in time."""
        end = time.monotonic() + seconds
        while (now := count()) < target and time.monotonic() < end:
            self.progress(f"{what}: {now:,} of {target:,}")
            time.sleep(0.2)
        self.progress("")
        return now >= target

    def progress(self, text: str) -> None:
        """A line that the next one replaces; only where somebody watches."""
        if sys.stdout.isatty():
            print(f"\r\033[K   {text}" if text else "\r\033[K", end="", flush=True)

    def countdown(self, until: float, what: str) -> None:
        """Wait until a moment (seconds since the epoch)."""
        while (left := until - time.time()) > 0:
            self.progress(f"{what} {left:.0f} s")
            time.sleep(min(0.5, left))
        self.progress("")

    @property
    def seconds(self) -> float:
        return time.monotonic() - self.began
