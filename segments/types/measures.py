"""Numbers that a friend's rows come to, between bounds. Who has no row has 0 of everything."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from segments.kinds import Unfit
from segments.leaves import Query


@dataclass(frozen=True)
class Measure:
    """An aggregate in SQL and its bounds, both included."""

    sql: str
    least: int | float | None
    most: int | float | None

    @property
    def is_asked(self) -> bool:
        return self.least is not None or self.most is not None

    def check(self, least_name: str, most_name: str) -> None:
        """Raise Unfit if no number lies between the bounds."""
        if self.least is not None and self.most is not None and self.most < self.least:
            names = {"least": least_name, "most": most_name}
            raise Unfit(_("%(most)s is less than %(least)s") % names, path="")

    def takes_nothing(self) -> bool:
        """Whether 0 lies between the bounds."""
        return (self.least is None or self.least <= 0) and (self.most is None or self.most >= 0)

    def condition(self) -> Query:
        bounds = {">=": self.least, "<=": self.most}
        told = {sign: exact(bound) for sign, bound in bounds.items() if bound is not None}
        return Query(" AND ".join(f"{self.sql} {sign} %s" for sign in told) or "true", list(told.values()))


def take_nothing(measures: Sequence[Measure]) -> bool:
    """Whether friends without any row are among those sought: then `having` seeks the others."""
    return all(measure.takes_nothing() for measure in measures)


def having(measures: Sequence[Measure]) -> Query:
    """The condition of a group of rows; turned round where those without any row are sought too."""
    asked = [measure.condition() for measure in measures if measure.is_asked]
    sql = " AND ".join(condition.sql for condition in asked) or "true"
    params = [value for condition in asked for value in condition.params]
    return Query(f"NOT ({sql})" if take_nothing(measures) else sql, params)


def exact(bound: int | float) -> Decimal:
    """As it was written: a float's own value would be a little more or less than 0.1."""
    return Decimal(str(bound))
