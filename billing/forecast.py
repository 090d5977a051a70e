from bisect import bisect_right
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from billing import budgets, offers, quota
from billing.errors import PlanExceeded
from billing.offers import Offer, PlanOption
from billing.pricing import Bracket, Part, Price, price_accepted
from billing.quota import QuotaStatus


class Obstacle(StrEnum):
    """Why a send does not fit in its month."""

    PLAN = "plan"  # the plan has no more messages: another is needed
    CAP = "cap"  # the owner's own limit of extra messages would have to be raised
    LINE = "line"  # the limit that LINE told is lower than the plan we know of
    RESERVE = "reserve"  # what is left is kept for scenarios, notices and replies


@dataclass(frozen=True, slots=True)
class Forecast:
    """What a send would cost, and where the month would end with it and all that is scheduled.

    Amounts are for messages, in the plan's currency, before tax, without the monthly fee, not rounded.
    What others send from the same account counts as used as far as LINE's last answer shows it.
    """

    messages: int
    month: date
    plan_name: str | None  # None: no plan is registered, amounts are not known
    is_confirmed: bool  # whether the prices were read in LINE's own list
    currency: str
    monthly_fee: Decimal
    price_now: Price  # if it left now, before what is scheduled
    month_used: int
    already_scheduled: int
    to_come: int  # of series, for dates of which nothing is made yet
    month_end: Price
    added: Price  # by which the month's end rises; not sending saves it
    bracket: Bracket | None  # of the month's last message; None while all are free
    kept_back: int  # of what is left, for scenarios, notices and replies
    remaining: int | None  # left for it after what is used, scheduled and kept back; None: no limit known
    left: int | None  # messages that the limits leave at the month's end; below zero: so many too few
    obstacle: Obstacle | None
    plan_needed: PlanOption | None  # what covers it if the present plan does not
    cheaper_plan: PlanOption | None  # what would cover this month for less, or at all

    @property
    def fits(self) -> bool:
        return self.remaining is None or self.messages <= self.remaining

    @property
    def fits_with_series(self) -> bool:
        """Whether the month also has room for the dates of series that are still to come."""
        return self.left is None or self.left >= 0

    @property
    def missing(self) -> int:
        """By how many messages the limits are too low for the month."""
        return 0 if self.left is None else max(0, -self.left)

    @property
    def still_to_send(self) -> int:
        """What is scheduled, and what series will need."""
        return self.already_scheduled + self.to_come

    @property
    def month_end_messages(self) -> int:
        return self.month_used + self.already_scheduled + self.to_come + self.messages

    @property
    def month_end_amount(self) -> Decimal:
        return self.month_end.amount

    @property
    def added_amount(self) -> Decimal:
        return self.added.amount

    @property
    def amount_now(self) -> Decimal:
        return self.price_now.amount

    @property
    def free_count(self) -> int:
        return self.price_now.free_count

    @property
    def paid_count(self) -> int:
        return self.price_now.paid_count

    @property
    def parts(self) -> tuple[Part, ...]:
        """The price now, by unit price."""
        return self.price_now.parts


def forecast(
    tenant_id: int,
    *,
    messages: int,
    at: datetime,
    already_scheduled: int = 0,
    to_come: int = 0,
    is_bulk: bool = True,
) -> Forecast:
    """What `messages` more would cost in the month of `at`, with so many others scheduled in that month.

    `to_come` are those that series will need later in it: they count for the month's end, but keep nothing
    from being scheduled. What goes to many (`is_bulk`) has to leave what is kept back for single messages.
    """
    status = quota.status(tenant_id, at)
    terms, tariff = status.terms, status.terms.tariff
    before = status.used + already_scheduled + to_come
    month_end = before + messages
    among = offers.offers(tenant_id, status.month, terms)
    kept_back = _kept_back(tenant_id, status, is_bulk)
    return Forecast(
        messages=messages,
        month=status.month,
        plan_name=terms.name,
        is_confirmed=terms.is_confirmed,
        currency=tariff.currency,
        monthly_fee=tariff.monthly_fee,
        price_now=price_accepted(tariff, status.used, messages),
        month_used=status.used,
        already_scheduled=already_scheduled,
        to_come=to_come,
        month_end=price_accepted(tariff, 0, month_end),
        added=price_accepted(tariff, before, messages),
        bracket=tariff.bracket_of(month_end),
        kept_back=kept_back,
        remaining=_less(status.remaining, already_scheduled + kept_back),
        left=None if status.remaining is None else status.remaining + status.used - month_end - kept_back,
        obstacle=_obstacle(status, month_end - to_come, kept_back),
        plan_needed=_plan_needed(status, among, month_end, kept_back),
        cheaper_plan=offers.cheaper(among, month_end),
    )


def affordable(
    tenant_id: int, amount: Decimal, at: datetime, *, most: int, already_scheduled: int = 0
) -> int | None:
    """How many messages, up to `most`, cost no more than `amount` after what is used and so many others.

    None if no plan is registered, so that no price is known; what the plan does not cover has none either.
    """
    status = quota.status(tenant_id, at)
    if status.terms.plan is None:
        return None
    tariff, before = status.terms.tariff, status.used + already_scheduled
    room = tariff.room(before)
    counts = range((most if room is None else min(room, most)) + 1)
    return bisect_right(counts, amount, key=lambda count: price_accepted(tariff, before, count).amount) - 1


def check(
    tenant_id: int, messages: int, at: datetime, already_scheduled: int = 0, *, is_bulk: bool = True
) -> None:
    """Raise PlanExceeded if so many more messages do not fit in the month of `at`; it says how many would.

    The plan, the owner's cap and the newest limit that LINE told us this month all count; for what goes to
    many (`is_bulk`) also what is kept back for scenarios, notices and replies.
    """
    status = quota.status(tenant_id, at)
    kept_back = _kept_back(tenant_id, status, is_bulk)
    remaining = _less(status.remaining, already_scheduled + kept_back)
    if remaining is not None and messages > remaining:
        raise PlanExceeded(messages=messages, remaining=remaining, kept_back=kept_back)


def _kept_back(tenant_id: int, status: QuotaStatus, is_bulk: bool) -> int:
    """Nothing needs keeping where no limit is known."""
    is_kept = is_bulk and status.remaining is not None
    return budgets.kept_back(tenant_id, status.month) if is_kept else 0


def _obstacle(status: QuotaStatus, month_end: int, kept_back: int = 0) -> Obstacle | None:
    """What stands against so many messages in the month; None: nothing does."""
    left = None if status.remaining is None else status.used + status.remaining
    if left is None or month_end + kept_back <= left:
        return None
    if month_end <= left:
        return Obstacle.RESERVE
    tariff = status.terms.tariff
    uncapped = replace(tariff, additional_limit=None).covered_messages
    if status.terms.plan and uncapped is not None and month_end > uncapped:
        return Obstacle.PLAN
    if status.terms.plan and tariff.covered_messages is not None and month_end > tariff.covered_messages:
        return Obstacle.CAP
    return Obstacle.LINE


def _plan_needed(
    status: QuotaStatus, among: list[Offer], month_end: int, kept_back: int
) -> PlanOption | None:
    is_short = _obstacle(status, month_end) is Obstacle.PLAN
    return offers.needed(among, month_end + kept_back) if is_short else None


def _less(remaining: int | None, already_scheduled: int) -> int | None:
    return None if remaining is None else max(0, remaining - already_scheduled)
