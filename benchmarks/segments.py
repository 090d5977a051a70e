"""Counting and freezing a segment of ten conditions among a million friends, beside one hand-tuned SQL query.

Django's models are imported inside functions: they can be only once the servers are known.
"""

import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from statistics import median, quantiles
from zoneinfo import ZoneInfo

import django

from config import embedded

FRIENDS, CUSTOMERS, EVENTS = 1_000_000, 300_000, 2_000_000  # two tags each
WARM_TIMES, COLD_TIMES = 200, 5

FILLED = ["friends_friend", "friends_friendtag", "events_event"]
RANDOM = "(1 + (hashint4(n) & 2147483647) %% {})"
FILL = [
    # As the owner, without a trigger per row for foreign keys: the numbers match by construction.
    "RESET ROLE",
    "SET session_replication_role = replica",
    # Indexes that rule nothing are left out while filling, and built afterwards, which is twice as fast.
    "UPDATE pg_index SET indisready = false WHERE NOT indisunique AND indrelid = ANY(%(tables)s::regclass[])",
    f"""INSERT INTO friends_friend
          (id, line_user_id, display_name, picture_url, language, status, followed_at, created_at)
        SELECT n, 'U' || md5(n::text), 'friend ' || n, '', 'ja',
          CASE n %% 12 WHEN 0 THEN 'blocked' ELSE 'friend' END, now() - n %% 700 * interval '1 day', now()
        FROM generate_series(1, {FRIENDS}) n""",
    "INSERT INTO friends_tag (id, name, color) SELECT n, 'tag ' || n, '' FROM generate_series(1, 20) n",
    f"""INSERT INTO friends_friendtag (friend_id, tag_id, at)
        SELECT n, tag, now() FROM generate_series(1, {FRIENDS}) n, LATERAL (
          VALUES ({RANDOM.format(10)}), (11 + n %% 10)) AS given (tag)
        ORDER BY tag, n""",
    f"""INSERT INTO customers_customer (id, number, name, attributes, created_at, updated_at)
        SELECT n, n::text, '', jsonb_build_object('rank', (ARRAY['gold', 'silver', 'bronze'])[1 + n %% 3],
          'points', n %% 1000), now(), now() FROM generate_series(1, {CUSTOMERS}) n""",
    f"""INSERT INTO linking_link (friend_id, customer_id, method, linked_at, ended, consent)
        SELECT n * 3, n, 'api', now(), '', '' FROM generate_series(1, {CUSTOMERS}) n""",
    f"""INSERT INTO events_event (friend_id, customer_id, type, at, properties)
        SELECT CASE WHEN n %% 2 = 0 THEN {RANDOM.format(FRIENDS)} END,
          CASE WHEN n %% 2 = 1 THEN {RANDOM.format(CUSTOMERS)} END,
          (ARRAY['bought', 'viewed', 'carted'])[1 + n / 2 %% 3], now() - n %% 365 * interval '1 day',
          jsonb_build_object('product', 'p' || n %% 50, 'amount', n %% 90 * 100)
        FROM generate_series(1, {EVENTS}) n""",
    "UPDATE pg_index SET indisready = true WHERE indrelid = ANY(%(tables)s::regclass[])",
    "REINDEX TABLE friends_friend",
    "REINDEX TABLE friends_friendtag",
    "REINDEX TABLE events_event",
    "SET session_replication_role = origin",
    "VACUUM ANALYZE",
]

TREE = {
    "all": [
        {
            "any": [
                {"all": [{"type": "tag", "tag": 1}, {"not": {"type": "tag", "tag": 2}}]},
                {"type": "tag", "tag": 3},
                {"type": "linked", "is": True},
            ]
        },
        {"not": {"type": "tag", "tag": 4}},
        {"type": "friend_for", "days_at_least": 30},
        {
            "any": [
                {"type": "customer", "field": "attributes.rank", "op": "in", "value": ["gold", "silver"]},
                {"type": "customer", "field": "attributes.points", "op": "at_least", "value": 900},
            ]
        },
        {"type": "events", "event": "viewed", "count_at_least": 1, "within_days": 180},
        {"type": "events", "event": "bought", "count_at_most": 1, "within_days": 90},
    ]
}
LINKED = "linking_link l ON l.customer_id = {}.customer_id AND l.unlinked_at IS NULL"
DOERS = f"""
SELECT friend_id FROM events_event WHERE type = %s AND at >= %s AND friend_id IS NOT NULL
UNION ALL SELECT l.friend_id FROM events_event e JOIN {LINKED.format("e")}
WHERE e.type = %s AND e.at >= %s AND e.friend_id IS NULL"""
BY_HAND = f"""
SELECT count(*) FROM friends_friend f
WHERE f.status = 'friend' AND f.followed_at < %s
  AND (f.id IN (SELECT friend_id FROM friends_friendtag WHERE tag_id = 1)
       AND f.id NOT IN (SELECT friend_id FROM friends_friendtag WHERE tag_id = 2)
    OR f.id IN (SELECT friend_id FROM friends_friendtag WHERE tag_id = 3)
    OR f.id IN (SELECT friend_id FROM linking_link WHERE unlinked_at IS NULL))
  AND f.id NOT IN (SELECT friend_id FROM friends_friendtag WHERE tag_id = 4)
  AND f.id IN (SELECT l.friend_id FROM customers_customer c
    JOIN linking_link l ON l.customer_id = c.id AND l.unlinked_at IS NULL
    WHERE c.attributes ->> 'rank' IN ('gold', 'silver') OR (c.attributes ->> 'points')::int >= 900)
  AND f.id IN ({DOERS})
  AND f.id NOT IN (SELECT friend_id FROM ({DOERS}) d GROUP BY friend_id HAVING count(*) >= 2)
"""


