"""Events a second by API, in batches of 100 and 1,000 from one program and from two, beside bare INSERTs.

Two granian processes serve, as in `make run`; programs are processes of their own, with a connection each.
Django's models are imported inside functions: they can be only once the servers are known.
"""

import http.client
import json
import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median

import django
import orjson
import psycopg

from benchmarks.webhooks import serving
from config import embedded

EVENTS, ROUNDS, CUSTOMERS = 20_000, 3, 5_000
SLUG = "bench-events"
PATH = f"/c/{SLUG}/api/v1/events/"
AT = "2026-11-01T12:00:00+09:00"
CUSTOMERS_SQL = """
INSERT INTO customers_customer (number, name, attributes, created_at, updated_at)
SELECT 'C-' || n, '', '{}', now(), now() FROM generate_series(0, %s) n"""
# What is stored of an event, with the same key, and nothing of what makes sure that it may be.
PLAIN_INSERT = """
INSERT INTO events_event (type, at, customer_id, properties, key)
SELECT type, at, 1, properties, key FROM jsonb_to_recordset(%s::jsonb) AS given (
    type text, at timestamptz, properties jsonb, key text) ON CONFLICT (key) DO NOTHING"""


def run() -> list[dict]:
    """Rows of docs/benchmarks.md."""
    with tempfile.TemporaryDirectory() as data, embedded.environment(Path(data)) as env:
        os.environ |= env | {"SPOOL_DIR": f"{data}/spool", "LOG_LEVEL": "ERROR"}
        os.environ["API_REQUESTS_PER_MINUTE"] = "1000000"
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
        django.setup()
        schema, key = _make_client()
        with serving("config.asgi:application") as port:
            _load(port, key, 100)
            return [_row(port, key, schema, size, programs) for size in (100, 1_000) for programs in (1, 2)]


def _make_client() -> tuple[str, str]:
    from django.core.management import call_command
    from django.db import connection
    from django_tenants.utils import tenant_context

    from accounts import services

    call_command("migrate", verbosity=0)
    agency = services.create_agency(name="Benchmark of events", slug=SLUG)
    tenant = services.create_client(agency, slug=SLUG, name="Benchmark")
    with tenant_context(tenant), connection.cursor() as cursor:
        cursor.execute(CUSTOMERS_SQL, [CUSTOMERS])
    return tenant.schema_name, services.create_api_key(tenant, name="bench", scopes=["events.add_event"])[1]


def _row(port: int, key: str, schema: str, size: int, programs: int) -> dict:
    """Both take turns, so that what else the machine does falls on both alike."""
    ours, floors = [], []
    for _ in range(ROUNDS):
        ours.append(_at_once(programs, lambda: _load(port, key, size)))
        floors.append(_at_once(programs, lambda: _insert(schema, size)))
    rates = {"ours": round(median(ours)), "floor": round(median(floors))}
    rates["ratio"] = round(rates["ours"] / rates["floor"], 3)
    name = f"events in by API, batches of {size:,}, {programs} program{'s' if programs > 1 else ''}"
    note = f"medians of {ROUNDS}; floor: the same JSON by bare INSERT, as many connections"
    return {"name": name, **rates, "unit": "events/s", "note": note}


def _at_once(programs: int, work) -> float:
    """Events a second of all together."""
    with ThreadPoolExecutor(programs) as pool:
        began = time.perf_counter()
        list(pool.map(lambda _: work(), range(programs)))
        return programs * EVENTS / (time.perf_counter() - began)


def _load(port: int, key: str, size: int) -> None:
    command = [sys.executable, "-m", "benchmarks.events", "load", str(port), key, str(size)]
    subprocess.check_call(command, cwd=embedded.ROOT)


def load(port: int, key: str, size: int) -> None:
    """Send EVENTS events in batches, each to be answered 200 with all of them recorded."""
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    connection = http.client.HTTPConnection("127.0.0.1", port)
    for batch in _batches(size):
        connection.request("POST", PATH, batch, headers)
        answer = connection.getresponse()
        body = answer.read()
        assert answer.status == 200, body
        assert orjson.loads(body)["recorded"] == size, body


def _insert(schema: str, size: int) -> None:
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        connection.execute(f'SET search_path = "{schema}"')
        for batch in _batches(size):
            events = orjson.dumps(orjson.loads(batch)["events"]).decode()
            connection.execute(PLAIN_INSERT, [events])


def _batches(size: int) -> list[bytes]:
    unique = time.time_ns()
    return [
        orjson.dumps({"events": [_event(unique, number) for number in range(start, start + size)]})
        for start in range(0, EVENTS, size)
    ]


def _event(unique: int, number: int) -> dict:
    return {
        "type": ("viewed", "carted", "favourite_added")[number % 3],
        "at": AT,
        "customer": f"C-{number * 7 % CUSTOMERS}",
        "key": f"{unique:x}-{number}-{os.getpid()}",
        "properties": {"product": f"sku-{number % 500}", "name": "リネンシャツ", "price": 4980},
    }


if __name__ == "__main__":
    if sys.argv[1:2] == ["load"]:
        load(int(sys.argv[2]), sys.argv[3], int(sys.argv[4]))
    else:
        json.dump(run(), sys.stdout, indent=2, ensure_ascii=False)
