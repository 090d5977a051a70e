from datetime import date

from django.db import transaction

from accounts.models import User
from billing import ledger
from billing.models import Plan, Subscription


@transaction.atomic
def subscribe(
    tenant_id: int,
    *,
    plan: str,
    since: date,
    additional_limit: int | None = None,
    country: str = "JP",
    by: User | None = None,
) -> Subscription:
    """Register the client's LINE plan from the month of `since` on, and price again what is booked since.

    For setting up, and to put right what was registered wrongly; a change of plan goes by LINE's rules,
    which `plan_changes.change` knows. Raises Plan.DoesNotExist.
    """
    found, month = Plan.objects.get(country=country, code=plan), since.replace(day=1)
    kept = Subscription.objects.of_month(tenant_id, month)
    if kept and (kept.plan_id, kept.additional_limit) == (found.pk, additional_limit):
        return kept
    subscription = Subscription.objects.create(
        tenant_id=tenant_id,
        valid_from=month,
        plan=found,
        additional_limit=additional_limit,
        created_by_id=getattr(by, "pk", None),
    )
    apply_subscription(subscription)
    return subscription


@transaction.atomic
def apply_subscription(subscription: Subscription) -> None:
    """Price again what the client's ledger holds since this subscription began."""
    for month in ledger.months_booked(subscription.tenant_id, since=subscription.valid_from):
        ledger.price_again(subscription.tenant_id, month)
