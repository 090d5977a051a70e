"""Consumption tax of a document: summed up by rate, and rounded once for each. Pure.

A qualified invoice may round tax once per rate and document, never line by line; which way is the issuer's
choice. Source: https://www.nta.go.jp/taxes/shiraberu/zeimokubetsu/shohi/keigenzeiritsu/qa_invoice_mokuji.htm
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from contracts.markup import ROUND, Rounding

# Food and newspapers; such lines are marked. Source: the same questions and answers.
REDUCED = Decimal("0.08")
HOME_CURRENCY = "JPY"
NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class RateSum:
    """What a document has at one rate of tax."""

    rate: Decimal
    base: Decimal
    tax: Decimal

    @property
    def total(self) -> Decimal:
        return self.base + self.tax


@dataclass(frozen=True, slots=True)
class Rule:
    """How tax is rounded: which way, and to what (one yen)."""

    rounding: Rounding
    step: Decimal

    def tax(self, base: Decimal, rate: Decimal) -> Decimal:
        """Away from zero and towards it alike, so that what is given back is what was charged."""
        return (base * rate).quantize(self.step, ROUND[self.rounding])


def bases(amounts: Iterable[tuple[Decimal, Decimal]]) -> dict[Decimal, Decimal]:
    """The sums of (rate, amount) by rate, the highest rate first."""
    sums: dict[Decimal, Decimal] = {}
    for rate, amount in amounts:
        sums[rate.normalize()] = sums.get(rate.normalize(), NOTHING) + amount
    return dict(sorted(sums.items(), reverse=True))


def by_rate(amounts: Iterable[tuple[Decimal, Decimal]], rule: Rule) -> list[RateSum]:
    """What an invoice with these (rate, amount) has at each rate."""
    return [RateSum(rate, base, rule.tax(base, rate)) for rate, base in bases(amounts).items()]


def of_credit(
    amounts: Iterable[tuple[Decimal, Decimal]], before: Mapping[Decimal, Decimal], rule: Rule
) -> list[RateSum]:
    """What a credit note gives back at each rate, after the sums `before` of earlier ones to the invoice.

    The tax is what rounding the sum of all of them adds to rounding the sum of the earlier ones. So it is
    within one step of exact, together they never give back more tax than was charged, and once everything
    has been credited, precisely that.
    """
    sums = []
    for rate, base in bases(amounts).items():
        given = before.get(rate, NOTHING)
        sums.append(RateSum(rate, base, rule.tax(given + base, rate) - rule.tax(given, rate)))
    return sums


def is_reduced(rate: Decimal, currency: str) -> bool:
    """Whether a line at this rate has to be marked (※): Japan's reduced rate."""
    return currency == HOME_CURRENCY and rate == REDUCED
