"""What others ask of budgets: whether a send may leave, how they stand, what is kept back."""

from bisect import bisect_right
from datetime import datetime
from decimal import Decimal

from django.db.models import Q

from billing.budgeting import reserve, standing, watching
from billing.budgeting.standing import Books, Standing
from billing.errors import BudgetExceeded
from billing.models import Budget

__all__ = ["BudgetExceeded", "Standing", "call", "check", "kept_back", "of_month"]
call = watching.call
kept_back = reserve.kept_back
of_month = standing.of_month


def check(
    tenant_id: int,
    *,
    messages: int,
    at: datetime,
    campaign_id: int | None = None,
    already_scheduled: int = 0,
    campaign_scheduled: int = 0,
    is_bulk: bool = True,
) -> None:
    """Raise BudgetExceeded if a send of so many messages goes beyond a budget that stops sends in the month
    of `at`, of the client or of the campaign it belongs to; it says how many would fit.

    `already_scheduled` are messages of others that may leave before it, `campaign_scheduled` those of the
    same campaign among them. What costs nothing goes beyond no budget. A reply to one person (`is_bulk`
    false) is never stopped: only the plan is its limit. Two that ask at once are kept apart by the caller.
    """
    if not is_bulk or not messages:
        return
    month = standing.month_of(tenant_id, at)
    whose = Q(campaign_id=None) | Q(campaign_id=campaign_id) if campaign_id else Q(campaign_id=None)
    held = Budget.objects.in_force(tenant_id, month).filter(whose)
    stopping = [budget for budget in held if budget.stops]
    books = Books.of(tenant_id, at) if stopping else None
    for budget in stopping:
        assert books is not None  # noqa: S101  (there is one to stop)
        _check(budget, books, messages, own=campaign_scheduled, among=already_scheduled)


def _check(budget: Budget, books: Books, messages: int, *, own: int, among: int) -> None:
    lift = standing.lift_of(budget, books.month)
    limit = standing.limit_of(budget, lift)
    cost = standing.cost_with(books, budget, own=own, among=among)
    if limit is None or _fits(cost(messages).amount, cost(0).amount, limit):
        return
    most = max(limit, cost(0).amount)
    fitting = bisect_right(range(messages + 1), most, key=lambda count: cost(count).amount) - 1
    campaign = standing.name_of(budget)
    raise BudgetExceeded(budget, month=books.month, campaign=campaign, messages=messages, fitting=fitting)


def _fits(with_it: Decimal, without: Decimal, limit: Decimal) -> bool:
    return with_it <= limit or with_it == without
