"""Codes and ends of coupons as people read them."""

from datetime import datetime

from django import template

from coupons import codes, words

register = template.Library()


@register.filter
def in_groups(code: str) -> str:
    """A code made here in groups of four; a code of the shop as it is."""
    return codes.shown(code)


@register.filter
def last_minute(end: datetime | None) -> str:
    """Until when it is good: midnight is 23:59 of the day before; "–" without an end."""
    return words.last_minute(end) or "–"
