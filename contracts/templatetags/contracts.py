"""Figures of contracts as people write them."""

from decimal import Decimal

from django import template

register = template.Library()


@register.filter
def as_percent(share: Decimal | None) -> str:
    """A share with one decimal; a dash where there is none."""
    return "–" if share is None else f"{share:.1%}"


@register.filter
def normal(quantity: Decimal) -> str:
    """A quantity without zeros behind the point: 12,345 or 1.5."""
    return f"{quantity.normalize():,f}"
