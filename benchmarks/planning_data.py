"""A client of two years with sends, clicks, orders credited to them, LINE's counts, and a campaign.

On top of benchmarks/segments_data.py. PLANNING_FRIENDS and PLANNING_EVENTS make it smaller, to try it out.
Django's models are imported inside functions: they can be only once the servers are known.
"""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from statistics import median
from typing import Any

from benchmarks.segments_data import Size, client

SIZE = Size(
    friends=int(os.environ.get("PLANNING_FRIENDS", "1000000")),
    events=int(os.environ.get("PLANNING_EVENTS", "10000000")),
)
SENDS, DAYS, CLIENTS = 200, 400, 1_000
SENDS_FROM = 11  # ten are there already
FILL = [
    """INSERT INTO broadcasts_broadcast (id, name, segment_id, messages, status, version, created_at, key,
         method, audience_count, started_at, finished_at, problem)
       SELECT n, 'Sale ' || n, (SELECT max(id) FROM segments_segment),
         '[{"type": "text", "text": "Sale"}]', 'sent', 1, now(), gen_random_uuid(), 'multicast', 100000,
         now() - (n - 10) * interval '2 days', now() - (n - 10) * interval '2 days', ''
       FROM generate_series(11, 210) n""",
    """INSERT INTO broadcasts_trackedlink (id, code, broadcast_id, url)
       SELECT n, 'bench-' || n, n, 'https://shop.example/' || n FROM generate_series(11, 210) n""",
    """INSERT INTO broadcasts_linkclick (link_id, friend_id, at, is_first)
       SELECT 11 + n % 200, 1 + n * 7919 % %(friends)s,
         now() - (n % 200 + 1) * interval '2 days' + (n % 2880) * interval '1 minute', false
       FROM generate_series(1::bigint, %(clicks)s) n""",
    """INSERT INTO attribution_credit (point_id, source, model, owner, part, way, touched_at, at, customer_id,
         amount, currency)
       SELECT %(point)s, id, 'last', 'broadcast:' || 11 + id % 200, '', 'click', placed_at, placed_at,
         customer_id, total, 'JPY' FROM shops_order WHERE id % 3 = 0""",
    """INSERT INTO friends_audienceday (day, added, reach, blocks, fetched_at)
       SELECT current_date - n, %(friends)s - n * 100, %(friends)s * 7 / 10, %(friends)s / 10, now()
       FROM generate_series(1, 400) n""",
    """INSERT INTO invitations_linkday (day, friends, linked_friends, customers, linked_customers, by_entry)
       SELECT current_date - n, %(friends)s, %(friends)s / 3, %(friends)s / 2, %(friends)s / 3, '{}'
       FROM generate_series(1, 400) n""",
    "ANALYZE broadcasts_linkclick, attribution_credit, broadcasts_trackedlink, friends_audienceday",
]
RESET = (
    "SELECT setval(pg_get_serial_sequence('broadcasts_broadcast', 'id'), 1000)",
    "SELECT setval(pg_get_serial_sequence('broadcasts_trackedlink', 'id'), 1000)",
)


@contextmanager
def busy_client(slug: str) -> Iterator[tuple[Any, Any]]:
    """The client, entered, and its campaign of the last two months with a tree of indicators and targets."""
    with client(slug, SIZE) as tenant:
        _fill(tenant)
        yield tenant, _campaign(tenant)


def _fill(tenant: Any) -> None:
    from django.db import connection, transaction

    from attribution.models import Point
    from billing import ledger
    from broadcasts.models import Broadcast

    point = Point.objects.filter(kind=Point.Kind.ORDER).order_by("pk").first() or _order_point()
    numbers = {"friends": SIZE.friends, "clicks": SIZE.events // 5, "point": point.pk}
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        for statement in FILL:
            cursor.execute(_filled(statement, numbers))
        for statement in RESET:
            cursor.execute(statement)
        cursor.execute("SET session_replication_role = origin")
    sends = Broadcast.objects.filter(pk__gte=SENDS_FROM).order_by("started_at")
    with transaction.atomic():
        for send in sends:
            ledger.post(tenant.pk, [_entry(send)])


def _filled(statement: str, numbers: dict[str, int]) -> str:
    for name, number in numbers.items():
        statement = statement.replace(f"%({name})s", str(number))
    return statement


def _order_point() -> Any:
    from attribution import services

    return services.create_point(name="", kind="order", code="orders", by=None)


def _entry(send: Any) -> Any:
    from billing.ledger import NewEntry
    from billing.models import LedgerEntry

    return NewEntry(
        LedgerEntry.Kind.MULTICAST, f"{send.ledger_owner}/batch:1", send.name, 100_000, send.started_at
    )


def _campaign(tenant: Any) -> Any:
    """Half of the sends of two months belong to it."""
    from decimal import Decimal

    from broadcasts.models import Broadcast
    from campaigns import services as campaigns
    from costs.spending import Eyes
    from planning import counting, proposals, trees, windows

    today = counting.today()
    made = campaigns.create(
        name="Benchmark",
        purpose="sales",
        starts_on=today - timedelta(days=60),
        ends_on=today + timedelta(days=20),
        by=None,
    )
    recent = Broadcast.objects.filter(started_at__date__gte=made.starts_on).order_by("pk")
    for send in recent[::2]:
        campaigns.assign(send.ledger_owner, made, by=None)
    for whose in (made, None):
        window = windows.of(whose, f"{today:%Y-%m}", today)
        for kpi in trees.plant(whose, proposals.of("sales"), by=None):
            trees.set_target(kpi, window.month, Decimal(1_000), eyes=Eyes(tenant), by=None)
    return made


def seconds(act: Callable[[], Any], times: int = 1) -> float:
    """The median of so many times."""
    found = []
    for _time in range(times):
        began = time.perf_counter()
        act()
        found.append(time.perf_counter() - began)
    return median(found)


def first_of_last_month(today: date) -> date:
    return (today.replace(day=1) - timedelta(days=1)).replace(day=1)


def figure(name: str, ours: float, floor: float | None, unit: str, note: str) -> dict:
    return {
        "name": name,
        "ours": round(ours, 2),
        "floor": floor and round(floor, 2),
        "ratio": floor and round(ours / floor, 4),
        "unit": unit,
        "note": note,
    }
