"""The month of an agency with a thousand clients: its usage in one call, and its statements."""

import json
import os
import sys
import tempfile
from pathlib import Path

import django

from config.stack import stack


def run() -> list[dict]:
    """Rows of docs/benchmarks.md. Starts servers of its own unless the environment names some."""
    with (
        tempfile.TemporaryDirectory() as data,
        stack(Path(data), LOG_LEVEL="WARNING") as installation,
    ):
        os.environ |= installation.environment
        django.setup()
        from benchmarks import agency  # models can be imported only now

        return agency.rows(installation)


if __name__ == "__main__":
    json.dump(run(), sys.stdout, indent=2, ensure_ascii=False)
