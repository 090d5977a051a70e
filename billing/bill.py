"""What a month comes to with the monthly fee and tax, as one reader sees it."""

from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal

from accounts.money import CURRENCIES
from billing.models import Total
from billing.pricing import Tariff
from contracts.markup import NO_CONTRACT, Terms
from contracts.sight import Sight

USUAL_DECIMALS = 2


@dataclass(frozen=True, slots=True)
class Bill:
    """Sums of a month in the plan's currency. Where `is_tax_included`, `tax` is part of the other sums.

    The sum before tax is rounded once, and tax is rounded down; LINE's own invoice may differ by one.
    """

    messages: Decimal
    notices: Decimal
    fee: Decimal
    subtotal: Decimal
    tax_rate: Decimal
    tax: Decimal
    is_tax_included: bool

    @property
    def whole(self) -> Decimal:
        return self.subtotal if self.is_tax_included else self.subtotal + self.tax

    @property
    def tax_percent(self) -> str:
        """Such as `10` or `7.5`."""
        return f"{(self.tax_rate * 100).normalize():f}"


def of_month(seen: Sight, tariff: Tariff, total: Total, notices: Total) -> Bill:
    """The bill of a month with these sums of messages and of notification messages.

    Whoever sees the client's price sees it as an invoice has it: before tax, each line rounded as agreed.
    """
    return _of_line(tariff, total, notices) if seen.shows_net else _of_agency(seen, tariff, total, notices)


def _of_line(tariff: Tariff, total: Total, notices: Total) -> Bill:
    step = _step(tariff.currency)
    amounts = (total.amount, notices.amount, tariff.monthly_fee)
    subtotal = sum(amounts, Decimal(0)).quantize(step, ROUND_HALF_UP)
    share = tariff.tax_rate / (1 + tariff.tax_rate) if tariff.is_tax_included else tariff.tax_rate
    tax = (subtotal * share).quantize(step, ROUND_DOWN)
    return Bill(*amounts, subtotal, tariff.tax_rate, tax, tariff.is_tax_included)


def _of_agency(seen: Sight, tariff: Tariff, total: Total, notices: Total) -> Bill:
    terms, before_tax = seen.terms, tariff.before_tax
    messages = seen.month(before_tax(total.amount), messages=total.messages, paid=total.paid_count)
    of_notices = terms.rounded(seen.cost(before_tax(notices.amount)))
    fee = terms.rounded(seen.fee(before_tax(tariff.monthly_fee)))
    subtotal = messages + of_notices + fee
    tax = (subtotal * terms.tax_rate).quantize(terms.step, ROUND_DOWN)
    return Bill(messages, of_notices, fee, subtotal, terms.tax_rate, tax, is_tax_included=False)


def at_cost(tariff: Tariff) -> Terms:
    """What an agency bills without a contract: LINE's cost, in the currency of its plan."""
    return Terms(currency=tariff.currency, tax_rate=tariff.tax_rate or NO_CONTRACT.tax_rate)


def _step(currency: str) -> Decimal:
    known = CURRENCIES.get(currency)
    return Decimal(1).scaleb(-(known.decimals if known else USUAL_DECIMALS))
