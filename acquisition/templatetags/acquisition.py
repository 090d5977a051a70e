"""Shares and multiples as people write them."""

from decimal import Decimal

from django import template

from accounts.money import UNKNOWN

register = template.Library()


@register.filter
def percent(share: float | None) -> str:
    """0.123 as 12.3 %; what is not known, as a dash."""
    return UNKNOWN if share is None else f"{share:.1%}"


@register.filter
def points(difference: float) -> str:
    """A difference of shares in percentage points: +1.2, −0.4."""
    return f"{difference * 100:+.1f}".replace("-", "−")


@register.filter
def times(amount: Decimal | None) -> str:
    """2.50 times."""
    return UNKNOWN if amount is None else f"{amount:.2f}"
