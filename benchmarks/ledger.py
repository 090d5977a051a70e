"""The ledger: posting 10,000 batches, pricing them again, looking prices up, three views of a month.

The floor of posting is a bare INSERT of the same rows into a table of the same columns and indexes: without
places, prices, sums of the month, locks or the question what is booked already.
Django's models are imported inside functions: they can be only once the servers are known.
"""

import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from statistics import median

import django
import orjson
import psycopg

from config import embedded

BATCHES, OF_POST, SENDS, LOOKUPS, ROUNDS = 10_000, 50, 1_000, 2_000, 3
MONTHS = [date(2026, month, 1) for month in range(1, 1 + 2 * ROUNDS)]
SIZE = 500  # messages of a batch
BARE_TABLE = "CREATE TABLE IF NOT EXISTS bare_ledger (LIKE billing_ledgerentry INCLUDING ALL)"
BARE_INSERT = """
INSERT INTO bare_ledger (tenant_id, kind, reference, label, month, accepted_at, messages, sent_before,
  free_count, paid_count, parts, amount, currency, created_at)
SELECT 1, 'multicast', reference, 'Autumn sale', month, accepted_at, 500, 0, 0, 500, parts, 1500, 'JPY',
  now()
FROM jsonb_to_recordset(%s::jsonb)
  AS given (reference text, month date, accepted_at timestamptz, parts jsonb)"""
BARE_LOOKUP = """
SELECT price.id, price.brackets, price.free_messages, price.monthly_fee, price.currency
FROM billing_subscription AS plan JOIN billing_pricetable AS price USING (plan_id)
WHERE plan.tenant_id = %s AND plan.valid_from <= %s AND price.valid_from <= %s AND price.superseded_at IS NULL
ORDER BY plan.valid_from DESC, price.valid_from DESC LIMIT 1"""
BARE_SUMS = """
SELECT split_part(reference, '/', 1), sum(messages), sum(amount) FROM billing_ledgerentry
WHERE tenant_id = %s AND month = %s GROUP BY 1"""


def run() -> list[dict]:
    """Rows of docs/benchmarks.md."""
    with tempfile.TemporaryDirectory() as data, embedded.environment(Path(data)) as env:
        os.environ |= env | {"LOG_LEVEL": "ERROR"}
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
        django.setup()
        tenant_id = _make_client()
        with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as bare:
            bare.execute(BARE_TABLE)
            return [*_posting(tenant_id, bare), *_reading(tenant_id, bare)]


def _make_client() -> int:
    from django.core.management import call_command

    from accounts import services
    from billing import services as billing

    call_command("migrate", verbosity=0)
    agency = services.create_agency(name="Benchmark of the ledger", slug="bench-ledger")
    tenant = services.create_client(agency, slug="bench-ledger", name="Benchmark")
    billing.subscribe(tenant.pk, plan="standard", since=MONTHS[0])
    return tenant.pk


def _posting(tenant_id: int, bare: psycopg.Connection) -> list[dict]:
    """A month for each round, ours and the floor in turns: what else the machine does falls on both."""
    rows = []
    ways = [("at once", BATCHES), (f"in posts of {OF_POST}", OF_POST)]
    for (how, size), months in zip(ways, (MONTHS[:ROUNDS], MONTHS[ROUNDS:]), strict=True):
        ours, floors = [], []
        for month in months:
            ours.append(_seconds(lambda month=month, size=size: _post(tenant_id, month, size)))
            floors.append(_seconds(lambda month=month, size=size: _insert(bare, month, size)))
        note = "seconds for all, each post a transaction; floor: bare INSERT of the same rows"
        rows.append(_figure(f"posting {BATCHES:,} batches {how}", ours, floors, "s", note))
    return rows


def _post(tenant_id: int, month: date, size: int) -> None:
    from django.db import transaction

    from billing import ledger

    entries = _entries(month)
    for start in range(0, BATCHES, size):
        with transaction.atomic():
            ledger.post(tenant_id, entries[start : start + size])
    if (booked := ledger.month_total(tenant_id, month).messages) != BATCHES * SIZE:
        raise AssertionError(f"booked {booked}")


