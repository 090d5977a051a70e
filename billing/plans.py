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


def country_of(tenant_id: int, month: date) -> str | None:
    """Where the client's account was opened, by its plan; None while none is registered."""
    subscription = Subscription.objects.in_force(tenant_id, month)
    return subscription.plan.country if subscription else None


def tables(tenant_id: int, month: date, country: str | None = None) -> list[PriceTable]:
    """The price table of each plan that the client could have in this month, the lowest fee first.

    Those of its own country; while no plan is registered, of the country named or of Japan.
    """
    country = country_of(tenant_id, month) or country or HOME_COUNTRY
    found = PriceTable.objects.in_force(month, tenant_id).filter(plan__country=country)
    return sorted(found, key=lambda table: table.rank)


def countries() -> list[str]:
    """Countries whose plans are known, Japan first."""
    found = Plan.objects.order_by("country").values_list("country", flat=True).distinct()
    return sorted(found, key=lambda country: (country != HOME_COUNTRY, country))


def notice_price(tenant_id: int, month: date) -> NoticePrice | None:
    """What the client pays LINE for a delivered notification message in this month; None: not known."""
    return NoticePrice.objects.in_force(tenant_id, month)
