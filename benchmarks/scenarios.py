"""Scenarios through the whole stack: people due at once, a trigger during a bulk send, many who wait."""

import json
import os
import sys
import tempfile
from pathlib import Path

import django

from config.stack import stack
from line.simulator.control import start

DUE = int(os.environ.get("SCENARIOS_DUE", "100000"))
BULK = int(os.environ.get("SCENARIOS_BULK", "1000000"))
WAITING = int(os.environ.get("SCENARIOS_WAITING", "1000000"))


def run() -> list[dict]:
    """Rows of docs/benchmarks.md. Starts servers of its own unless the environment names some."""
    with (
        start() as line,
        tempfile.TemporaryDirectory() as data,
        stack(Path(data), LOG_LEVEL="WARNING", **line.environment) as installation,
    ):
        os.environ |= installation.environment
        django.setup()
        from benchmarks import own_moments  # models can be imported only now

        return own_moments.rows(installation, line.simulator, due=DUE, bulk=BULK, waiting=WAITING)


if __name__ == "__main__":
    json.dump(run(), sys.stdout, indent=2, ensure_ascii=False)
