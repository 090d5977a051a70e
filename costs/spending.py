"""What was spent in a period, thing by thing, as one reader sees it.

Everything that the ledger booked has a line, so that lines sum to what the month cost. What is paid by the
month (LINE's fee, fees of agency and tool) is shared among the messages of its days; a month without
messages leaves a rest that belongs to nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from django.utils import timezone

from accounts.models import Tenant
from billing import plans
from billing.pricing import Tariff
from billing.three_views import View
from contracts import sight as sights
from contracts.markup import NOTHING, Usage, month_lines
from contracts.models import Contract
from contracts.sight import NET, Sight
from costs import booked
from costs.booked import Booked
from costs.models import FeeSettings, fee_of
from costs.periods import Period
from costs.shares import split

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User

OF_AGENCY = ("minimum", "base_fee", "option")  # lines of a month's charge that are not LINE's


@dataclass(frozen=True, slots=True)
class Spend:
    """An amount in its parts, as the reader sees them; no yen is in two of them.

    `agency` is what the client bears beyond LINE's cost: of who sees the client's price in the other parts
    already, the fees alone.
    """

    messages: Decimal = NOTHING
    line_fee: Decimal = NOTHING
    agency: Decimal = NOTHING
    tool: Decimal = NOTHING
    ads: Decimal = NOTHING

    def __add__(self, other: "Spend") -> "Spend":
        return Spend(*(getattr(self, each.name) + getattr(other, each.name) for each in fields(self)))

    @property
    def sending(self) -> Decimal:
        """All but ads: what it cost to write to friends."""
        return self.messages + self.line_fee + self.agency + self.tool

    @property
    def total(self) -> Decimal:
        return self.sending + self.ads


@dataclass(frozen=True, slots=True)
class Line:
    """What one owner of entries cost in one month, and what of it falls on the period."""

    month: date
    owner: str
    label: str
    begun_at: datetime
    messages: int
    spend: Spend
    shared: Spend  # what of it is paid by the month


@dataclass(frozen=True, slots=True)
class MonthSpend:
    """One month's lines, and what is paid by the month on the period's days, of which they have shares."""

    month: date
    lines: list[Line]
    monthly: Spend
    shared_by: int  # messages of the plan on those days

    @property
    def rest(self) -> Spend:
        """What is paid by the month though nothing was sent."""
        return Spend() if self.shared_by else self.monthly

    @property
    def spend(self) -> Spend:
        return sum((line.spend for line in self.lines), self.rest)


@dataclass(frozen=True, slots=True)
class Eyes:
    """How one reader sees the money of one client."""

    tenant: Tenant
    user: "User | AnonymousUser | None" = None  # None: LINE's cost, for what is worked out without a reader

    def sight(self, month: date) -> Sight:
        return sights.of(self.user, self.tenant, month) if self.user else NET


@dataclass(frozen=True, slots=True)
class Agreed:
    """By which prices a month is reckoned, and how it is seen."""

    sight: Sight
    tariff: Tariff
    contract: Contract | None
    tool_fee: Decimal

    @property
    def borne(self) -> Sight | None:
        """What the client bears in the end; None where that does not count."""
        if self.contract is None or not self.contract.counts_fees_in_return:
            return None
        return Sight(shows_net=False, terms=self.contract.prices)


def of_period(eyes: Eyes, period: Period, *, view: View, with_fees: bool) -> list[MonthSpend]:
    """Month by month, oldest first. `with_fees`: those of agency and tool count, as far as they are to."""
    rows = booked.of_period(eyes.tenant.pk, period)
    tool_fees = FeeSettings.objects.in_force() if with_fees else []
    found = []
    for month in period.months:
        agreed = _agreed(eyes, month, tool_fees, with_fees=with_fees)
        found.append(_of_month(agreed, period, month, [row for row in rows if row.month == month], view))
    return found


def currency(tenant_id: int, month: date) -> str:
    """In which the client's months are reckoned."""
    return plans.terms(tenant_id, month).tariff.currency


