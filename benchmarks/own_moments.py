"""Rounds of scenarios: what `benchmarks/scenarios.py` measures."""

import os
import time
from datetime import timedelta
from statistics import quantiles

from django.db import transaction
from django.db.models import Max, Min
from django.utils import timezone
from django_tenants.utils import tenant_context

from accounts import board
from benchmarks import bare
from benchmarks.clients import Client, make_client, tables_of
from benchmarks.rounds import BARE_PUSHES, LATENCY, PUSHES, Bench, row
from benchmarks.watching import processor_seconds, until
from config.stack import Stack
from events import timeline
from events.timeline import NewEvent
from line.simulator.control import Simulator
from scenarios import services
from scenarios.models import Entry, Scenario, Send
from scenarios.work import KIND

EXITS = [{"type": "blocked"}, {"type": "event", "event": "bought"}]
TEXT = [{"type": "text", "text": "Hello {{display_name|you}}"}]
SEND = {"id": "say", "type": "send", "messages": TEXT}
LONG = {"id": "rest", "type": "wait", "days": 30}
TRIGGERED, EVERY = 100, 0.08  # events one by one, and the seconds between two of them
IDLE = 30.0  # seconds
ERROR = 4 / os.sysconf("SC_CLK_TCK")  # seconds: two processes, each read in ticks at both ends
ENTER = """
INSERT INTO scenarios_entry (scenario_id, version_id, friend_id, subject, context, key, step, state, priority,
    due_at, waits_for, problem, is_test, reason)
SELECT %(scenario)s, %(version)s, friend.id, '', '{}', friend.id::text, %(step)s, 'waiting', 5,
    %(due)s, '', '', false, ''
FROM friends_friend friend ORDER BY friend.id LIMIT %(most)s"""


def rows(installation: Stack, simulator: Simulator, *, due: int, bulk: int, waiting: int) -> list[dict]:
    bench = Bench(installation, simulator)
    installation.start("worker", "beat", "delivery")
    client = make_client(1, simulator, friends=max(due, bulk, waiting), tagged=[bulk])
    bench.simulator.delay(int(LATENCY * 1000))
    return [
        *_due(bench, client, due),
        *_latency(bench, client, bulk),
        *_idle(bench, client, waiting),
    ]


def _due(bench: Bench, client: Client, count: int) -> list[dict]:
    """So many people whose moment comes within one second."""
    bench.simulator.delay(int(LATENCY * 1000))
    scenario = _scenario(client, "Due", [SEND])
    moment = timezone.now() + timedelta(seconds=5 + count / 50_000)
    _enter(client, scenario, "say", moment, count)
    worker = bench.installation.processes["worker"].pid
    with tenant_context(client.tenant):
        until(lambda: Send.objects.filter(accepted_at__isnull=False).exists(), every=0.02, seconds=60)
        began, busy = time.monotonic(), processor_seconds(worker)
        left = Entry.objects.filter(scenario=scenario, ended_at=None)
        until(lambda: not left.exists(), every=0.2, seconds=240)
        cores = (processor_seconds(worker) - busy) / (time.monotonic() - began)
        sends = Send.objects.filter(scenario_id=scenario.pk)
        times = sends.aggregate(first=Min("accepted_at"), last=Max("accepted_at"))
    seen = bench.simulator.delivery_histogram(client.channel_id)
    assert seen == {"1": count}, seen
    seconds = (times["last"] - times["first"]).total_seconds()
    lag = (times["first"] - moment).total_seconds() - LATENCY
    floor = bare.push(client, BARE_PUSHES, PUSHES) / (BARE_PUSHES / PUSHES)
    name = f"{count:,} people of scenarios due at once"
    return [
        row(f"{name}, rate", (count - 1) / seconds, PUSHES, "requests/s", "floor: LINE's limit"),
        row(f"{name}, cores of the worker", cores, floor, "cores", "floor: bare paced loop"),
        row(f"{name}, moment to first request", lag, None, "s", "woken by the work board"),
    ]


def _latency(bench: Bench, client: Client, bulk: int) -> list[dict]:
    """Events one by one while a broadcast is being sent: each lets somebody in who is sent to at once."""
    trigger = {"type": "event", "event": "carted"}
    scenario = _scenario(client, "Triggered", [SEND], trigger=trigger)
    bench.simulator.reset()
    bench.begin(client)
    bench.start_sender()
    client.send_now(client.draft("Sale today", to_first=bulk))
    committed: dict[int, float] = {}
    for friend in range(1, TRIGGERED + 1):
        time.sleep(EVERY)
        with tenant_context(client.tenant), transaction.atomic():
            timeline.record([NewEvent("carted", timezone.now(), friend_id=friend)])
        committed[friend] = time.time()
    with tenant_context(client.tenant):
        sent = Send.objects.filter(scenario_id=scenario.pk, state="accepted")
        until(lambda: sent.count() == TRIGGERED, every=0.2)
        accepted = {friend: at for friend, at in sent.values_list("friend_id", "accepted_at") if at}
    waits = [accepted[friend].timestamp() - LATENCY - at for friend, at in committed.items()]
    by_hundred = quantiles(waits, n=100)
    note = f"{TRIGGERED} events while a broadcast to {bulk:,} is being sent; by the stored time of the answer"
    return [
        row(f"event to first request during a bulk send, p{at}", by_hundred[at - 1], None, "s", note)
        for at in (50, 95, 99)
    ]


def _idle(bench: Bench, client: Client, count: int) -> list[dict]:
    """Many who wait for another day: what the workers use, beyond what they use without them."""
    scenario = _scenario(client, "Waiting", [LONG, SEND])
    floor = _used(bench)
    _enter(client, scenario, "rest", timezone.now() + timedelta(days=30), count)
    with tenant_context(client.tenant):
        board.call(KIND)
    time.sleep(2)
    used = _used(bench)
    with tenant_context(client.tenant):
        assert Entry.objects.inside().filter(scenario=scenario).count() == count
    name = f"{count:,} people waiting in scenarios"
    note = f"worker and beat over {IDLE:.0f} s, all that they do; floor: nobody waiting"
    share = f"what the two differ by; less than {100 * ERROR / IDLE:.2f} cannot be told from nothing"
    return [
        row(f"{name}, idle", 100 * used, 100 * floor, "% of a core", note),
        row(f"{name}, the engine's own share", 100 * (used - floor), None, "% of a core", share),
    ]


def _used(bench: Bench) -> float:
    processes = [bench.installation.processes[name].pid for name in ("worker", "beat")]
    before = sum(map(processor_seconds, processes))
    time.sleep(IDLE)
    return (sum(map(processor_seconds, processes)) - before) / IDLE


def _scenario(client: Client, name: str, steps: list[dict], **parts: object) -> Scenario:
    flow = {"trigger": {"type": "api"}, "exits": EXITS, "steps": steps, **parts}
    with tenant_context(client.tenant):
        scenario = services.create(name, flow=flow, by=None)
        services.publish(scenario, revision=scenario.revision, by=None)
        return scenario


def _enter(client: Client, scenario: Scenario, step: str, due: object, count: int) -> None:
    """Written as a bulk import would, not through the door of the triggers."""
    about = {"scenario": scenario.pk, "version": scenario.version_id, "step": step, "due": due, "most": count}
    with tables_of(client.tenant) as connection:
        connection.execute(ENTER, about)
        connection.execute("VACUUM ANALYZE scenarios_entry")
    with tenant_context(client.tenant):
        board.call(KIND, due)  # type: ignore[arg-type]
