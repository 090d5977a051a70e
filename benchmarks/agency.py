"""An agency with a thousand clients that have all sent: one call for all, and a draft of each invoice."""

import time
import urllib.request
from datetime import UTC, date, datetime
from decimal import Decimal
from statistics import median

from django.db import connection, transaction

from accounts import services as accounts
from accounts.models import Agency, Tenant
from benchmarks.rounds import row
from billing import ledger
from billing import services as billing
from billing.ledger import NewEntry
from billing.models import LedgerEntry
from config.stack import Stack
from contracts.models import Contract
from invoices import drafts
from invoices.models import Document

CLIENTS, SENDS, TIMES = 1_000, 40, 7
MONTH = date(2026, 11, 1)
SENT_AT = datetime(2026, 11, 15, 3, tzinfo=UTC)
BARE = """
SELECT t.slug, t.name, u.messages, u.free_count, u.paid_count, u.amount
FROM accounts_tenant t LEFT JOIN billing_monthusage u ON u.tenant_id = t.id AND u.month = %s ORDER BY t.name
"""


def rows(installation: Stack) -> list[dict]:
    """Milliseconds of a call over HTTP; floor: the sums of the month alone, by one bare query.

    Seconds of drafting, in one process; floor: as many bare transactions of a document and its lines.
    """
    agency = accounts.create_agency(name="Benchmark", slug="bench-months")
    clients = _make_clients(agency)
    key = accounts.create_agency_key(agency, name="Benchmark")[1]
    installation.start("web")
    _ask(installation, key)  # the first request of a process makes its connections
    ours = median(_ask(installation, key) for _ in range(TIMES))
    note = f"{SENDS} entries each, contracts and LINE's count with them; median of {TIMES}"
    floor = median(_bare() for _ in range(TIMES))
    return [
        row(f"usage of {CLIENTS:,} clients in one call", ours, floor, "ms", note),
        row(
            f"statements of {CLIENTS:,} clients drafted", _draft(clients), _bare_drafts(), "s", "one process"
        ),
    ]


def _draft(clients: list[Tenant]) -> float:
    began = time.perf_counter()
    for client in clients:
        drafts.make_draft(client, MONTH, by=None)
    spent = time.perf_counter() - began
    assert Document.objects.filter(month=MONTH).count() == CLIENTS
    return spent


def _bare_drafts() -> float:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bare_document (id int, total numeric)")
        cursor.execute("CREATE TABLE bare_line (document int, text text, amount numeric)")
        began = time.perf_counter()
        for number in range(CLIENTS):
            with transaction.atomic():
                cursor.execute("INSERT INTO bare_document VALUES (%s, 1)", [number])
                cursor.execute("INSERT INTO bare_line VALUES (%s, 'a', 1), (%s, 'b', 1)", [number, number])
        return time.perf_counter() - began


def _make_clients(agency: Agency) -> list[Tenant]:
    """Rows of public only: neither the ledger nor a bill needs a client's own schema."""
    clients = Tenant.objects.bulk_create(
        Tenant(agency=agency, slug=f"bench-{n}", name=f"Client {n:04}", schema_name=f"c_bench_{n}")
        for n in range(CLIENTS)
    )
    for client in clients:
        billing.subscribe(client.pk, plan="standard", since=MONTH)
        with transaction.atomic():
            ledger.post(client.pk, [_entry(number) for number in range(SENDS)])
    Contract.objects.bulk_create(
        Contract(tenant=client, valid_from=MONTH, kind="markup", rate=Decimal("0.2")) for client in clients
    )
    return clients


def _entry(number: int) -> NewEntry:
    return NewEntry(LedgerEntry.Kind.MULTICAST, f"broadcast:{number}/batch:1", "Measured", 1_000, SENT_AT)


def _ask(installation: Stack, key: str) -> float:
    address = f"http://{installation.host}:{installation.port}/agency/api/v1/usage/?month=2026-11"
    request = urllib.request.Request(address, headers={"Authorization": f"Bearer {key}"})
    began = time.perf_counter()
    with urllib.request.urlopen(request) as answer:  # noqa: S310  (our own server)
        body = answer.read()
    spent = time.perf_counter() - began
    assert body.count(b'"client"') == CLIENTS
    return spent * 1_000


def _bare() -> float:
    began = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute(BARE, [MONTH])
        assert len(cursor.fetchall()) == CLIENTS
    return (time.perf_counter() - began) * 1_000
