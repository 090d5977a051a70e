"""How budgets stand in a month: what is used of them, and what will be with all that is to come.

Amounts are LINE's net cost of messages, before tax and without the plan's monthly fee, which no send changes.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property

from billing import months, quota
from billing.budgeting import sources
from billing.models import Budget, BudgetLift, LedgerEntry, MonthUsage
from billing.pricing import Tariff, price_accepted


@dataclass(frozen=True, slots=True)
class Cost:
    """Some messages and what they cost, of which `notice_amount` is for notification messages."""

    messages: int
    paid_count: int
    amount: Decimal
    notice_amount: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Standing:
    """One budget in one month. `expected` is the most it can come to with what is scheduled and under way."""

    budget: Budget
    month: date
    used: Cost
    expected: Cost
    currency: str
    lift: BudgetLift | None = None
    campaign: str = ""  # its name

    @property
    def amount(self) -> Decimal:
        return self.budget.amount

    @property
    def limit(self) -> Decimal | None:
        """What may be spent: the budget, or up to where somebody lifted it; None: as much as is wanted."""
        return limit_of(self.budget, self.lift)

    @property
    def is_lifted(self) -> bool:
        return self.limit is None or self.limit > self.amount

    @property
    def to_come(self) -> Decimal:
        """The most that what is scheduled adds."""
        return max(Decimal(0), self.expected.amount - self.used.amount)

    @property
    def points_in_words(self) -> str:
        """Where it warns: 50 %, 80 %."""
        return ", ".join(f"{point} %" for point in self.budget.warn_percents)

    @property
    def percent(self) -> int | None:
        """Of the budget that is used, rounded down; None if the budget is nothing."""
        return _percent(self.used.amount, self.amount)

    @property
    def percent_expected(self) -> int | None:
        return _percent(self.expected.amount, self.amount)

    @property
    def is_exceeded(self) -> bool:
        return self.used.amount > self.amount

    @property
    def will_be_exceeded(self) -> bool:
        return self.expected.amount > self.amount

    @property
    def points(self) -> list[int]:
        """The points at which it warns that have been reached, rising."""
        return [point for point in sorted(self.budget.warn_percents) if self.has_reached(point)]

    @property
    def is_notable(self) -> bool:
        """Whether people should hear of it: a point is reached, or it will not do."""
        return bool(self.points) or self.is_exceeded or self.will_be_exceeded

    def has_reached(self, percent: int) -> bool:
        return bool(self.amount or self.used.amount) and self.used.amount * 100 >= self.amount * percent


@dataclass(frozen=True)
class Books:
    """What the budgets of a client's month are reckoned from."""

    tenant_id: int
    month: date
    tariff: Tariff
    used: int  # messages that stand in the month already, also those of others

    @staticmethod
    def of(tenant_id: int, at: datetime) -> "Books":
        status = quota.status(tenant_id, at)
        return Books(tenant_id, status.month, status.terms.tariff, status.used)

    @cached_property
    def booked(self) -> MonthUsage:
        found = MonthUsage.objects.filter(tenant_id=self.tenant_id, month=self.month).first()
        return found or MonthUsage(messages=0, notice_amount=Decimal(0))

    @property
    def client(self) -> Cost:
        """What the client's month has cost so far."""
        booked = self.booked
        whole = booked.amount + booked.notice_amount
        return Cost(booked.messages, booked.paid_count, whole, booked.notice_amount)

    def client_with(self, to_come: int) -> Cost:
        """What it will have cost with so many messages more."""
        price = price_accepted(self.tariff, 0, self.used + to_come)
        notices = self.booked.notice_amount
        return Cost(self.used + to_come, price.paid_count, price.amount + notices, notices)

    def campaign(self, campaign_id: int) -> Cost:
        """What belongs to the campaign has cost so far."""
        prefixes = (f"{owner}/" for owner in sources.owners_of(campaign_id))
        entries = LedgerEntry.objects.of_month(self.tenant_id, self.month)
        total = entries.referring_to(self.tenant_id, *prefixes).total()
        return Cost(total.messages, total.paid_count, total.amount)

    def campaign_with(self, so_far: Cost, *, own: int, among: int) -> Cost:
        """The most it can come to with `own` messages more among `among` that are to come: in whatever order
        they leave, no other places of the month cost more.
        """
        dearest = sorted(
            price_accepted(self.tariff, self.used, among).parts,
            key=lambda part: part.unit_price,
            reverse=True,
        )
        left, paid, amount = own, so_far.paid_count, so_far.amount
        for part in dearest:
            count = min(left, part.count)
            left, amount = left - count, amount + count * part.unit_price
            paid += count if part.unit_price else 0
        return Cost(so_far.messages + own, paid, amount)


def of_month(tenant_id: int, at: datetime) -> list[Standing]:
    """All budgets that hold in the month of this moment, the client's first. In the client's schema."""
    books = Books.of(tenant_id, at)
    budgets = list(Budget.objects.in_force(tenant_id, books.month))
    return [_standing(books, budget, at) for budget in budgets]


def of_budget(budget: Budget, at: datetime) -> Standing:
    """How this budget stands, or would, in the month of this moment."""
    return _standing(Books.of(budget.tenant_id, at), budget, at)


def cost_with(books: Books, budget: Budget, *, own: int, among: int) -> Callable[[int], Cost]:
    """What the budget comes to with so many messages on top of `among`, `own` of which are its campaign's."""
    if budget.campaign_id is None:
        return lambda more: books.client_with(among + more)
    so_far = books.campaign(budget.campaign_id)
    return lambda more: books.campaign_with(so_far, own=own + more, among=among + more)


def name_of(budget: Budget) -> str:
    """Of its campaign; empty if it is for all that the client sends."""
    return sources.name_of(budget.campaign_id) if budget.campaign_id is not None else ""


def limit_of(budget: Budget, lift: BudgetLift | None) -> Decimal | None:
    """What may be spent; None: as much as is wanted. A budget that was raised since is not held down."""
    if lift is None:
        return budget.amount
    return None if lift.up_to is None else max(lift.up_to, budget.amount)


def lift_of(budget: Budget, month: date) -> BudgetLift | None:
    """The newest of the month, which holds."""
    return BudgetLift.objects.filter(budget=budget, month=month).select_related("by").order_by("-pk").first()


def month_of(tenant_id: int, at: datetime) -> date:
    return months.month_of(at, months.zone_of(tenant_id))


def _standing(books: Books, budget: Budget, at: datetime) -> Standing:
    number = budget.campaign_id
    used = books.client if number is None else books.campaign(number)
    own = sources.to_come(at) if number is None else sources.to_come(at, sources.owners_of(number))
    among = own if number is None else sources.to_come(at)
    return Standing(
        budget=budget,
        month=books.month,
        used=used,
        expected=cost_with(books, budget, own=own, among=among)(0),
        currency=books.tariff.currency,
        lift=lift_of(budget, books.month),
        campaign=name_of(budget),
    )


def _percent(part: Decimal, whole: Decimal) -> int | None:
    return int(part * 100 // whole) if whole else None
