"""Shares as people write them."""

from django import template

from accounts.money import UNKNOWN

register = template.Library()


@register.filter
def percent(share: float | None) -> str:
    """0.123 as 12.3 %; what is not known, as a dash."""
    return UNKNOWN if share is None else f"{share:.1%}"
