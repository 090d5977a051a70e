"""Clicks, and whatever else browsers tell, on the disk until they are in the database: so nobody waits for a
commit.

Each process has two files and holds a lock on them. It writes to one while what stands in the other is being
stored; when that is done the other is emptied, and they change places. What a killed process leaves behind is
stored by the next one. The files are not synced: they outlive the process, not a machine that loses power.
"""

import fcntl
import io
import logging
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Generic, TypeVar

import orjson

from broadcasts.tracking.clicks import Click

logger = logging.getLogger(__name__)
AT_ONCE = 1_000
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Notes(Generic[T]):
    """What stands in the files: how their names end, and how one thing of a client becomes a line and back.

    `read` raises ValueError for what is no whole line.
    """

    suffix: str
    line: Callable[[str, T], bytes]
    read: Callable[[bytes], tuple[str, T]]


class Journal(Generic[T]):
    """The two files of one process in a directory that processes share."""

    def __init__(self, directory: Path, notes: Notes[T]) -> None:
        self._directory, self._notes = directory, notes
        self.files: list[io.FileIO] = []

    def write(self, schema: str, told: T) -> None:
        """Note it. Raises OSError if it cannot be written."""
        if not self.files:
            self._open()
        self.files[0].write(self._notes.line(schema, told))

    def turn(self) -> None:
        """What is written from now on goes to the other file; call it when that is empty."""
        self.files.reverse()

    def clear(self) -> None:
        """Empty the file that is not written to: what is in it is stored."""
        if self.files:
            self.files[1].seek(0)
            self.files[1].truncate()

    def close(self) -> None:
        """Take the files away. Only when all is stored."""
        for file in self.files:
            Path(str(file.name)).unlink(missing_ok=True)
            file.close()
        self.files = []

    def left_behind(self) -> list[Path]:
        """Files of processes that may have died, oldest first."""
        own = {str(file.name) for file in self.files}
        return sorted(path for path in self._directory.glob(f"*{self._notes.suffix}") if str(path) not in own)

    @contextmanager
    def take(self, path: Path) -> Iterator[Iterator[list[tuple[str, T]]]]:
        """What stands in such a file, with schemas, in portions; none while its process lives.

        The file is removed if the block ends well.
        """
        try:
            file = path.open("rb")
        except FileNotFoundError:  # another has stored it
            yield iter(())
            return
        with file:
            if not _is_free(file):
                yield iter(())
                return
            yield self._portions(file)
            path.unlink(missing_ok=True)

    def _open(self) -> None:
        self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        name = f"{time.time_ns()}-{os.getpid()}"
        for letter in "ab":
            file = io.FileIO(
                self._directory / f"{name}{letter}{self._notes.suffix}", "xb", opener=_open_private
            )
            fcntl.flock(file, fcntl.LOCK_EX)
            self.files.append(file)

    def _portions(self, file: io.BufferedReader) -> Iterator[list[tuple[str, T]]]:
        """A line that was cut off by a crash is passed over, and said."""
        found = []
        for line in file:
            try:
                found.append(self._notes.read(line))
            except ValueError:
                logger.warning("journal.half_a_line", extra={"file": file.name})
                continue
            if len(found) == AT_ONCE:
                yield found
                found = []
        if found:
            yield found


def _open_private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _is_free(file: io.BufferedReader) -> bool:
    """Whether nobody holds it, and nobody has stored it while we waited."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return os.fstat(file.fileno()).st_nlink > 0


def _line(schema: str, click: Click) -> bytes:
    return orjson.dumps([schema, click.link, click.friend, click.at], option=orjson.OPT_APPEND_NEWLINE)


def _read(line: bytes) -> tuple[str, Click]:
    schema, link, friend, at = orjson.loads(line)
    return schema, Click(link, friend, at=datetime.fromisoformat(at))


CLICKS = Notes(".clicks", _line, _read)
