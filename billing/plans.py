from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from billing.models import NoticePrice, Plan, PriceTable, Subscription
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
    table: PriceTable | None = None
    tenant_id: int | None = None

    @property
    def name(self) -> str | None:
        """What LINE called the plan in that month, in the reader's language; None: no plan."""
        return self.table.plan_name if self.table else None

    @property
    def currency(self) -> str:
        return self.tariff.currency

    @property
    def is_own(self) -> bool:
        """Whether the prices are this client's own, such as a rebate of its agency."""
        return self.table is not None and self.table.tenant_id is not None

    def room(self, sent_before: int) -> int | None:
        """How many more messages the plan lets through this month; None: no end that we know of."""
        return self.tariff.room(sent_before) if self.plan else None


@dataclass(frozen=True, slots=True)
class PlanOption:
    """What a month would cost in some plan, and what that would save (None: not known)."""

    code: str
    name: str
    month_amount: Decimal
    saving: Decimal | None


def terms(tenant_id: int, month: date) -> Terms:
    """The terms that hold for the client in the month that begins on this day."""
    subscription = Subscription.objects.in_force(tenant_id, month)
    return terms_of(subscription, tenant_id, month)


def terms_of(subscription: Subscription | None, tenant_id: int, month: date) -> Terms:
    """The terms of a subscription in a month, by the client's own prices if it has some."""
    table = subscription and PriceTable.objects.of_plan(subscription.plan_id, month, tenant_id)
    if not subscription or not table:
        return Terms(None, UNKNOWN, tenant_id=tenant_id)
    tariff = table.tariff(subscription.additional_limit)
    return Terms(table.plan, tariff, table.is_confirmed, table, tenant_id)


def tables(tenant_id: int, month: date) -> list[PriceTable]:
    """The price table of each plan that the client could have in this month, the lowest fee first.

    Those of its own country; of Japan while no plan is registered.
    """
    subscription = Subscription.objects.in_force(tenant_id, month)
    country = subscription.plan.country if subscription else HOME_COUNTRY
    found = PriceTable.objects.in_force(month, tenant_id).filter(plan__country=country)
    return sorted(found, key=lambda table: table.rank)


def cheaper(present: Terms, month: date, messages: int) -> PlanOption | None:
    """The plan that covers a month of so many messages for the least; None if it is the present one.

    Plans of the same country are compared, each at the prices that hold for this client.
    """
    country = present.plan.country if present.plan else HOME_COUNTRY
    in_force = PriceTable.objects.in_force(month, present.tenant_id)
    costs = {
        table: cost
        for table in in_force.filter(plan__country=country)
        if (cost := table.tariff().month_cost(messages)) is not None
    }
    now = next((cost for table, cost in costs.items() if table.plan == present.plan), None)
    best = min(costs, key=costs.__getitem__, default=None)
    if best is None or costs[best] == now:
        return None
    saving = None if now is None else now - costs[best]
    return PlanOption(best.plan.code, best.plan_name, costs[best], saving)


def notice_price(tenant_id: int, month: date) -> NoticePrice | None:
    """What the client pays LINE for a delivered notification message in this month; None: not known."""
    return NoticePrice.objects.in_force(tenant_id, month)
