"""By month of joining: what came of each month's new friends, month after month since they joined."""

from dataclasses import dataclass
from decimal import Decimal

from django.db import models
from django.utils.translation import gettext_lazy as _

from acquisition import counting
from acquisition.counting import HORIZON, Asked
from acquisition.figures import FEW, Counted


class Metric(models.TextChoices):
    REVENUE = "revenue", _("Revenue per friend, summed")
    KEPT = "kept", _("Still friends")
    LINKED = "linked", _("Linked")


@dataclass(frozen=True)
class Cell:
    """`value` so many months after joining, of the `people` who are old enough; shares are floats."""

    month: int
    people: int
    value: Decimal | float

    @property
    def is_few(self) -> bool:
        return self.people < FEW

    @property
    def is_share(self) -> bool:
        return isinstance(self.value, float)


@dataclass(frozen=True)
class Line:
    """Those who joined in one month (2026-11); None for all of them."""

    month: str | None
    new: int
    cells: list[Cell]

    @property
    def words(self) -> str:
        return self.month.replace("-", "/") if self.month else str(_("All"))

    def is_partial(self, cell: Cell) -> bool:
        return cell.people < self.new

    @property
    def shown(self) -> list[tuple[Cell, bool]]:
        """Each cell, and whether some people of the month are still too young for it."""
        return [(cell, self.is_partial(cell)) for cell in self.cells]

    @property
    def missing(self) -> range:
        """Months since joining that nobody has behind them."""
        return range(len(self.cells) + 1, HORIZON + 1)


def of(asked: Asked, metric: Metric) -> list[Line]:
    """All together first, then the newest month."""
    counted = counting.of(asked, counting.OF_MONTH)
    months = sorted(((str(month), each) for month, each in counted.items()), reverse=True)
    whole = sum((each for _month, each in months), Counted())
    return [_line(None, whole, metric)] * bool(months) + [
        _line(month, each, metric) for month, each in months
    ]


def _line(month: str | None, counted: Counted, metric: Metric) -> Line:
    cells = []
    for age in range(1, HORIZON + 1):
        people = counted.old_enough(age)
        if people:
            cells.append(Cell(age, people, _value(counted, metric, age, people)))
    return Line(month, counted.new, cells)


def _value(counted: Counted, metric: Metric, age: int, people: int) -> Decimal | float:
    if metric == Metric.KEPT:
        return counted.kept(age) / people
    if metric == Metric.LINKED:
        return counted.linked_within(age) / people
    return counted.revenue_within(age) / people
