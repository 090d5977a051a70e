"""What a month would cost in each of LINE's plans, and which is the cheapest that covers it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from billing import plans
from billing.models import PriceTable
from billing.plans import Terms
from billing.pricing import Tariff


@dataclass(frozen=True, slots=True)
class Offer:
    """A plan at the prices that hold for the client. Its tariff has no cap, which is for the owner to set."""

    code: str
    name: str
    tariff: Tariff
    is_confirmed: bool = True
    is_present: bool = False

    def month_cost(self, messages: int) -> Decimal | None:
        """Fee and messages of a month, before tax; None if the plan does not cover so many."""
        return self.tariff.month_cost(messages)

    @property
    def rank(self) -> tuple[Decimal, int]:
        """A plan is higher than another by its fee, then by its free messages."""
        return self.tariff.monthly_fee, self.tariff.free_messages


@dataclass(frozen=True, slots=True)
class PlanOption:
    """What a month would cost in some plan, and what that would save (None: the present one has no price)."""

    code: str
    name: str
    monthly_fee: Decimal
    month_amount: Decimal
    saving: Decimal | None
    is_confirmed: bool = True


def offers(tenant_id: int, month: date, present: Terms) -> list[Offer]:
    """The plans of the client's country that can be had in this month, the lowest first."""
    return [_offer(table, present) for table in plans.tables(tenant_id, month)]


def _offer(table: PriceTable, present: Terms) -> Offer:
    is_present = table.plan == present.plan
    return Offer(table.plan.code, table.plan_name, table.tariff(), table.is_confirmed, is_present)


def cheapest(among: Iterable[Offer], messages: int) -> Offer | None:
    """The plan that covers so many messages for the least; of equal ones the present, else the lower."""
    costs = {offer: cost for offer in among if (cost := offer.month_cost(messages)) is not None}
    return min(costs, key=lambda offer: (costs[offer], not offer.is_present, offer.rank), default=None)


def cheaper(among: list[Offer], messages: int) -> PlanOption | None:
    """The cheapest plan for the month; None if it is the present one."""
    best = cheapest(among, messages)
    return None if best is None or best.is_present else option(best, among, messages)


def needed(among: list[Offer], messages: int) -> PlanOption | None:
    """The cheapest plan above the present one that covers the month. LINE upgrades at once."""
    present = next((offer for offer in among if offer.is_present), None)
    higher = [offer for offer in among if present is None or offer.rank > present.rank]
    best = cheapest(higher, messages)
    return None if best is None else option(best, among, messages)


def option(offer: Offer, among: Iterable[Offer], messages: int) -> PlanOption:
    """The offer, which covers so many messages, beside the present plan."""
    amount = offer.month_cost(messages)
    assert amount is not None  # noqa: S101  (the caller has looked)
    now = next((each.month_cost(messages) for each in among if each.is_present), None)
    saving = None if now is None else now - amount
    return PlanOption(offer.code, offer.name, offer.tariff.monthly_fee, amount, saving, offer.is_confirmed)
