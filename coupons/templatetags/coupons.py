"""Codes as people read them."""

from django import template

from coupons import codes

register = template.Library()


@register.filter
def in_groups(code: str) -> str:
    """A code made here in groups of four; a code of the shop as it is."""
    return codes.shown(code)
