"""Clients that send at once, and when each of them is through."""

import time

from django_tenants.utils import tenant_context

from benchmarks.clients import Client, make_client
from benchmarks.rounds import TEXT, Bench, row
from benchmarks.watching import is_in, until
from broadcasts.models import Broadcast
from config.stack import Stack
from line.simulator.control import Simulator


def rows(installation: Stack, simulator: Simulator, *, clients: int, friends: int) -> list[dict]:
    """The slowest client beside the mean of all, in seconds from the command to the last outcome."""
    bench = Bench(installation, simulator)
    installation.start("worker", "beat")
    every = [make_client(number, simulator, friends=friends, tagged=[]) for number in range(1, clients + 1)]
    seconds = _send(bench, every)
    for client in every:
        assert simulator.delivery_histogram(client.channel_id) == {"1": friends}
    mean = sum(seconds) / len(seconds)
    note = f"{friends:,} friends each; all: {', '.join(f'{each:.1f}' for each in sorted(seconds))} s"
    return [row(f"{clients} clients at once, slowest by the mean", max(seconds), mean, "s", note)]


def _send(bench: Bench, clients: list[Client]) -> list[float]:
    """From each client's own command to its last stored outcome: the commands follow each other."""
    bench.begin(*clients)
    bench.start_sender()
    drafts = [client.draft(TEXT) for client in clients]
    sent = [
        (client, time.time(), client.send_now(draft)) for client, draft in zip(clients, drafts, strict=True)
    ]
    return [_seconds(client, broadcast, began) for client, began, broadcast in sent]


def _seconds(client: Client, broadcast: Broadcast, began: float) -> float:
    with tenant_context(client.tenant):
        until(lambda: is_in(broadcast, Broadcast.Status.SENT), every=0.2)
    assert broadcast.finished_at is not None
    return broadcast.finished_at.timestamp() - began
