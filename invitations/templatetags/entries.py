"""Shares and chances as the pages of entry points write them."""

from django import template

register = template.Library()


@register.filter
def percent(share: float) -> str:
    """0.0123 as 1.23 %: two places, since rates of links are small."""
    return f"{share:.2%}"


@register.filter
def tenths(value: int) -> str:
    """Tenths of a per cent: 125 as 12.5%."""
    return f"{value / 10:.1f}%"


@register.filter
def p_value(value: float) -> str:
    return "< 0.001" if value < 0.001 else f"= {value:.3f}"
