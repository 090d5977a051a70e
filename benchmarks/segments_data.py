"""A client whose shop has gone on for two years: friends, links, orders, events, broadcasts; filled in bulk.

Django's models are imported inside functions: they can be only once the servers are known.
"""

import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import django

from config import embedded

SQL = Path(__file__).with_suffix(".sql")
PRODUCTS = 2_000
FILLED = [
    *("friends_friend", "friends_friendtag", "friends_fieldvalue", "customers_customer", "linking_link"),
    *("shops_order", "shops_customertotals", "events_event", "broadcasts_batch"),
]
EMPTY = [
    # As the owner, without a trigger per row for foreign keys: the numbers match by construction.
    "RESET ROLE",
    "SET session_replication_role = replica",
    "SET synchronous_commit = off",
    "SET maintenance_work_mem = '512MB'",
    # Indexes are left out while filling, and built afterwards, which is twice as fast.
    "UPDATE pg_index SET indisready = false WHERE indrelid = ANY(%(tables)s::regclass[])",
    # How names are searched, which nothing here does: a third of the time.
    "DROP INDEX friend_name_grams",
]
FULL = [
    "UPDATE pg_index SET indisready = true WHERE indrelid = ANY(%(tables)s::regclass[])",
    *(f"REINDEX TABLE {table}" for table in FILLED),
    *(
        f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}"
        for table in ("events_event", "broadcasts_broadcast", "shops_order")
    ),
    "RESET maintenance_work_mem",
    "SET session_replication_role = origin",
    "VACUUM ANALYZE",
]


@dataclass(frozen=True)
class Size:
    """How many friends, and how many events; an order is three of these: it was placed, and has two lines.

    Every other friend has the first of the tags, every fourth the second, and so on.
    """

    friends: int
    events: int
    tags: int = 20

    def numbers(self) -> dict[str, int]:
        customers, orders = self.friends * 2 // 5, self.events * 12 // 100
        return {
            "friends": self.friends,
            "tags": self.tags,
            "customers": customers,
            "links": customers * 7 // 8,
            "products": PRODUCTS,
            "orders": orders,
            "others": self.events - 3 * orders,
        }


@contextmanager
def client(slug: str, size: Size) -> Iterator[Any]:
    """A new client of that size, entered; it goes with its servers.

    Starts servers unless the environment names some, and so wants a process of its own.
    """
    with tempfile.TemporaryDirectory() as data, embedded.environment(Path(data)) as env:
        os.environ |= env | {"SPOOL_DIR": f"{data}/spool", "LOG_LEVEL": "ERROR"}
        os.environ |= {"API_REQUESTS_PER_MINUTE": "1000000"}
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
        django.setup()
        from django_tenants.utils import tenant_context

        tenant = _make_client(slug)
        with tenant_context(tenant):
            _fill(size)
            yield tenant


def _make_client(slug: str) -> Any:
    from django.core.management import call_command
    from django.utils import timezone

    from accounts import services
    from billing import services as billing

    call_command("migrate", verbosity=0)
    agency = services.create_agency(name="Benchmark", slug=slug)
    tenant = services.create_client(agency, slug=slug, name="Benchmark")
    billing.subscribe(tenant.pk, plan="standard", since=timezone.localdate())
    return tenant


def _fill(size: Size) -> None:
    from django.db import connection

    numbers = size.numbers()
    filling = re.sub(r"{(\w+)}", lambda name: str(numbers[name[1]]), SQL.read_text().partition("\n\n")[2])
    with connection.cursor() as cursor:
        for statement in EMPTY:
            cursor.execute(statement, {"tables": FILLED})
        cursor.execute(filling)
        for statement in FULL:
            cursor.execute(statement, {"tables": FILLED})
