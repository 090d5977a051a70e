"""`python -m benchmarks [name …] [--write]`: measure, print the table, say what misses its budget."""

import argparse
import json
import os
import re
import signal
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

from benchmarks.budgets import BUDGETS

ROOT = Path(__file__).resolve().parent.parent
NAMES = [
    *(
        "simulator",
        "sending",
        "choosing",
        "fairness",
        "months",
        "webhooks",
        "links",
        "segments",
        "segments_http",
        "segments_large",
    ),
    *("scenarios", "friends", "customers", "events", "ledger", "campaign", "report"),
    *("rewards", "answers", "credits"),
]
AT_MOST = 300  # seconds one benchmark may take
# Those filled in first, for minutes.
LONGER = {
    "scenarios": 600,
    "segments": 600,
    "segments_http": 600,
    "segments_large": 900,
    "campaign": 900,
    "report": 900,
    "rewards": 600,
    "answers": 900,
    "credits": 900,
}
PAGE = ROOT / "docs" / "benchmarks.md"
BEGIN, END = "<!-- table: written by `python -m benchmarks --write` -->", "<!-- end of table -->"
HEADINGS = ["figure", "ours", "floor", "ratio", "budget", "met"]


def main() -> int:
    arguments = _arguments()
    rows, failed = [], []
    for name in arguments.names or NAMES:
        try:
            rows += _run(name)
        except subprocess.SubprocessError as error:
            print(error, file=sys.stderr)
            failed.append(name)
    print(_plain(rows))
    if arguments.write and not failed:
        PAGE.write_text(_with_table(PAGE.read_text(), rows))
    missed = [row["name"] for row in rows if not _is_met(row)]
    print(f"\nBudgets missed: {', '.join(missed) or 'none'}; not measured: {', '.join(failed) or 'none'}")
    return 1 if failed or (missed and arguments.strict) else 0


def _run(name: str) -> list[dict]:
    """Rows of one benchmark, measured in a process of its own: each starts servers of its own.

    Raises TimeoutExpired if it takes too long, CalledProcessError if it fails.
    """
    print(f"{name} …", end=" ", file=sys.stderr, flush=True)
    began = time.monotonic()
    command = [sys.executable, "-m", f"benchmarks.{name}"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as process:
        try:
            output, _ = process.communicate(timeout=LONGER.get(name, AT_MOST))
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGINT)  # so that it stops what it has started
            raise
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    print(f"{time.monotonic() - began:.0f} s", file=sys.stderr)
    return json.loads(output)


def _plain(rows: list[dict]) -> str:
    lines = [HEADINGS, *(_cells(row) for row in rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(_padded(line, widths) for line in lines)


def _padded(cells: list[str], widths: list[int]) -> str:
    first, *numbers = (
        cell.rjust(width) if place else cell.ljust(width)
        for place, (cell, width) in enumerate(zip(cells, widths, strict=True))
    )
    return "  ".join([first, *numbers]).rstrip()


def _cells(row: dict) -> list[str]:
    budgets = BUDGETS.get(row["name"], [])
    verdict = ("yes" if _is_met(row) else "NO") if budgets else ""
    floor, ratio = (_figure(row["floor"]), _figure(row["ratio"]))
    ours = f"{_figure(row['ours'])} {row['unit']}"
    return [row["name"], ours, floor, ratio, ", ".join(map(str, budgets)), verdict]


def _is_met(row: dict) -> bool:
    return all(budget.is_met(row) for budget in BUDGETS.get(row["name"], []))


def _figure(value: float | None) -> str:
    """Three digits, or the whole number; a dash where there is nothing to compare with."""
    if value is None:
        return "–"
    return f"{value:,.0f}" if value >= 100 or value == int(value) else f"{value:.3g}"


def _with_table(page: str, rows: list[dict]) -> str:
    table = "\n".join([BEGIN, "", _machine(), "", *_markdown(rows), "", END])
    return re.sub(f"{re.escape(BEGIN)}.*{re.escape(END)}", lambda _: table, page, flags=re.DOTALL)


def _markdown(rows: list[dict]) -> list[str]:
    headings = [*HEADINGS, "method"]
    lines = [headings, ["---"] * len(headings), *([*_cells(row), row["note"]] for row in rows)]
    return [f"| {' | '.join(cells)} |" for cells in lines]


def _machine() -> str:
    processor = _line_of("/proc/cpuinfo", "model name").split(":")[1].strip()
    memory = int(_line_of("/proc/meminfo", "MemTotal").split()[1]) / 1024**2
    python = ".".join(map(str, sys.version_info[:3]))
    cores = f"{os.cpu_count()} cores ({processor})"
    return f"{date.today():%Y-%m-%d}, {cores}, {memory:.0f} GiB, Python {python}."  # noqa: DTZ011


def _line_of(file: str, beginning: str) -> str:
    return next(line for line in Path(file).read_text().splitlines() if line.startswith(beginning))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "names", nargs="*", metavar="name", help=f"of {', '.join(NAMES)}; all if none is named"
    )
    parser.add_argument("--write", action="store_true", help=f"put the table into {PAGE.relative_to(ROOT)}")
    parser.add_argument("--strict", action="store_true", help="end with status 1 if a budget is missed")
    arguments = parser.parse_args()
    if unknown := set(arguments.names) - set(NAMES):
        parser.error(f"no such benchmark: {', '.join(sorted(unknown))}")
    return arguments


if __name__ == "__main__":
    sys.exit(main())