def _entries(month: date) -> list:
    from billing.ledger import NewEntry

    at = datetime(month.year, month.month, 15, tzinfo=UTC)
    return [
        NewEntry("multicast", f"broadcast:{n % SENDS}/{month:%m}-{n}", "Autumn sale", SIZE, at)
        for n in range(BATCHES)
    ]


def _insert(bare: psycopg.Connection, month: date, size: int) -> None:
    parts = [{"kind": "additional", "count": SIZE, "unit_price": "3.0000"}]
    given = [
        {
            "reference": each.reference,
            "month": f"{month}",
            "accepted_at": f"{each.accepted_at}",
            "parts": parts,
        }
        for each in _entries(month)
    ]
    for start in range(0, BATCHES, size):
        bare.execute(BARE_INSERT, [orjson.dumps(given[start : start + size]).decode()])


def _reading(tenant_id: int, bare: psycopg.Connection) -> list[dict]:
    from billing import three_views

    month = MONTHS[0]
    lookups = [_seconds(lambda: _look_up(tenant_id, month)) for _round in range(ROUNDS)]
    bare_lookups = [_seconds(lambda: _look_up_bare(bare, tenant_id, month)) for _round in range(ROUNDS)]
    views = [_seconds(lambda: three_views.of_month(tenant_id, month)) for _round in range(ROUNDS)]
    sums = [
        _seconds(lambda: bare.execute(BARE_SUMS, [tenant_id, month]).fetchall()) for _round in range(ROUNDS)
    ]
    again = [_price_again(tenant_id, month) for month in MONTHS[:ROUNDS]]
    return [
        _figure(
            "price of a send looked up",
            [LOOKUPS / seconds for seconds in lookups],
            [LOOKUPS / seconds for seconds in bare_lookups],
            "/s",
            "the month's terms read and a send priced; floor: plan and prices by one bare SELECT",
        ),
        _figure(
            f"three views of a month with {SENDS:,} sends",
            [1_000 * seconds for seconds in views],
            [1_000 * seconds for seconds in sums],
            "ms",
            f"{BATCHES:,} entries; floor: messages and amount by send, by one bare SELECT",
        ),
        _figure(
            f"pricing {BATCHES:,} batches again",
            again,
            [],
            "s",
            f"another plan: {SENDS:,} sends get an entry",
        ),
    ]


def _look_up(tenant_id: int, month: date) -> None:
    from billing import plans
    from billing.pricing import price_accepted

    for number in range(LOOKUPS):
        price_accepted(plans.terms(tenant_id, month).tariff, number * SIZE, SIZE)


def _look_up_bare(bare: psycopg.Connection, tenant_id: int, month: date) -> None:
    for _number in range(LOOKUPS):
        bare.execute(BARE_LOOKUP, [tenant_id, month, month]).fetchone()


def _price_again(tenant_id: int, month: date) -> float:
    """Seconds, for a month that turns out to be on another plan."""
    from django.db import transaction

    from billing import ledger
    from billing.models import Plan, Subscription

    light, standard = (Plan.objects.get(country="JP", code=code) for code in ("light", "standard"))
    for plan, since in ((light, month), (standard, month.replace(month=month.month + 1))):
        Subscription.objects.create(tenant_id=tenant_id, plan=plan, valid_from=since)
    began = time.perf_counter()
    with transaction.atomic():
        ledger.price_again(tenant_id, month)
    return time.perf_counter() - began


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _figure(name: str, ours: Sequence[float], floors: Sequence[float], unit: str, note: str) -> dict:
    mine, floor = median(ours), median(floors) if floors else None
    ratio = None if floor is None else mine / floor
    return {"name": name, "ours": mine, "floor": floor, "ratio": ratio, "unit": unit, "note": note}


if __name__ == "__main__":
    json.dump(run(), sys.stdout)
