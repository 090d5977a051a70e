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
    """The bill of a month with these sums of messages and of notification messages."""
    messages = seen.month(total.amount, messages=total.messages, paid=total.paid_count)
    of_notices, fee = seen.cost(notices.amount), seen.fee(tariff.monthly_fee)
    step = _step(tariff.currency)
    subtotal = (messages + of_notices + fee).quantize(step, ROUND_HALF_UP)
    share = tariff.tax_rate / (1 + tariff.tax_rate) if tariff.is_tax_included else tariff.tax_rate
    return Bill(
        messages=messages,
        notices=of_notices,
        fee=fee,
        subtotal=subtotal,
        tax_rate=tariff.tax_rate,
        tax=(subtotal * share).quantize(step, ROUND_DOWN),
        is_tax_included=tariff.is_tax_included,
    )


def at_cost(tariff: Tariff) -> Terms:
    """What an agency bills without a contract: LINE's cost, in the currency of its plan."""
    return Terms(currency=tariff.currency, tax_rate=tariff.tax_rate or NO_CONTRACT.tax_rate)


def _step(currency: str) -> Decimal:
    known = CURRENCIES.get(currency)
    return Decimal(1).scaleb(-(known.decimals if known else USUAL_DECIMALS))
