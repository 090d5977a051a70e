"""A database and a Redis of a test's own."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

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