def _agreed(eyes: Eyes, month: date, tool_fees: list[FeeSettings], *, with_fees: bool) -> Agreed:
    contract = Contract.objects.in_force(eyes.tenant.pk, month) if with_fees else None
    tariff = plans.terms(eyes.tenant.pk, month).tariff
    return Agreed(eyes.sight(month), tariff, contract, fee_of(tool_fees, month))


def _of_month(agreed: Agreed, period: Period, month: date, rows: Sequence[Booked], view: View) -> MonthSpend:
    within = [row for row in rows if row.is_within]
    monthly = _monthly(agreed, period, month, rows, view)
    weights = [0 if row.is_notice else max(row.messages_within, 0) for row in within]
    shares = _shared(monthly, weights)
    seen = _messages(agreed.sight, agreed, rows, view)
    borne = _messages(agreed.borne, agreed, rows, view) if agreed.borne else seen
    lines = []
    for row, share in zip(within, shares, strict=True):
        key = (row.owner, row.is_notice)
        own = Spend(messages=row.within(seen[key]), agency=row.within(borne[key] - seen[key]))
        spend = own + share
        count = row.messages_within
        lines.append(Line(month, row.owner, row.label, row.begun_at, count, spend, share))
    return MonthSpend(month, lines, monthly, sum(weights))


def _messages(
    sight: Sight, agreed: Agreed, rows: Sequence[Booked], view: View
) -> dict[tuple[str, bool], Decimal]:
    """What the messages of each owner cost in this view, of the whole month."""
    plan = [row for row in rows if not row.is_notice]
    found = {(row.owner, True): sight.cost(row.amount) for row in rows if row.is_notice}
    if view == View.AVERAGE:
        counts = {"messages": sum(row.messages for row in plan), "paid": sum(row.paid for row in plan)}
        whole = sight.amount(sum((row.amount for row in plan), NOTHING), **counts)
        amounts = split(whole, [row.messages for row in plan])
    elif view == View.LIST_PRICE:
        price = agreed.tariff.list_price or NOTHING  # a plan without extra messages has none
        amounts = [
            sight.amount(price * row.messages, messages=row.messages, paid=row.messages) for row in plan
        ]
    else:
        amounts = [sight.amount(row.amount, messages=row.messages, paid=row.paid) for row in plan]
    return found | {(row.owner, False): amount for row, amount in zip(plan, amounts, strict=True)}


def _monthly(agreed: Agreed, period: Period, month: date, rows: Sequence[Booked], view: View) -> Spend:
    """What is paid by the month, on the period's days. The list price stands for LINE's whole bill."""
    fee = NOTHING if view == View.LIST_PRICE else agreed.tariff.monthly_fee
    seen = agreed.sight.fee(fee)
    agency = NOTHING
    if agreed.borne:
        agency = agreed.borne.fee(fee) - seen + _fees(agreed, month, rows)
    return Spend(
        line_fee=period.part(seen, month),
        agency=period.part(agency, month),
        tool=period.part(agreed.tool_fee, month),
    )


def _fees(agreed: Agreed, month: date, rows: Sequence[Booked]) -> Decimal:
    """Base fee, options, and what lacks to the least charge, which is known once the month is over."""
    if agreed.contract is None:
        return NOTHING
    plan = [row for row in rows if not row.is_notice]
    usage = Usage(
        month,
        messages=sum(row.messages for row in plan),
        paid=sum(row.paid for row in plan),
        amount=sum((row.amount for row in plan), NOTHING),
    )
    is_over = Period.of_month(month).last < timezone.localdate()
    return sum(
        (
            line.amount
            for line in month_lines(agreed.contract.terms, usage)
            if line.key.partition(":")[0] in OF_AGENCY and (is_over or line.key != "minimum")
        ),
        NOTHING,
    )


def _shared(monthly: Spend, weights: Sequence[int]) -> list[Spend]:
    fee, agency, tool = (split(part, weights) for part in (monthly.line_fee, monthly.agency, monthly.tool))
    return [
        Spend(line_fee=its_fee, agency=its_agency, tool=its_tool)
        for its_fee, its_agency, its_tool in zip(fee, agency, tool, strict=True)
    ]
