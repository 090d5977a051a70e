"""A million customers from a CSV file, the importing process watched: its memory must not grow with the file.

Django's models are imported inside functions: they can be only once the servers are known.
"""

import csv
import json
import os
import re
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

import django

from benchmarks.friends import GIVEN, SURNAMES
from config import embedded

SIZES = (100_000, 500_000, 1_000_000)
COLUMNS = ["会員番号", "氏名", "誕生日", "メールアドレス", "会員ランク"]
RANKS = ["gold", "silver", "regular"]
FLOOR = "CREATE TEMP TABLE bare (number text, name text, birthday text, email text, rank text)"
COPY_BARE = "COPY pg_temp.bare FROM STDIN (FORMAT csv, HEADER)"


def run() -> list[dict]:
    """Starts servers of its own unless the environment names some, and so wants a process of its own."""
    with tempfile.TemporaryDirectory() as data, embedded.environment(Path(data)) as env:
        os.environ |= env
        os.environ |= {"DJANGO_SETTINGS_MODULE": "config.settings", "MEDIA_ROOT": f"{data}/media"}
        django.setup()
        return [figure for size in SIZES for figure in _of_size(Path(data), size)]


def _of_size(data: Path, size: int) -> list[dict]:
    """Each in a client of its own, whose tables are empty."""
    from django.core.management import call_command
    from django_tenants.utils import tenant_context

    from accounts import services
    from customers import fields

    call_command("migrate", verbosity=0)
    agency = services.create_agency(name=f"Benchmark of {size}", slug=f"bench-{size}")
    tenant = services.create_client(agency, slug=f"bench-{size}", name="Benchmark")
    file = _write_file(data / "customers.csv", size)
    with tenant_context(tenant):
        fields.create_field("会員ランク", "text", key="rank")
        return _import(file, size)


def _write_file(place: Path, size: int) -> Path:
    with place.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        writer.writerows(_row(number) for number in range(size))
    return place


def _row(number: int) -> list[str]:
    mixed = int(sha256(b"%d" % number).hexdigest()[-8:], 16)
    name = f"{SURNAMES[mixed % 20]} {GIVEN[mixed // 20 % 24]}"
    birthday = f"{1950 + mixed % 60}-{1 + mixed % 12:02}-{1 + mixed % 28:02}"
    return [f"M{number:08}", name, birthday, f"m{number}@example.jp", RANKS[mixed % 3]]


def _import(file: Path, size: int) -> list[dict]:
    from imports.engine import import_file

    Path("/proc/self/clear_refs").write_text("5")  # forget the highest memory so far
    began = time.perf_counter()
    with file.open("rb") as rows:
        report = import_file("customers", rows)
    ours = time.perf_counter() - began
    memory = _peak()
    if (report.counts["created"], report.refused_count) != (size, 0):
        raise AssertionError(f"imported {report}")
    print(f"{size:,} customers: {ours:.1f} s, {memory:.0f} MB", file=sys.stderr)
    figures = [_figure(f"import of {size:,} customers, memory", memory, None, "MB", "the importing process")]
    if size == SIZES[-1]:
        note = "name, birthday, sealed e-mail, a field; floor: COPY of the file into a table without an index"
        figures.append(_figure(f"import of {size:,} customers", ours, _floor(file), "s", note))
    return figures


def _peak() -> float:
    """Megabytes."""
    return int(re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text()).group(1)) / 1024


def _floor(file: Path) -> float:
    with _bare() as cursor:
        began = time.perf_counter()
        with cursor.copy(COPY_BARE) as copy, file.open("rb") as rows:
            while block := rows.read(1 << 20):
                copy.write(block)
        return time.perf_counter() - began


@contextmanager
def _bare() -> Iterator:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(FLOOR)
        yield cursor
        cursor.execute("DROP TABLE pg_temp.bare")


def _figure(name: str, ours: float, floor: float | None, unit: str, note: str) -> dict:
    return {
        "name": name,
        "ours": round(ours, 2),
        "floor": floor and round(floor, 2),
        "ratio": floor and round(ours / floor, 4),
        "unit": unit,
        "note": note,
    }


if __name__ == "__main__":
    json.dump(run(), sys.stdout, indent=2, ensure_ascii=False)
