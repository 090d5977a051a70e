"""The audience of a send to a million: who they are, and who of them is left out."""

import json
import os
import sys
import tempfile
from pathlib import Path

import django

from config.stack import stack
from line.simulator.control import start


def run() -> list[dict]:
    """Rows of docs/benchmarks.md. Starts servers of its own unless the environment names some."""
    with (
        start() as line,
        tempfile.TemporaryDirectory() as data,
        stack(Path(data), LOG_LEVEL="WARNING", **line.environment) as installation,
    ):
        os.environ |= installation.environment
        django.setup()
        from benchmarks import chosen  # models can be imported only now

        return chosen.rows(line.simulator)


if __name__ == "__main__":
    json.dump(run(), sys.stdout, indent=2, ensure_ascii=False)
