"""What moved a figure: which sends, scenarios and routes it is made of, and how that was a month before.

A rate has no parts of its own: what moved it are the two figures that it is made of.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from campaigns import members
from campaigns.members import Member
from campaigns.models import Campaign
from costs.grouping import PURPOSES
from costs.periods import Period, before
from costs.spending import Eyes
from planning import prefill, reading
from planning.metrics import registry
from planning.metrics.registry import Metric
from planning.reading import Days
from planning.standing import Book
from planning.windows import Window

SHOWN = 8
# Whose parts explain a standing, which has none.
EXPLAINED_BY = {"friends": "route_friends", "reach": "route_friends", "net_growth": "route_friends"}


@dataclass(frozen=True, slots=True)
class Part:
    """What one thing brought on these days, and on the same days of the month before."""

    member: Member
    now: Decimal
    then: Decimal

    @property
    def difference(self) -> Decimal:
        return self.now - self.then


@dataclass(frozen=True, slots=True)
class Component:
    """One of the two figures of a rate, on these days and a month before."""

    metric: Metric
    now: Decimal | None
    then: Decimal | None


@dataclass(frozen=True, slots=True)
class Moved:
    """`metric` is the figure whose parts are shown. Parts with the largest differences come first.

    `rest` is what smaller parts brought together; `days` and `days_then` are what is compared.
    """

    metric: Metric
    days: Period
    days_then: Period
    now: Decimal | None
    then: Decimal | None
    parts: list[Part]
    rest: Part | None
    components: list[Component]

    @property
    def gained(self) -> Part | None:
        """What added most to the difference."""
        return max((part for part in self.parts if part.difference > 0), key=_difference, default=None)

    @property
    def missing(self) -> Part | None:
        return min((part for part in self.parts if part.difference < 0), key=_difference, default=None)


def of(eyes: Eyes, metric: Metric, campaign: Campaign | None, window: Window, book: Book) -> Moved | None:
    """None while no day of the window is counted."""
    until = book.counted_until
    if until is None or until < window.period.first:
        return None
    days = Period(window.period.first, min(window.period.last, until))
    then = _month_before(days)
    explained = registry.get(EXPLAINED_BY.get(metric.code, metric.code)) or metric
    whose = campaign if explained.has_owners else None
    codes = {metric.code, explained.code}
    now_of = reading.of_owners(eyes, codes, days, whose.pk if whose else None)
    then_of = reading.of_owners(eyes, codes, then, whose.pk if whose else None)
    parts = [] if metric.ratio or not explained.has_owners else _parts(explained, now_of, then_of)
    return Moved(
        metric=explained,
        days=days,
        days_then=then,
        now=_whole(metric, now_of),
        then=_whole(metric, then_of),
        parts=parts[:SHOWN],
        rest=_rest(parts[SHOWN:]),
        components=_components(metric, now_of, then_of),
    )


def _month_before(days: Period) -> Period:
    """The same days of the month before; a day that it does not have is its last."""
    first = _back(days.first)
    return Period(first, max(first, _back(days.last)))


def _back(day: date) -> date:
    month = before(day.replace(day=1))
    return month.replace(day=min(day.day, Period.of_month(month).last.day))


def _parts(metric: Metric, now_of: Mapping[str, Days], then_of: Mapping[str, Days]) -> list[Part]:
    owners = now_of.keys() | then_of.keys()
    known = members.of(owners)
    found = []
    for owner in owners:
        now = prefill.value_of(metric, now_of.get(owner, {})) or Decimal(0)
        then = prefill.value_of(metric, then_of.get(owner, {})) or Decimal(0)
        if now or then:
            found.append(Part(known.get(owner) or Member(owner, named(owner)), now, then))
    return sorted(found, key=lambda part: (-abs(part.difference), -part.now, part.member.name))


def named(owner: str) -> str:
    """What is of no single thing, in words."""
    return str(PURPOSES.get(owner.partition(":")[0], owner))


def _rest(parts: list[Part]) -> Part | None:
    if not parts:
        return None
    sums = (sum((getattr(part, name) for part in parts), Decimal(0)) for name in ("now", "then"))
    return Part(Member("", ""), *sums)


def _components(metric: Metric, now_of: Mapping[str, Days], then_of: Mapping[str, Days]) -> list[Component]:
    if not metric.ratio:
        return []
    parts = [found for code in metric.ratio if (found := registry.get(code))]
    return [Component(part, _whole(part, now_of), _whole(part, then_of)) for part in parts]


def _whole(metric: Metric, of_owners: Mapping[str, Days]) -> Decimal | None:
    """Of all things together."""
    together: Days = {}
    for days in of_owners.values():
        for code, series in days.items():
            sums = together.setdefault(code, {})
            for day, value in series.items():
                sums[day] = sums.get(day, Decimal(0)) + value
    return prefill.value_of(metric, together)


def _difference(part: Part) -> Decimal:
    return part.difference
