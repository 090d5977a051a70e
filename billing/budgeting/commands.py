"""Commands on budgets: set, change, delete, lift. Each stands in the activity log with who did it."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts import activity
from accounts.models import User
from billing.budgeting import sources, standing, watching
from billing.errors import BudgetTaken, NoSuchCampaign, NotALift
from billing.models import Budget, BudgetLift, Reserve

WRITTEN = ("amount", "warn_percents", "stops")


@transaction.atomic
def set_budget(
    tenant_id: int,
    *,
    amount: Decimal,
    warn_percents: list[int],
    stops: bool,
    month: date | None = None,
    campaign_id: int | None = None,
    by: User | None,
) -> Budget:
    """A budget of the client, or of a campaign, for one month or (None) for all that have none of their own.

    Raises BudgetTaken, NoSuchCampaign.
    """
    if campaign_id is not None and not sources.name_of(campaign_id):
        raise NoSuchCampaign()
    made = Budget(
        tenant_id=tenant_id,
        campaign_id=campaign_id,
        month=month and month.replace(day=1),
        amount=amount,
        warn_percents=_rising(warn_percents),
        stops=stops,
        created_by_id=_id(by),
    )
    try:
        with transaction.atomic():
            made.save()
    except IntegrityError as error:
        raise BudgetTaken() from error
    activity.record("budget.set", made, by=by, **_facts(made))
    _changed(made)
    return made


@transaction.atomic
def change(
    budget: Budget, *, amount: Decimal, warn_percents: list[int], stops: bool, by: User | None
) -> Budget:
    """Also below what is used: nothing more leaves then that costs anything, if it stops."""
    budget = Budget.objects.select_for_update().get(pk=budget.pk)
    budget.amount, budget.warn_percents, budget.stops = amount, _rising(warn_percents), stops
    budget.save(update_fields=[*WRITTEN, "changed_at"])
    activity.record("budget.changed", budget, by=by, **_facts(budget))
    _changed(budget)
    return budget


@transaction.atomic
def delete(budget: Budget, *, by: User | None) -> None:
    """What it has stopped goes on, as far as no other budget stops it."""
    if Budget.objects.filter(pk=budget.pk, ended_at=None).update(ended_at=timezone.now()):
        activity.record("budget.deleted", budget, by=by, **_facts(budget))
        _changed(budget)


@transaction.atomic
def lift(budget: Budget, *, at: datetime, up_to: Decimal | None, reason: str, by: User | None) -> BudgetLift:
    """Let sends go on beyond the budget in the month of `at`: up to this amount, or without end (None).

    What it has stopped in that month goes on by itself. The newest lift holds: up to the budget itself takes
    the earlier ones back. Raises NotALift.
    """
    budget = Budget.objects.select_for_update().get(pk=budget.pk)
    if up_to is not None and up_to < budget.amount:
        raise NotALift()
    month = standing.month_of(budget.tenant_id, at)
    made = BudgetLift.objects.create(
        tenant_id=budget.tenant_id, budget=budget, month=month, up_to=up_to, reason=reason, by_id=_id(by)
    )
    amount = None if up_to is None else str(up_to)
    activity.record("budget.lifted", budget, by=by, month=f"{month:%Y-%m}", up_to=amount, reason=reason)
    _changed(budget)
    return made


@transaction.atomic
def keep_back(tenant_id: int, messages: int, *, since: date, by: User | None) -> Reserve:
    """Keep back so many messages of each month from that of `since` on; 0: none."""
    made = Reserve.objects.create(
        tenant_id=tenant_id,
        valid_from=since.replace(day=1),
        messages=messages,
        created_by_id=_id(by),
    )
    activity.record("reserve.set", made, by=by, messages=messages, since=f"{made.valid_from:%Y-%m}")
    return made


def _changed(budget: Budget) -> None:
    """Whoever was stopped looks again; so does whoever warns."""
    sources.loosened(budget.tenant_id)
    watching.call(budget.tenant_id)


def _facts(budget: Budget) -> dict[str, Any]:
    month = f"{budget.month:%Y-%m}" if budget.month else None
    said = {"amount": str(budget.amount), "warn_percents": budget.warn_percents, "stops": budget.stops}
    return {"campaign": budget.campaign_id, "month": month} | said


def _rising(percents: list[int]) -> list[int]:
    return sorted(set(percents))


def _id(user: User | None) -> int | None:
    return getattr(user, "pk", None)