def run() -> list[dict]:
    """Rows of docs/benchmarks.md: name, ours and the floor in the unit, their ratio, and a note.

    Starts servers of its own unless the environment names some, and so wants a process of its own.
    """
    with tempfile.TemporaryDirectory() as data, embedded.environment(Path(data)) as env:
        os.environ |= env
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
        django.setup()
        return _in_a_new_client(_measure)


def _in_a_new_client(work: Callable[[], list[dict]]) -> list[dict]:
    from django.core.management import call_command
    from django.db import connection
    from django_tenants.utils import tenant_context

    from accounts import services

    call_command("migrate", verbosity=0)
    agency = services.create_agency(name="Benchmark of segments", slug="bench-segments")
    with tenant_context(services.create_client(agency, slug="bench-segments", name="Benchmark")):
        with connection.cursor() as cursor:
            for statement in FILL:
                cursor.execute(statement, {"tables": FILLED})
        return work()


def _measure() -> list[dict]:
    from segments import services

    floor, expected = _by_hand()
    cold = _times(lambda: services.evaluate(TREE, fresh=True), COLD_TIMES)
    warm = _times(lambda: services.count(TREE), WARM_TIMES)
    freeze = _times(lambda: services.freeze(TREE), COLD_TIMES)
    freeze_known = _times(lambda: services.freeze(TREE, fresh=False), COLD_TIMES)
    frozen = services.freeze(TREE)
    if not frozen.count == services.count(TREE).total == expected:
        raise AssertionError(f"bitmaps say {frozen.count}, SQL by hand says {expected}")
    found = f"{frozen.count:,} of {FRIENDS:,} friends, {EVENTS:,} events"
    size = f"a bitmap of {len(frozen.bitmap) / 1000:.0f} kB"
    return [
        _row("segment count, 10 leaves, warm p50", median(warm), floor, f"in process; {found}"),
        _row("segment count, 10 leaves, warm p95", quantiles(warm, n=20)[-1], floor, "in process"),
        _row("segment count, 10 leaves, cold", median(cold), floor, "every leaf asked anew and stored"),
        _row("freezing the audience", median(freeze), floor, f"every leaf asked anew, {size}"),
        _row("freezing the audience, leaves known", median(freeze_known), floor, size),
    ]


def _by_hand() -> tuple[float, int]:
    """Median time of the query a specialist would write, with the memory it wants, and its answer."""
    from django.db import connection

    today = datetime.now(ZoneInfo("Asia/Tokyo")).replace(hour=0, minute=0, second=0, microsecond=0)
    viewed, bought = (today - timedelta(days=days) for days in (180, 90))
    params = [today - timedelta(days=29), *("viewed", viewed) * 2, *("bought", bought) * 2]
    with connection.cursor() as cursor:
        cursor.execute("SET work_mem = '256MB'")
        times = _times(lambda: cursor.execute(BY_HAND, params), COLD_TIMES)
        answer = cursor.fetchone()[0]
        cursor.execute("RESET work_mem")
    return median(times), answer


def _times(work: Callable[[], object], times: int) -> list[float]:
    """Milliseconds of each call, after one that is not counted."""
    work()
    return [_milliseconds(work) for _ in range(times)]


def _milliseconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - began)


def _row(name: str, ours: float, floor: float, note: str) -> dict:
    return {
        "name": name,
        "ours": round(ours, 2),
        "floor": round(floor, 2),
        "ratio": round(ours / floor, 4),
        "unit": "ms",
        "note": f"{note}; floor: the same tree as one hand-tuned SQL query",
    }


if __name__ == "__main__":
    json.dump(run(), sys.stdout, indent=2, ensure_ascii=False)
