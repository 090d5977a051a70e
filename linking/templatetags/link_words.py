"""Reading what a page has by number."""

from collections.abc import Mapping

from django import template

register = template.Library()


@register.filter
def at(rows: Mapping, number: object) -> object:
    """What stands under this number; None if nothing does."""
    return rows.get(number)
