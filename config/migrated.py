"""PostgreSQL's files with a migrated database in them, kept in `.data/migrated`; test runs begin with a copy.

To migrate an empty database takes half a minute, to copy one that is migrated takes none. What is kept is of
one state of the migrations; when they change, it is made anew.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

from config import embedded

KEPT = embedded.ROOT / ".data" / "migrated"
MOST_KEPT = 3  # states, so that going to and fro between two branches makes neither anew
# What else a migrated database depends on: third-party migrations, how ours are replayed, the walls, options.
SOURCES = ["requirements.txt", "accounts/migrator.py", "accounts/schemas.py", "config/settings.py"]
SOURCES += ["config/embedded.py", "config/migrated.py"]


def copy_to(data: Path) -> None:
    """Put the files of a server into `data`, which must not exist, for `embedded.start_postgresql` to start.

    Its database `embedded.DATABASE` is migrated. Raises CalledProcessError if that fails; stderr tells why.
    """
    KEPT.mkdir(parents=True, exist_ok=True)
    with (KEPT / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        kept = KEPT / _state()
        if not kept.exists():
            _make(kept)
        kept.touch()
        # The files belong to PostgreSQL's own user where we are root.
        subprocess.run(["cp", "-a", kept, data], check=True)  # noqa: S603, S607
        _forget_old_ones()


def _state() -> str:
    told = hashlib.sha256()
    migrations = sorted(embedded.ROOT.glob("*/migrations/*.py"))
    for path in [*(embedded.ROOT / source for source in SOURCES), *migrations]:
        told.update(f"{path.relative_to(embedded.ROOT)}\0".encode() + path.read_bytes())
    return told.hexdigest()[:16]


def _make(kept: Path) -> None:
    making = KEPT / "making"
    shutil.rmtree(making, ignore_errors=True)
    url, stop = embedded.start_postgresql(making, is_careless=True)
    settings = {"DATABASE_URL": url, "REDIS_URL": "redis://127.0.0.1:9/0", "SCHEMA_POOL_SIZE": "0"}
    settings |= {
        "SECRET_KEY": "none",
        "MASTER_KEYS": embedded.new_key(),
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }
    try:
        subprocess.run(  # noqa: S603  (our own command)
            [sys.executable, "manage.py", "migrate", "--verbosity", "0"],
            cwd=embedded.ROOT,
            env=os.environ | settings,
            check=True,
        )
    finally:
        stop()
    making.rename(kept)


def _forget_old_ones() -> None:
    states = [path for path in KEPT.iterdir() if path.is_dir()]
    for old in sorted(states, key=lambda path: path.stat().st_mtime, reverse=True)[MOST_KEPT:]:
        shutil.rmtree(old, ignore_errors=True)
