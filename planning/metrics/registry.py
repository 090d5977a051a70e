"""Figures by code. An app that is to our right registers its own at start."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from zoneinfo import ZoneInfo

from django.utils.functional import Promise

from costs.periods import Period

Text = str | Promise


class Unit(StrEnum):
    COUNT = "count"
    MONEY = "money"
    SHARE = "share"


class Adds(StrEnum):
    """How a figure of several days is made of those of each day."""

    SUM = "sum"
    LAST = "last"  # the newest day that has one
    RATIO = "ratio"  # of two others


@dataclass(frozen=True, slots=True)
class Metric:
    """One figure. `about` says what is counted; `ratio` are the codes of what is divided by what.

    `power` is how LINE's cost is in it: 1 as it is, −1 below the line, 0 not at all. Who may not see cost
    sees no figure that it is in.
    """

    code: str
    label: Text
    about: Text
    unit: Unit = Unit.COUNT
    adds: Adds = Adds.SUM
    has_owners: bool = True  # what it is counted of belongs to campaigns; else it is the client's alone
    is_up: bool = True  # more is better
    ratio: tuple[str, str] | None = None
    power: int = 0
    is_shown: bool = True  # else only other figures are made of it

    @property
    def shows_cost(self) -> bool:
        return self.power != 0


@dataclass(frozen=True, slots=True)
class Span:
    """Days of the client's calendar, with the moments at which they begin and end."""

    period: Period
    zone: ZoneInfo

    @property
    def start(self) -> datetime:
        return self.period.moments(self.zone)[0]

    @property
    def end(self) -> datetime:
        return self.period.moments(self.zone)[1]

    @property
    def days(self) -> list[date]:
        count = (self.period.last - self.period.first).days + 1
        return [self.period.first + timedelta(days=number) for number in range(count)]


@dataclass(frozen=True, slots=True)
class Fact:
    """So many of something on one day. `owner` as in the ledger; empty: of the client as a whole."""

    metric: str
    day: date
    value: Decimal | int
    owner: str = ""


Read = Callable[[Span], Iterable[Fact]]
_metrics: dict[str, Metric] = {}
_sources: list[Read] = []


def register(*metrics: Metric) -> None:
    _metrics.update({metric.code: metric for metric in metrics})


def register_source(read: Read) -> None:
    """`read(span)` tells everything that it counts on these days; what it does not name is nothing."""
    _sources.append(read)


def facts(span: Span) -> Iterable[Fact]:
    """What all sources tell of these days."""
    for read in _sources:
        yield from read(span)


def get(code: str) -> Metric | None:
    return _metrics.get(code)


def shown() -> list[Metric]:
    """Those that people choose from, in the order in which they were registered."""
    return [metric for metric in _metrics.values() if metric.is_shown]


def parts(codes: Iterable[str]) -> set[str]:
    """What is kept by day of which these figures are made."""
    found: set[str] = set()
    for code in codes:
        metric = _metrics.get(code)
        if metric is None:
            continue
        found |= parts(metric.ratio) if metric.ratio else COST_PARTS if code == COST else {code}
    return found


COST = "cost"
# Of these the cost is made that a reader sees, by the contract of the month. All are net.
COST_PARTS = {"messages", "notices", "paid", "net", "notice_net", "ads"}
NET = {"net", "notice_net", "paid", "notices", "ads"}  # shown to nobody as they are
