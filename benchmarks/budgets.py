"""What each figure must reach: the budgets of docs/architecture.md, by the name of the row."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Budget:
    """A bound on our own figure, in the row's unit, or on its ratio to the floor."""

    of: str
    at_least: float | None = None
    at_most: float | None = None

    def __str__(self) -> str:
        sign, bound = ("≤", self.at_most) if self.at_least is None else ("≥", self.at_least)
        return f"{sign} {bound:,g}{' × floor' if self.of == 'ratio' else ''}"

    def is_met(self, row: dict) -> bool:
        figure = row[self.of]
        if self.at_least is None:
            return figure <= self.at_most
        return figure >= self.at_least


def _ours(**bound: float) -> Budget:
    return Budget("ours", **bound)


def _ratio(**bound: float) -> Budget:
    return Budget("ratio", **bound)


BUDGETS: dict[str, list[Budget]] = {
    "multicast to 100,000, rate": [_ratio(at_least=0.97)],
    "multicast to 1,000,000, rate": [_ratio(at_least=0.97)],
    "multicast to 1,000,000, first request to last stored outcome": [_ours(at_most=10.3)],
    "multicast refused for overrunning LINE's limit": [_ours(at_most=0)],
    "multicast to 1,000,000, limiter off": [_ratio(at_least=0.7)],
    "send now to first request, 1,000,000 friends": [_ours(at_most=2)],
    "freezing 1,000,000 friends": [_ours(at_most=0.5)],
    "freezing 1,000,000 friends, some left out": [_ours(at_most=0.5)],
    "pause to last request": [_ours(at_most=1)],
    "five channels at once, slowest": [_ratio(at_least=0.95)],
    "10 clients at once, slowest by the mean": [_ratio(at_most=1.5)],
    "personalised push to 20,000, rate": [_ratio(at_least=0.95)],
    "personalised push, cores of the sender": [_ours(at_most=0.6)],
    "memory of the sender, 1,000,000 friends": [_ours(at_most=250)],
    "simulator, push": [_ours(at_least=5_000)],
    "webhooks in, durable before the 200": [_ours(at_least=5_000), _ratio(at_least=0.7)],
    "webhooks in, p99": [_ours(at_most=50)],
    "webhook events processed": [_ours(at_least=10_000)],
    "tracked links": [_ours(at_least=3_000)],
    "tracked links, p99": [_ours(at_most=20)],
    "links of each friend's own": [_ours(at_least=3_000)],
    "links of each friend's own, p99": [_ours(at_most=20)],
    "segment count, 10 leaves, warm p95": [_ours(at_most=25)],
    "segment count, 10 leaves, cold": [_ratio(at_most=1)],
    "freezing the audience": [_ours(at_most=500)],
    "builder over HTTP, 10 leaves, 1,000,000 friends, warm p95": [_ours(at_most=25)],
    "builder over HTTP, 10 leaves, 1,000,000 friends, cold": [_ratio(at_most=1)],
    "builder over HTTP, 10 leaves, 10,000,000 friends, warm p95": [_ours(at_most=50)],
    "100,000 people of scenarios due at once, rate": [_ratio(at_least=0.95)],
    "100,000 people of scenarios due at once, cores of the worker": [_ours(at_most=0.6)],
    "event to first request during a bulk send, p95": [_ours(at_most=2)],
    "1,000,000 people waiting in scenarios, idle": [_ours(at_most=1)],
    "event to membership, p95": [_ours(at_most=1_000)],
    "relative time, from its moment to the count": [_ours(at_most=5)],
    "events in by API beside idle segments": [_ratio(at_least=0.9)],
    "import of 1,000,000 friends": [_ours(at_most=60)],
    "list of 1,000,000 friends, p95": [_ours(at_most=150)],
    "events in by API, batches of 100, 2 programs": [_ours(at_least=10_000)],
    "export of 1,000,000 friends": [_ours(at_most=15)],
    "export of 1,000,000 friends, memory": [_ours(at_most=150)],
    "monthly report, drafted": [_ours(at_most=3)],
    "monthly report, PDF": [_ours(at_most=1)],
    "monthly report, Excel": [_ours(at_most=1)],
    "nightly count of a client's days": [_ours(at_most=10)],
    "campaign page with its indicators in short": [_ours(at_most=300)],
    "campaign, tree of indicators": [_ours(at_most=300)],
    "board of 1,000 clients": [_ours(at_most=1_000)],
}
