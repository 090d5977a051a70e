"""What a month would be under some terms: LINE's charge, the client's, and what the agency keeps."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from contracts.markup import Kind, Line, Terms, Usage, month_lines

USUAL_MESSAGES = 50_000


@dataclass(frozen=True, slots=True)
class LineMonth:
    """What LINE charges a client for so many messages of a month. `plan` is empty where none is known."""

    usage: Usage
    currency: str
    plan: str


LineCost = Callable[[int, date, int], LineMonth]
_line_cost: list[LineCost] = []


def register(line_cost: LineCost) -> None:
    """Tell where to ask what LINE would charge a client (by id) in a month for so many messages."""
    _line_cost.append(line_cost)


def line_month(tenant_id: int, month: date, messages: int) -> LineMonth:
    """What it would charge by the plan and the prices of that month."""
    return _line_cost[-1](tenant_id, month, messages)


@dataclass(frozen=True, slots=True)
class Example:
    """A month under some terms, before tax, without what comes in a single month."""

    messages: int
    net: Decimal
    lines: list[Line]
    is_paid_by_client: bool

    @property
    def charge(self) -> Decimal:
        """What the agency bills."""
        return sum((line.amount for line in self.lines), Decimal(0))

    @property
    def borne(self) -> Decimal:
        """What the client pays in all, to the agency and to LINE."""
        return self.charge + self.net if self.is_paid_by_client else self.charge

    @property
    def kept(self) -> Decimal:
        """What the agency has left once LINE is paid."""
        return self.charge if self.is_paid_by_client else self.charge - self.net

    @property
    def of_net(self) -> Decimal | None:
        """What is kept as a share of LINE's charge; None where that is nothing."""
        return self.kept / self.net if self.net else None

    @property
    def of_price(self) -> Decimal | None:
        """What is kept as a share of what the client pays."""
        return self.kept / self.borne if self.borne else None


def example(terms: Terms, found: LineMonth) -> Example:
    """The month under these terms; LINE's charge is of messages and fee."""
    usage, options = found.usage, tuple(option for option in terms.options if option.month is None)
    lines = month_lines(replace(terms, options=options), usage)
    net = usage.amount + usage.monthly_fee
    return Example(usage.messages, net, lines, terms.client_pays_line)


def other_formula(terms: Terms, found: LineMonth) -> Example | None:
    """The same rate by the other formula, since the two are often confused; None where there is no rate."""
    others = {Kind.MARKUP: Kind.MARGIN, Kind.MARGIN: Kind.MARKUP}
    if terms.kind not in others or terms.rate >= 1 or not terms.rate:
        return None
    return example(replace(terms, kind=others[terms.kind]), found)
