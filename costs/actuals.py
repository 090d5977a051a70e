"""What a month cost and what one of each thing cost: the figures that targets are set against."""

from datetime import date
from decimal import Decimal

from accounts.models import Tenant
from billing.three_views import View
from costs.outcomes import Code
from costs.periods import Period
from costs.returns import report
from costs.rows import Asked, By
from costs.spending import Eyes

Figures = dict[str, Decimal | int | None]
PER = {
    "cost_per_open": Code.OPENS,
    "cost_per_click": Code.CLICKS,
    "cost_per_clicker": Code.CLICKERS,
    "cost_per_friend": Code.FRIENDS,
    "cost_per_link": Code.LINKS,
    "cost_per_order": Code.ORDERS,
}


def of_month(tenant: Tenant, month: date, *, reader=None, with_fees: bool = True) -> Figures:
    """By name: costs, counts, and what one of each cost, of the month that begins on this day.

    Amounts are in the currency of the client's plan, before tax, not rounded; as `reader` may see them,
    LINE's cost if there is none. None: not known, or nothing to divide by. Friends are those of routes that
    ads were paid for; each order after a click counts once. Call it in the client's schema.
    """
    asked = Asked(Period.of_month(month), By.MONTH, View.MARGINAL, with_fees=with_fees)
    total = report(Eyes(tenant, reader), asked).total
    spend, measures = total.spend, total.measures
    found: Figures = {
        "messages": total.messages,
        "message_cost": spend.messages,
        "line_fee": spend.line_fee,
        "agency_fees": spend.agency,
        "tool_fee": spend.tool,
        "ad_cost": spend.ads,
        "spend": spend.total,
        "cost_per_message": total.per_message,
    }
    for code in Code:
        measure = measures.get(code)
        found[code.value] = measure.count if measure else None
    found |= {name: measures[code].each if code in measures else None for name, code in PER.items()}
    revenue = measures.get(Code.REVENUE)
    return found | {"roas": revenue.per_spend if revenue else None}
