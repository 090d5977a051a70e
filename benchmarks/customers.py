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

CUSTOMERS = 1_000_000
LOOKED_AT = (100_000, 500_000)  # rows after which memory is read, besides the end
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
        return _in_a_new_client(Path(data))


def _in_a_new_client(data: Path) -> list[dict]:
    from django.core.management import call_command
    from django_tenants.utils import tenant_context

    from accounts import services
    from customers import fields

    call_command("migrate", verbosity=0)
    agency = services.create_agency(name="Benchmark of customers", slug="bench-customers")
    tenant = services.create_client(agency, slug="bench-customers", name="Benchmark")
    file = _write_file(data / "customers.csv")
    with tenant_context(tenant):
        fields.create_field("会員ランク", "text", key="rank")
        return _import(file)


def _write_file(place: Path) -> Path:
    with place.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        writer.writerows(_row(number) for number in range(CUSTOMERS))
    return place


def _row(number: int) -> list[str]:
    mixed = int(sha256(b"%d" % number).hexdigest()[-8:], 16)
    name = f"{SURNAMES[mixed % 20]} {GIVEN[mixed // 20 % 24]}"
    birthday = f"{1950 + mixed % 60}-{1 + mixed % 12:02}-{1 + mixed % 28:02}"
    return [f"M{number:08}", name, birthday, f"m{number}@example.jp", RANKS[mixed % 3]]


def _import(file: Path) -> list[dict]:
    """Portion by portion, as a worker does it; memory is read on the way, while reading and while writing."""
    from imports import engine, services

    began = time.perf_counter()
    with file.open("rb") as rows:
        run = services.submit(services.kind_named("customers"), rows, name=file.name, writes_at_once=True)
    peaks: dict[str, float] = {}

    def look() -> bool:
        for rows in LOOKED_AT:
            for what, count in (("read", run.rows), ("written", run.done)):
                if count >= rows:
                    peaks.setdefault(f"{rows:,} {what}", _peak())
        return True

    Path("/proc/self/clear_refs").write_text("5")  # forget the highest memory so far
    while engine.portion(run, look):
        look()
    ours = time.perf_counter() - began
    run.refresh_from_db()
    if (run.counts["created"], run.refused) != (CUSTOMERS, 0):
        raise AssertionError(f"imported {run.counts}, {run.refused} refused, {run.problem}")
    note = "name, birthday, sealed e-mail, a field; floor: COPY of the file into a table without an index"
    so_far = " · ".join(f"{rows}: {peak:.0f}" for rows, peak in peaks.items())
    return [
        _figure("import of 1,000,000 customers", ours, _floor(file), "s", note),
        _figure("import of 1,000,000 customers, memory", _peak(), None, "MB", f"peak after {so_far}"),
    ]


def _peak() -> float:
    """Megabytes."""
    [kilobytes] = re.findall(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())
    return int(kilobytes) / 1024


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
