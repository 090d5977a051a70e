"""Differences of groups in figures: the value, and between which limits it lies."""

from django import template
from django.utils.translation import gettext as _

from broadcasts.choosing.comparing import Range

register = template.Library()


@register.filter
def per_hundred(found: Range) -> str:
    """+2.1: buyers more of 100 people."""
    return f"{_signed(100 * found.value, 1)}"


@register.filter
def per_hundred_range(found: Range) -> str:
    return _between(_signed(100 * found.low, 1), _signed(100 * found.high, 1))


@register.filter
def whole(found: Range) -> str:
    return _signed(found.value)


@register.filter
def whole_range(found: Range) -> str:
    return _between(_signed(found.low), _signed(found.high))


@register.filter
def in_yen(found: Range) -> str:
    return _yen(found.value)


@register.filter
def in_yen_range(found: Range) -> str:
    return _between(_yen(found.low), _yen(found.high))


@register.filter
def per_cent(chance: float | None) -> str:
    """3.2 %; below a tenth of a per cent it says just that."""
    if chance is None:
        return "–"
    return _("less than 0.1 %") if chance < 0.001 else f"{100 * chance:.1f} %"


def _between(low: str, high: str) -> str:
    return _("(%(low)s to %(high)s)") % {"low": low, "high": high}


def _signed(value: float, digits: int = 0) -> str:
    rounded = round(value, digits)
    sign = "+" if rounded > 0 else "−" if rounded < 0 else "±"
    return f"{sign}{abs(rounded):,.{digits}f}"


def _yen(value: float) -> str:
    said = _signed(value)
    return f"{said[0]}¥{said[1:]}"
