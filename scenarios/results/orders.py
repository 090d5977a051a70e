"""What people ordered after a scenario's messages: each order once, for the last message before it."""

from datetime import timedelta
from decimal import Decimal
from typing import NamedTuple

from scenarios.models import Scenario, Version
from scenarios.results import counts
from shops.models import Order

DAYS = 7  # after the last message, where the flow has no goal that says how many

# A friend's orders are those of the customer they are linked to now. Orders that are cancelled, wholly
# returned or tests do not count.
ORDERED = """
SELECT step, way, count(*), count(DISTINCT customer_id), sum(amount) FROM (
  SELECT DISTINCT ON (bought.id) bought.id, bought.customer_id, sent.step, sent.way,
    bought.total - bought.refunded AS amount
  FROM ({messages}) sent
  JOIN scenarios_entry entry ON entry.id = sent.entry_id
  LEFT JOIN linking_link link ON link.friend_id = entry.friend_id AND link.unlinked_at IS NULL
  JOIN shops_order bought ON bought.customer_id = coalesce(
      link.customer_id, CASE WHEN entry.friend_id IS NULL THEN entry.customer_id END)
    AND bought.placed_at >= sent.at AND bought.placed_at < sent.at + %(within)s
  WHERE NOT bought.is_test AND bought.status <> ALL(%(uncounted)s)
    AND (%(version)s::bigint IS NULL OR entry.version_id = %(version)s)
  ORDER BY bought.id, sent.at DESC) ordered
GROUP BY 1, 2"""


class Ordered(NamedTuple):
    orders: int = 0
    buyers: int = 0
    revenue: Decimal = Decimal(0)

    def plus(self, other: "Ordered") -> "Ordered":
        """Both together; whoever bought after both is counted twice among the buyers."""
        return Ordered(self.orders + other.orders, self.buyers + other.buyers, self.revenue + other.revenue)


def of(scenario: Scenario, version: Version | None, *, days: int) -> dict[tuple[str, str], Ordered]:
    """By the step and the way of the message that the orders are counted for."""
    rows = counts.read(
        ORDERED.format(messages=counts.MESSAGES),
        scenario,
        version,
        within=timedelta(days=days),
        uncounted=list(Order.UNCOUNTED),
    )
    return {(step, way): Ordered(*sums) for step, way, *sums in rows}
