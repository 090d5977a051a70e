"""How templates write what a shop says."""

from decimal import Decimal

from django import template

from shops import words

register = template.Library()


@register.filter
def money(amount: Decimal | int | float | None, currency: str) -> str:
    return words.money(None if amount is None else Decimal(str(amount)), currency)
