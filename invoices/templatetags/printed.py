"""Figures of documents as they are printed."""

from decimal import Decimal

from django import template

from accounts.money import unit_written
from invoices.printing import parts

register = template.Library()


@register.filter
def per_cent(rate: Decimal) -> str:
    """10%, 8%."""
    return parts.per_cent(rate)


@register.filter
def figure(number: Decimal) -> str:
    """1,234 or 1.5."""
    return parts.figure(number)


@register.filter
def unit_price(price: Decimal | None, currency: str) -> str:
    """¥50,000 or ¥2.8; nothing where messages differ in price."""
    return "" if price is None else unit_written(price, currency).removesuffix(".0")
