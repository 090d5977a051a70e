"""Ten clients of one installation start at once: whether any of them waits for the others."""

import json
import os
import sys
import tempfile
from pathlib import Path

import django

from config.stack import stack
from line.simulator.control import start

CLIENTS = 10
EACH = int(os.environ.get("FAIRNESS_FRIENDS", "100000"))


def run() -> list[dict]:
    """Rows of docs/benchmarks.md. Starts servers of its own unless the environment names some."""
    with (
        start() as line,
        tempfile.TemporaryDirectory() as data,
        stack(Path(data), LOG_LEVEL="WARNING", **line.environment) as installation,
    ):
        os.environ |= installation.environment
        django.setup()
        from benchmarks import at_once  # models can be imported only now

        return at_once.rows(installation, line.simulator, clients=CLIENTS, friends=EACH)


if __name__ == "__main__":
    json.dump(run(), sys.stdout, indent=2, ensure_ascii=False)
