from datetime import date

from django.db import transaction

from billing import ledger
from billing.models import MonthUsage, Plan, PriceTable, Subscription


@transaction.atomic
def subscribe(
    tenant_id: int, *, plan: str, since: date, additional_limit: int | None = None, country: str = "JP"
) -> Subscription:
    """Register the client's LINE plan from the month of `since` on, and price again what is booked since.

    Raises Plan.DoesNotExist.
    """
    found = Plan.objects.get(country=country, code=plan)
    subscription, _created = Subscription.objects.update_or_create(
        tenant_id=tenant_id,
        valid_from=since.replace(day=1),
        defaults={"plan": found, "additional_limit": additional_limit},
    )
    apply_subscription(subscription)
    return subscription


@transaction.atomic
def apply_subscription(subscription: Subscription) -> None:
    """Price again what the client's ledger holds since this subscription began."""
    usages = MonthUsage.objects.filter(tenant_id=subscription.tenant_id, month__gte=subscription.valid_from)
    for month in usages.values_list("month", flat=True):
        ledger.price_again(subscription.tenant_id, month)


@transaction.atomic
def apply_price_table(table: PriceTable) -> None:
    """Price again what every client on this plan has booked since the table began."""
    tenants = Subscription.objects.filter(plan=table.plan_id).values("tenant")
    usages = MonthUsage.objects.filter(tenant__in=tenants, month__gte=table.valid_from)
    for tenant_id, month in usages.order_by("tenant", "month").values_list("tenant_id", "month"):
        ledger.price_again(tenant_id, month)
