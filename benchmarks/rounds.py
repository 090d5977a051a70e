"""Rounds of sending, each with a sender that has just started and a simulator that remembers nothing."""

import time
from dataclasses import dataclass
from statistics import median

from django_tenants.utils import tenant_context

from benchmarks import bare
from benchmarks.clients import SECRET, Client, make_client
from benchmarks.watching import is_in, peak_memory, processor_seconds, until
from broadcasts import services
from broadcasts.models import Broadcast
from broadcasts.sending import delivery
from config.celery import app
from config.stack import Stack
from line import messages, rates
from line.simulator.control import Simulator

MILLION, MANY, PERSONAL, EACH_OF_FIVE = 1_000_000, 100_000, 20_000, 300_000
LATENCY = 0.1  # seconds that the simulator takes to answer
TIMES = 3
MULTICASTS = rates.of("/v2/bot/message/multicast").per_second
PUSHES = rates.of("/v2/bot/message/push").per_second
BARE_PUSHES = 6_000
TEXT, PERSONAL_TEXT = "Sale today", "Hello {{display_name|you}}"


@dataclass(frozen=True)
class Round:
    """One broadcast, as the simulator and the database saw it. Moments are of the monotonic clock."""

    asked_at: float
    first_at: float
    last_at: float
    stored_at: float
    requests: int
    refused: int
    cores: float
    peak_mb: float

    @property
    def rate(self) -> float:
        return (self.requests - 1) / (self.last_at - self.first_at)

    @property
    def lag(self) -> float:
        """From the command to the first request."""
        return self.first_at - self.asked_at

    @property
    def seconds(self) -> float:
        """From the first request to the last stored outcome."""
        return self.stored_at - self.first_at


@dataclass(frozen=True)
class Bench:
    installation: Stack
    simulator: Simulator

    def begin(self, *clients: Client, rate_limits: bool = True) -> None:
        """Forget all earlier rounds: no token, no connection, no memory of theirs helps or hinders."""
        if "delivery" in self.installation.processes:
            self.installation.stop("delivery")
        self.simulator.reset()
        for client in clients:
            self.simulator.add_channel(client.channel_id, SECRET, open_friends=True, rate_limits=rate_limits)
        self.simulator.delay(int(LATENCY * 1000))

    def start_sender(self) -> None:
        self.installation.start("delivery")
        until(lambda: len(app.control.ping(timeout=0.2)) >= 2)

    @property
    def sender(self) -> int:
        return self.installation.processes["delivery"].pid


def rows(installation: Stack, simulator: Simulator) -> list[dict]:
    bench = Bench(installation, simulator)
    installation.start("worker", "beat")
    client = make_client(1, simulator, friends=MILLION, tagged=[MANY, PERSONAL, EACH_OF_FIVE])
    others = [make_client(n, simulator, friends=EACH_OF_FIVE, tagged=[]) for n in range(2, 6)]
    return [
        *_multicasts(bench, client),
        *_unpaced(bench, client),
        _pauses(bench, client),
        _five(bench, [client, *others]),
        *_pushes(bench, client),
    ]


def _multicasts(bench: Bench, client: Client) -> list[dict]:
    many = [_send(bench, client, TEXT, to_first=MANY) for _ in range(TIMES)]
    million = [_send(bench, client, TEXT) for _ in range(TIMES)]
    everyone = [
        ("rate", median(each.rate for each in million), MULTICASTS, "requests/s", LIMIT),
        (SECONDS, median(each.seconds for each in million), MILLION / 500 / MULTICASTS, "s", LIMIT),
        ("cores of the sender", median(each.cores for each in million), None, "cores", "without preparing"),
    ]
    memory = max(each.peak_mb for each in million)
    lag, refused = median(each.lag for each in million), sum(each.refused for each in many + million)
    broadcasts = f"{2 * TIMES} broadcasts"
    return [
        *_rows_of_many(many),
        *(row(f"multicast to 1,000,000, {name}", *rest) for name, *rest in everyone),
        row("multicast refused for overrunning LINE's limit", refused, 0, "requests", broadcasts),
        row("send now to first request, 1,000,000 friends", lag, None, "s", "sender just started"),
        row("memory of the sender, 1,000,000 friends", memory, None, "MB", f"highest of {TIMES} rounds"),
    ]


def _rows_of_many(rounds: list[Round]) -> list[dict]:
    least = (MANY / 500 - 1) / MULTICASTS + LATENCY
    rate, seconds = median(each.rate for each in rounds), median(each.seconds for each in rounds)
    return [
        row("multicast to 100,000, rate", rate, MULTICASTS, "requests/s", LIMIT),
        row(f"multicast to 100,000, {SECONDS}", seconds, least, "s", "floor: LINE's limit and one latency"),
    ]


SECONDS = "first request to last stored outcome"
LIMIT = f"floor: LINE's limit; median of {TIMES}; {LATENCY * 1000:.0f} ms simulated latency"


def _send(bench: Bench, client: Client, text: str, *, to_first: int | None = None) -> Round:
    """Send to everyone or to some, and see that each of them has it once."""
    bench.begin(client)
    bench.start_sender()
    draft = client.draft(text, to_first=to_first)
    asked_at = time.monotonic()
    broadcast = client.send_now(draft)
    with tenant_context(client.tenant):
        until(lambda: is_in(broadcast, Broadcast.Status.SENDING), every=0.02)
        began, busy = time.monotonic(), processor_seconds(bench.sender)
        until(lambda: is_in(broadcast, Broadcast.Status.SENT), every=0.2)
        cores = (processor_seconds(bench.sender) - busy) / (time.monotonic() - began)
        stored_at = broadcast.finished_at.timestamp() - time.time() + time.monotonic()
    seen = bench.simulator.requests(client.channel_id)
    assert bench.simulator.delivery_histogram(client.channel_id) == {"1": to_first or MILLION}
    return Round(
        asked_at=asked_at,
        first_at=seen["first_accepted_at"] - LATENCY,
        last_at=seen["last_accepted_at"] - LATENCY,
        stored_at=stored_at,
        requests=sum(seen["accepted"].values()),
        refused=sum(statuses.get("429", 0) for statuses in seen["by_endpoint"].values()),
        cores=cores,
        peak_mb=peak_memory(bench.sender),
    )


