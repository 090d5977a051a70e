"""In which money figures are: cost in what LINE is paid in, sales in the shop's."""

from dataclasses import dataclass
from datetime import date

from costs import spending
from planning.metrics.registry import COST, Metric
from shops.models import ShopSettings

SALES = frozenset({"revenue", "shop_revenue", "basket"})


@dataclass(frozen=True, slots=True)
class Purse:
    """Of a client in a month."""

    cost: str
    sales: str

    @property
    def is_one(self) -> bool:
        return self.cost == self.sales

    def of(self, metric: Metric | None) -> str:
        """The currency of a figure; of an indicator of the client's own, that of cost."""
        return self.sales if metric and metric.code in SALES else self.cost

    def can_tell(self, metric: Metric) -> bool:
        """Whether the figure says anything: what divides sales by cost does not, where they are apart."""
        parts = set(metric.ratio or ())
        return self.is_one or not (COST in parts and parts & SALES)


def of(tenant_id: int, month: date) -> Purse:
    return Purse(spending.currency(tenant_id, month), ShopSettings.present().currency)
