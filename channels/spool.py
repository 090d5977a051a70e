"""Bodies kept in local files while the database is away.

Each process appends to a file of its own, one line a body, and holds a lock on it meanwhile. Whoever gets the
lock may carry a file over to the database: the process itself later, or another one if it has died.
"""

import base64
import errno
import fcntl
import io
import os
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from itertools import islice
from pathlib import Path

import orjson

from channels.inbox import Body

SUFFIX = ".spool"
BODIES_AT_ONCE = 500


class Spool:
    """A directory of files of bodies. Its methods wait for the disk; several threads may call them."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._own: io.FileIO | None = None
        self._lock = threading.Lock()

    def append(self, bodies: Sequence[Body]) -> None:
        """Returns when the bodies are on the disk. Raises OSError if they may not be."""
        with self._lock:
            if self._own is None:
                self._own = self._create()
            try:
                _write(self._own, b"".join(map(_to_line, bodies)))
            except OSError:
                self._let_go()  # the file may end in half a line, which nothing may follow
                raise

    def release(self) -> None:
        """Write no further to the present file, so that it can be carried over."""
        with self._lock:
            self._let_go()

    def files(self) -> list[Path]:
        """What waits, oldest first, files of other processes included."""
        return sorted(self._directory.glob(f"*{SUFFIX}"))

    @contextmanager
    def take(self, path: Path) -> Iterator[Iterator[list[Body]]]:
        """The bodies of a file, in portions; none if another has it. Removed if the block ends well."""
        with path.open("rb") as file:
            if not _is_ours(file):
                yield iter(())
                return
            yield _portions(file)
            path.unlink()

    def _create(self) -> io.FileIO:
        self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = self._directory / f"{time.time_ns()}-{os.getpid()}{SUFFIX}"
        file = io.FileIO(path, "xb", opener=_open_private)
        fcntl.flock(file, fcntl.LOCK_EX)
        _sync_directory(self._directory)
        return file

    def _let_go(self) -> None:
        if self._own is not None:
            self._own.close()
            self._own = None


def _open_private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _sync_directory(path: Path) -> None:
    """Without this a crash of the machine could forget that the file was made."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _write(file: io.FileIO, data: bytes) -> None:
    if file.write(data) != len(data):
        raise OSError(errno.ENOSPC, "written in part only")
    os.fsync(file.fileno())


def _is_ours(file: io.BufferedReader) -> bool:
    """Whether we have the lock, and nobody carried the file over while we waited for it."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return os.fstat(file.fileno()).st_nlink > 0


def _portions(file: io.BufferedReader) -> Iterator[list[Body]]:
    """A last line without its end was never answered for, and is left out."""
    whole_lines = (line for line in file if line.endswith(b"\n"))
    while bodies := [_from_line(line) for line in islice(whole_lines, BODIES_AT_ONCE)]:
        yield bodies


def _to_line(body: Body) -> bytes:
    content = base64.b64encode(body.content).decode()
    fields = [body.tenant_id, body.received_at, body.signature, content]
    return orjson.dumps(fields, option=orjson.OPT_APPEND_NEWLINE)


def _from_line(line: bytes) -> Body:
    tenant_id, received_at, signature, content = orjson.loads(line)
    return Body(tenant_id, datetime.fromisoformat(received_at), signature, base64.b64decode(content))
