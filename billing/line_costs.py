"""What LINE charges for a month of some size, as contracts ask for it to show an example."""

from datetime import date

from billing import plans
from billing.pricing import price_accepted
from contracts.examples import LineMonth
from contracts.markup import Usage


def of_month(tenant_id: int, month: date, messages: int) -> LineMonth:
    """By the plan and the prices of that month. Nothing has a price where no plan is registered."""
    terms = plans.terms(tenant_id, month)
    price = price_accepted(terms.tariff, 0, messages)
    usage = Usage(month, messages, price.paid_count, price.amount, terms.tariff.monthly_fee)
    return LineMonth(usage, terms.tariff.currency, terms.name or "")