def _unpaced(bench: Bench, client: Client) -> list[dict]:
    """The engine and the bare loop in turn, both in this process."""
    ours, floors, prepared, laid_out = [], [], [], []
    for _ in range(TIMES):
        bench.begin(client, rate_limits=False)
        preparing, sending = _engine(client)
        prepared.append(preparing)
        ours.append(MILLION / sending)
        bench.begin(client, rate_limits=False)
        broadcast = client.draft(TEXT)  # stays a draft, so that no sender takes its batches
        laid_out.append(bare.lay_out(client, broadcast))
        floors.append(MILLION / bare.drain(client, broadcast, messages.frozen(broadcast.messages)))
    under_way = f"at most {bare.MOST_UNDER_WAY} requests under way"
    alone = f"one process, {under_way}; floor: bare claim, send, UPDATE; medians of {TIMES}"
    freeze = f"segment asked, batches written; floor: one INSERT … SELECT; medians of {TIMES}"
    return [
        row("multicast to 1,000,000, limiter off", median(ours), median(floors), "friends/s", alone),
        row("preparing 1,000,000 friends", median(prepared), median(laid_out), "s", freeze),
    ]


def _engine(client: Client) -> tuple[float, float]:
    """Seconds of preparing and of sending, in this process."""
    with tenant_context(client.tenant):
        broadcast = client.send_now(client.draft(TEXT))
        began = time.perf_counter()
        delivery.start_due()
        prepared = time.perf_counter()
        delivery.IS_PACED = False
        delivery.send_due(60, keep=lambda: None, hand_over=lambda: None)
        sent = time.perf_counter()
        assert is_in(broadcast, Broadcast.Status.SENT)
    return prepared - began, sent - prepared


def _pauses(bench: Bench, client: Client) -> dict:
    """Pause and resume one broadcast again and again: nobody is lost by it, nobody reached twice."""
    bench.begin(client)
    bench.start_sender()
    broadcast = client.send_now(client.draft(TEXT))
    with tenant_context(client.tenant):
        until(lambda: is_in(broadcast, Broadcast.Status.SENDING), every=0.02)
        delays = [_pause(bench, client, broadcast) for _ in range(TIMES)]
        until(lambda: is_in(broadcast, Broadcast.Status.SENT), every=0.2)
    assert bench.simulator.delivery_histogram(client.channel_id) == {"1": MILLION}
    return row("pause to last request", max(delays), None, "s", f"longest of {TIMES} in one broadcast")


def _pause(bench: Bench, client: Client, broadcast: Broadcast) -> float:
    """Seconds from the command to the last request that left; the broadcast goes on afterwards."""
    before = accepted_count(bench, client)
    until(lambda: accepted_count(bench, client) > before + MULTICASTS, every=0.1)
    asked_at = time.monotonic()
    services.pause(broadcast, by=None)
    time.sleep(1 + 2 * LATENCY)
    last_at = bench.simulator.requests(client.channel_id)["last_accepted_at"] - LATENCY
    services.resume(broadcast, by=None)
    return last_at - asked_at


def accepted_count(bench: Bench, client: Client) -> int:
    return sum(bench.simulator.requests(client.channel_id)["accepted"].values())


def _five(bench: Bench, clients: list[Client]) -> dict:
    """Five channels at once in one sender process: the slowest one's rate counts."""
    bench.begin(*clients)
    bench.start_sender()
    drafts = [client.draft(TEXT, to_first=None if n else EACH_OF_FIVE) for n, client in enumerate(clients)]
    broadcasts = [client.send_now(draft) for client, draft in zip(clients, drafts, strict=True)]
    for client, broadcast in zip(clients, broadcasts, strict=True):
        with tenant_context(client.tenant):
            until(lambda broadcast=broadcast: is_in(broadcast, Broadcast.Status.SENT), every=0.2)
    seen = [bench.simulator.requests(client.channel_id) for client in clients]
    speeds = [
        (EACH_OF_FIVE / 500 - 1) / (each["last_accepted_at"] - each["first_accepted_at"]) for each in seen
    ]
    note = f"{EACH_OF_FIVE:,} friends each; all five: {', '.join(f'{speed:.0f}' for speed in speeds)}"
    return row("five channels at once, slowest", min(speeds), MULTICASTS, "requests/s", note)


def _pushes(bench: Bench, client: Client) -> list[dict]:
    sent = _send(bench, client, PERSONAL_TEXT, to_first=PERSONAL)
    bench.begin(client)
    floor = bare.push(client, BARE_PUSHES, PUSHES) / (BARE_PUSHES / PUSHES)
    assert not sent.refused
    return [
        row("personalised push to 20,000, rate", sent.rate, PUSHES, "requests/s", "floor: LINE's limit"),
        row("personalised push, cores of the sender", sent.cores, floor, "cores", "floor: bare paced loop"),
    ]


def row(name: str, ours: float, floor: float | None, unit: str, note: str) -> dict:
    """One line of the table; `floor` is None where nothing simpler does the same."""
    ratio = ours / floor if floor else None
    return {"name": name, "ours": ours, "floor": floor, "ratio": ratio, "unit": unit, "note": note}
