"""How many messages one entry takes, and what a thousand entries cost."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from accounts import current
from billing import forecast
from billing.pricing import Price
from scenarios.flow.base import Step
from scenarios.flow.messages import BY_LINE
from scenarios.flow.reading import Flow

ENTRIES = 1_000
Passed = Mapping[tuple[str, str], int]


@dataclass(frozen=True)
class Load:
    """LINE messages for one entry; `notices` are notification messages, which have a price of their own."""

    most: int = 0
    expected: float = 0
    notices: int = 0

    def __add__(self, other: "Load") -> "Load":
        return Load(self.most + other.most, self.expected + other.expected, self.notices + other.notices)


@dataclass(frozen=True)
class Cost:
    """Of a thousand entries, on top of what the month has used. The prices are net, as `Price` is."""

    load: Load
    most: Price
    expected: Price
    currency: str


def load(flow: Flow, passed: Passed | None = None) -> Load:
    """`passed` is how many have left a step by each way; where nobody has, all ways are as likely."""
    return _of(flow.steps, passed or {})


def of_thousand(flow: Flow, at: datetime, passed: Passed | None = None) -> Cost:
    """With the present plan and prices."""
    found = load(flow, passed)
    most, expected = (
        forecast.forecast(current.tenant().pk, messages=round(ENTRIES * each), at=at, is_bulk=False)
        for each in (found.most, found.expected)
    )
    return Cost(found, most.added, expected.added, most.currency)


def _of(steps: tuple[Step, ...], passed: Passed) -> Load:
    """What is behind a step on one of whose ways all end is reached by fewer; that is not counted off."""
    found = Load()
    for step in steps:
        found += _of_step(step, passed)
        if step.type == "end":
            break
    return found


def _of_step(step: Step, passed: Passed) -> Load:
    own = Load(notices=1) if step.type == "notice" else Load()
    if step.type == "send" and vars(step)["by"] in BY_LINE:
        own = Load(1, 1)
    if not step.ways:
        return own
    ways = [_of(way.steps, passed) for way in step.ways]
    shares = _shares(step, passed)
    return own + Load(
        max(each.most for each in ways),
        sum(each.expected * share for each, share in zip(ways, shares, strict=True)),
        max(each.notices for each in ways),
    )


def _shares(step: Step, passed: Passed) -> list[float]:
    """The share of people that takes each way."""
    if step.type == "split":
        return [path["percent"] / 100 for path in vars(step)["paths"]]
    counts = [passed.get((step.id, way.key), 0) for way in step.ways]
    whole = sum(counts)
    return [count / whole if whole else 1 / len(counts) for count in counts]
