"""Routes and ads side by side: what friends cost, whether they stay, and what they bring."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property

from acquisition import counting, grouping
from acquisition.counting import Asked
from acquisition.figures import Counted, PayBack, pay_back
from acquisition.grouping import UNKNOWN, By, Name
from acquisition.models import Margin
from routes import returns
from routes.models import AdCost, Route

NOBODY = Counted()


@dataclass(frozen=True)
class Part:
    """A group, or what it is made of. `cost` is None where none was entered or it may not be seen, `people`
    where nobody can say who came.
    """

    cost: Decimal | None = None
    visits: int = 0
    people: Counted | None = NOBODY
    paid_cost: Decimal = Decimal(0)
    paid: Counted = NOBODY

    @classmethod
    def of(cls, cost: Decimal | None, visits: int, people: Counted | None) -> "Part":
        if cost is None or people is None:
            return cls(cost, visits, people)
        return cls(cost, visits, people, cost, people)

    def __add__(self, other: "Part") -> "Part":
        costs = [each.cost for each in (self, other) if each.cost is not None]
        counted = [each.people for each in (self, other) if each.people is not None]
        return Part(
            sum(costs, Decimal(0)) if costs else None,
            self.visits + other.visits,
            sum(counted, NOBODY) if counted else None,
            self.paid_cost + other.paid_cost,
            self.paid + other.paid,
        )


@dataclass(frozen=True)
class Row:
    """One group, with its name. Only where cost and people are both known one is divided by the other."""

    key: str
    name: Name
    part: Part
    margin: Decimal = field(default=Decimal(1), repr=False)

    @property
    def people(self) -> Counted:
        return self.part.people or NOBODY

    @property
    def is_known(self) -> bool:
        """Whether anybody can say who came."""
        return self.part.people is not None

    @property
    def cost(self) -> Decimal | None:
        return self.part.cost

    @property
    def new(self) -> int | None:
        return self.people.new if self.is_known else None

    @property
    def came_rate(self) -> float | None:
        """New friends of openings of the link."""
        return self.people.new / self.part.visits if self.is_known and self.part.visits else None

    @property
    def cost_each(self) -> Decimal | None:
        return _divided(self.part.paid_cost, self.part.paid.new)

    @property
    def cost_linked(self) -> Decimal | None:
        return _divided(self.part.paid_cost, self.part.paid.linked)

    @property
    def per_cost(self) -> Decimal | None:
        """Revenue for each yen of cost (ROAS)."""
        return _divided(self.part.paid.revenue, self.part.paid_cost)

    @cached_property
    def kept(self) -> tuple[float | None, float | None]:
        """Shares that were friends 30 and 90 days after they joined."""
        return self.people.kept_rate(1), self.people.kept_rate(3)

    @cached_property
    def pay_back(self) -> PayBack | None:
        return pay_back(self.part.paid, self.part.paid_cost or None, self.margin)


@dataclass(frozen=True)
class Table:
    """The dearest groups first, then the largest; those of whom no route is known last."""

    asked: Asked
    by: By
    rows: list[Row]
    total: Row
    margin: Margin
    shows_cost: bool

    def row(self, key: str) -> Row | None:
        return next((row for row in self.rows if row.key == key), None)


def of(asked: Asked, by: By, *, shows_cost: bool) -> Table:
    """In ten queries at most, however many groups there are."""
    margin = Margin.present()
    counted = _counted(asked, by)
    visits = _visits(asked, by)
    costs = _costs(asked, by) if shows_cost else {}
    units = counted.keys() | visits.keys() | costs.keys()
    routes = Route.objects.in_bulk(grouping.routes_in(by, units))
    silent = _silent(asked, by, units, counted, visits, routes)
    parts = {
        unit: Part.of(
            costs.get(unit), visits.get(unit, 0), None if unit in silent else counted.get(unit, NOBODY)
        )
        for unit in units
    }
    grouped = _grouped(parts, grouping.groups(by, units, routes))
    names = grouping.names(by, grouped, routes)
    rows = [Row(key, names[key], part, margin.share) for key, part in grouped.items()]
    rows.sort(key=lambda row: (row.key == UNKNOWN, -(row.cost or 0), -row.people.new, str(row.name.words)))
    total = Row("", Name(""), sum((row.part for row in rows), Part()), margin.share)
    return Table(asked, by, rows, total, margin, shows_cost)


def _counted(asked: Asked, by: By) -> dict[str, Counted]:
    found: dict[str, Counted] = {}
    for key, each in counting.of(asked, grouping.COUNTED_BY[by]).items():
        unit = grouping.unit(by, key)
        found[unit] = found[unit] + each if unit in found else each
    return found


def _visits(asked: Asked, by: By) -> dict[str, int]:
    found: dict[str, int] = {}
    for key, count in counting.visits(asked, grouping.COUNTED_BY[by]).items():
        unit = grouping.unit(by, key)
        found[unit] = found.get(unit, 0) + count
    return found


def _costs(asked: Asked, by: By) -> dict[str, Decimal]:
    found: dict[str, Decimal] = {}
    costs = AdCost.objects.touching(asked.first, asked.last).select_related("route").order_by()
    for cost in costs:
        unit = grouping.unit_of_cost(by, cost)
        found[unit] = found.get(unit, Decimal(0)) + cost.within(asked.first, asked.last)
    return found


def _silent(
    asked: Asked, by: By, units: Iterable[str], counted: dict, visits: dict, routes: dict[int, Route]
) -> set[str]:
    """Units of which nobody can know who came by them: cost, but no link that knows people."""
    if by not in grouping.OF_ROUTES:
        return {unit for unit in units if unit not in counted and unit not in visits}
    start, end = asked.moments()
    found = returns.silent([route for pk, route in routes.items() if str(pk) not in counted], start, end)
    return {str(pk) for pk in found}


def _grouped(parts: dict[str, Part], group_of: dict[str, str]) -> dict[str, Part]:
    found: dict[str, Part] = {}
    for unit, part in parts.items():
        key = group_of[unit]
        found[key] = found[key] + part if key in found else part
    return found


def _divided(amount: Decimal, by: Decimal | int) -> Decimal | None:
    return amount / by if by else None
