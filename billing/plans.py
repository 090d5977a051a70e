from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from billing.models import Plan, PriceTable, Subscription
from billing.pricing import Tariff

HOME_COUNTRY = "JP"
UNKNOWN = Tariff(currency="JPY", monthly_fee=Decimal(0), free_messages=0)


@dataclass(frozen=True, slots=True)
class Terms:
    """What a client's LINE plan says for one month.

    `plan` is None where no plan is registered, or no price table of it holds. Nothing has a price
    then, and only LINE's own limit says what fits.
    """

    plan: Plan | None
    tariff: Tariff
    is_confirmed: bool = False

    def room(self, sent_before: int) -> int | None:
        """How many more messages the plan lets through this month; None: no end that we know of."""
        return self.tariff.room(sent_before) if self.plan else None


@dataclass(frozen=True, slots=True)
class PlanOption:
    """What a month would cost in some plan at list price, and what that would save (None: not known)."""

    code: str
    name: str
    month_amount: Decimal
    saving: Decimal | None


def terms(tenant_id: int, month: date) -> Terms:
    """The terms that hold for the client in the month that begins on this day."""
    subscription = Subscription.objects.in_force(tenant_id, month)
    if subscription is None:
        return Terms(None, UNKNOWN)
    table = PriceTable.objects.in_force(month).filter(plan=subscription.plan_id).first()
    if table is None:
        return Terms(None, UNKNOWN)
    return Terms(subscription.plan, table.tariff(subscription.additional_limit), table.is_confirmed)


def cheaper(present: Terms, month: date, messages: int) -> PlanOption | None:
    """The plan that covers a month of so many messages for the least; None if it is the present one."""
    country = present.plan.country if present.plan else HOME_COUNTRY
    costs = {
        table.plan: cost
        for table in PriceTable.objects.in_force(month).filter(plan__country=country)
        if (cost := table.tariff().month_cost(messages)) is not None
    }
    now = costs.get(present.plan) if present.plan else None
    best = min(costs, key=costs.__getitem__, default=None)
    if best is None or costs[best] == now:
        return None
    return PlanOption(best.code, best.name, costs[best], None if now is None else now - costs[best])
