"""Sending through the whole stack: PostgreSQL, Redis, beat, workers the LINE simulator, on one machine."""

import json
import os
import sys
import tempfile
from pathlib import Path

import django

from config.stack import stack
from line.simulator.control import start


def run() -> list[dict]:
    """Rows of docs/benchmarks.md: name, ours and the floor in the unit, their ratio, and a note.

    Starts servers of its own unless the environment names some, and so wants a process of its own.
    """
    with (
        start() as line,
        tempfile.TemporaryDirectory() as data,
        stack(Path(data), LOG_LEVEL="WARNING", **line.environment) as installation,
    ):
        os.environ |= installation.environment
        django.setup()
        from benchmarks import rounds  # models can be imported only now

        return rounds.rows(installation, line.simulator)


if __name__ == "__main__":
    json.dump(run(), sys.stdout, indent=2, ensure_ascii=False)
