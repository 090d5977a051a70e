"""What a report of returns is made of: what is asked for, its rows, its total."""

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from billing.three_views import View
from contracts.markup import NOTHING
from costs.outcomes import Code, Measures, Orders
from costs.periods import Period
from costs.spending import Line, MonthSpend, Spend

MOST_DAYS = 366
ELSE = "else"  # the key of what belongs to nothing of what is asked for


class By(models.TextChoices):
    SEND = "send", _("By send")
    CAMPAIGN = "campaign", _("By campaign")
    SCENARIO = "scenario", _("By scenario")
    ROUTE = "route", _("By route")
    MONTH = "month", _("By month of the period")


@dataclass(frozen=True, slots=True)
class Asked:
    """Of what a report is. `orders` None: after a click if any send of the period knows who clicked."""

    period: Period
    by: By = By.SEND
    view: View = View.MARGINAL
    orders: Orders | None = None
    with_fees: bool = True


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table. `key` is as the ledger and addresses name it: `broadcast:7`, `2026-11`."""

    key: str
    name: str | Promise
    messages: int
    spend: Spend
    measures: Measures
    begun_at: datetime | None = None
    rewards: Decimal = NOTHING  # what coupons, prizes and points cost; it stands beside the spend

    @property
    def kind(self) -> str:
        return self.key.partition(":")[0]

    @property
    def number(self) -> str:
        return self.key.partition(":")[2]

    @property
    def per_message(self) -> Decimal | None:
        return self.spend.sending / self.messages if self.messages > 0 else None

    @property
    def revenue_per_all(self) -> Decimal | None:
        """Revenue for one of what was spent, rewards counted in; None where it is not known."""
        revenue, spent = self.measures.get(Code.REVENUE), self.spend.total + self.rewards
        return revenue.count / spent if revenue and spent > 0 else None


@dataclass(frozen=True)
class Report:
    asked: Asked
    orders: Orders
    currency: str
    rows: list[Row]
    total: Row
    months: list[MonthSpend]
    lines: dict[str, list[Line]]  # of each row that is made of some, by its key
    sells_in: str  # the currency of revenue

    def row(self, key: str) -> Row | None:
        return next((row for row in self.rows if row.key == key), None)

    @property
    def is_apart(self) -> bool:
        """Whether revenue is in another currency than cost: then neither says anything of the other."""
        return self.sells_in != self.currency

    def comparable(self) -> "Report":
        """Without revenue that is in another currency."""
        if not self.is_apart:
            return self
        return replace(self, rows=[_sold_nothing(row) for row in self.rows], total=_sold_nothing(self.total))

    @property
    def has_repeated(self) -> bool:
        """Whether an order may stand in several rows."""
        return any(
            measure.is_repeated for row in [*self.rows, self.total] for measure in row.measures.values()
        )


def _sold_nothing(row: Row) -> Row:
    measures = {code: measure for code, measure in row.measures.items() if code != Code.REVENUE}
    return replace(row, measures=measures)
