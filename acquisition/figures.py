"""What came of some people who joined, and when they have paid back what they cost. Pure arithmetic.

Months are of 30 days since each person joined, so that people who joined on different days are compared at
the same age. A figure of an age is only of those who have reached it.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from itertools import pairwise
from typing import Any

FEW = 30  # people below which a figure is marked
MONTHS = 24  # since joining that are looked at
TREND = 3  # months by which a forecast goes on
FARTHEST = 60  # month up to which a forecast is told
NOTHING = Decimal(0)


@dataclass(frozen=True)
class Counted:
    """People who joined, and what they did since.

    `full` has how many people have so many whole months behind them, at most MONTHS. `sold` has revenue by
    month since joining and by whole months of who spent it; `linked_in` people likewise. `gone` has how many
    of those old enough were not friends any more so many months after they joined. `squares` is the sum of
    the squares of what each person spent; `by_month` has revenue by the client's calendar (2026-11).
    """

    new: int = 0
    linked: int = 0
    over_week: int = 0
    blocked_week: int = 0
    blocked_month: int = 0
    buyers: int = 0
    revenue: Decimal = NOTHING
    squares: float = 0.0
    full: Mapping[int, int] = field(default_factory=dict)
    sold: Mapping[tuple[int, int], Decimal] = field(default_factory=dict)
    linked_in: Mapping[tuple[int, int], int] = field(default_factory=dict)
    gone: Mapping[int, int] = field(default_factory=dict)
    by_month: Mapping[str, Decimal] = field(default_factory=dict)

    def __add__(self, other: "Counted") -> "Counted":
        mine: dict[str, Any] = self.__dict__
        theirs: dict[str, Any] = other.__dict__
        return Counted(**{name: _added(mine[name], theirs[name]) for name in self.__dataclass_fields__})

    @property
    def is_few(self) -> bool:
        return self.new < FEW

    def old_enough(self, months: int) -> int:
        """People with so many whole months behind them."""
        return sum(count for full, count in self.full.items() if full >= months)

    def kept(self, months: int) -> int:
        """How many of those old enough were friends so many months after they joined."""
        return self.old_enough(months) - self.gone.get(months, 0)

    @property
    def young_week(self) -> int:
        """Of whom nobody can say yet whether they block within a week."""
        return self.new - self.over_week

    @property
    def young_month(self) -> int:
        return self.new - self.old_enough(1)

    @property
    def link_rate(self) -> float | None:
        return self.linked / self.new if self.new else None

    @property
    def block_week_rate(self) -> float | None:
        return self.blocked_week / self.over_week if self.over_week else None

    @property
    def block_month_rate(self) -> float | None:
        return self.blocked_month / self.old_enough(1) if self.old_enough(1) else None

    def kept_rate(self, months: int) -> float | None:
        people = self.old_enough(months)
        return self.kept(months) / people if people else None

    @property
    def revenue_each(self) -> Decimal | None:
        return self.revenue / self.new if self.new else None

    @cached_property
    def curve(self) -> list["Point"]:
        """Revenue per friend by months since joining, each month of those who have it behind them.

        Months add up, so it never falls when only young people are left out; it ends where nobody is old
        enough.
        """
        found, sum_ = [], NOTHING
        for month in range(1, MONTHS + 1):
            people = self.old_enough(month)
            if not people:
                break
            amounts = (
                amount for (at, full), amount in self.sold.items() if at == month - 1 and full >= month
            )
            sum_ += sum(amounts, NOTHING) / people
            found.append(Point(month, people, sum_))
        return found

    def revenue_within(self, months: int) -> Decimal:
        """What those old enough spent in their first so many months."""
        found = (amount for (at, full), amount in self.sold.items() if at < months <= full)
        return sum(found, NOTHING)

    def linked_within(self, months: int) -> int:
        return sum(count for (at, full), count in self.linked_in.items() if at < months <= full)


@dataclass(frozen=True)
class Point:
    """`revenue` per friend until the end of this month since joining, as `people` show it."""

    month: int
    people: int
    revenue: Decimal

    @property
    def is_few(self) -> bool:
        return self.people < FEW


@dataclass(frozen=True)
class PayBack:
    """When revenue times margin passes the cost per friend.

    `month` is the month since joining; None: not yet, then `forecast` is the month if it goes on as in the
    last ones, None where it does not rise or nobody can say. `on` is the month of the calendar in which all
    of these friends together had paid back what they cost.
    """

    month: int | None = None
    forecast: int | None = None
    on: str | None = None
    is_few: bool = False

    @property
    def is_reached(self) -> bool:
        return self.month is not None


def pay_back(counted: Counted, cost: Decimal | None, margin: Decimal) -> PayBack | None:
    """None where there is no cost, or nobody whom it brought. `margin` is a share of revenue."""
    if not cost or not counted.new:
        return None
    each, curve = cost / counted.new, counted.curve
    month = next((point for point in curve if point.revenue * margin >= each), None)
    on = _passed(counted.by_month, cost, margin)
    if month:
        return PayBack(month.month, on=on, is_few=month.is_few or counted.is_few)
    return PayBack(forecast=_forecast(curve, each, margin), on=on, is_few=counted.is_few)


def _passed(by_month: Mapping[str, Decimal], cost: Decimal, margin: Decimal) -> str | None:
    sum_ = NOTHING
    for month in sorted(by_month):
        sum_ += by_month[month] * margin
        if sum_ >= cost:
            return month
    return None


def _forecast(curve: list[Point], each: Decimal, margin: Decimal) -> int | None:
    """It goes on by the mean of the last TREND months; with fewer behind them nobody can say."""
    if len(curve) < TREND:
        return None
    heights = [NOTHING, *(point.revenue * margin for point in curve)][-TREND - 1 :]
    step = sum((later - before for before, later in pairwise(heights)), NOTHING) / TREND
    if step <= 0:
        return None
    needed = -int(-(each - heights[-1]) // step)
    month = curve[-1].month + max(needed, 1)
    return month if month <= FARTHEST else None


def _added(mine: Any, theirs: Any) -> Any:
    if not isinstance(mine, Mapping):
        return mine + theirs
    sums: Counter = Counter(mine)
    for key, amount in theirs.items():
        sums[key] += amount
    return dict(sums)
