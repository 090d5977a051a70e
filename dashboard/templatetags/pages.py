"""What templates of all apps share: figures as people here write them, icons, bars, the present page."""

import json
from datetime import date, datetime
from decimal import Decimal

from django import template
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.html import format_html
from django.utils.safestring import SafeString

from accounts.money import UNKNOWN, unit_written, written

register = template.Library()

BAR = (
    '<svg class="bar {3}" viewBox="0 0 100 1" preserveAspectRatio="none" role="img" aria-label="{2}">'
    '<rect class="used" width="{0}" height="1"/><rect class="more" x="{0}" width="{1}" height="1"/></svg>'
)


@register.filter
def yen(amount: Decimal | int | None) -> str:
    """Whole yen, halves up: ¥12,345. Only for what is yen everywhere; LINE's cost has a currency: `money`."""
    return written(amount, "JPY")


@register.filter
def unit_yen(amount: Decimal | None) -> str:
    """What one of many costs, with a decimal: ¥2.8."""
    return written(amount, "JPY", more=1)


@register.filter
def money(amount: Decimal | int | None, currency: str) -> str:
    """A sum in the currency of the client's plan: ¥12,345, NT$1,200, ฿1,280.50."""
    return written(amount, currency)


@register.filter
def each_money(amount: Decimal | None, currency: str) -> str:
    """What one of many costs, with one decimal more than a sum has: ¥2.8."""
    return written(amount, currency, more=1)


@register.filter
def unit_money(price: Decimal | None, currency: str) -> str:
    """A price of a price list, no digit lost: ¥3.0, ¥2.75, ฿0.06."""
    return unit_written(price, currency)


@register.filter
def number(value: int | None) -> str:
    """12,345 in every language."""
    return UNKNOWN if value is None else f"{value:,}"


@register.filter
def signed(value: int | None) -> str:
    """What is added or taken away: +12,345 or −5; nothing is 0."""
    return UNKNOWN if value is None else f"{value:+,}".replace("-", "−") if value else "0"


@register.filter
def share(part: int, whole: int | None) -> str:
    """`part` of `whole` in per cent, one decimal; a dash where there is nothing to divide by."""
    return f"{part / whole:.1%}" if whole else UNKNOWN


@register.filter
def plus(value: Decimal | int, other: Decimal | int) -> Decimal | int:
    return value + other


@register.filter
def minus(value: int, other: int) -> int:
    return value - other


@register.filter
def when(moment: datetime | None) -> str:
    """2026/11/20 14:05 in the client's time zone."""
    return timezone.localtime(moment).strftime("%Y/%m/%d %H:%M") if moment else UNKNOWN


@register.filter
def day(value: date | None) -> str:
    """2026/11/20; of a moment, the day it is in the client's time zone."""
    if isinstance(value, datetime):
        value = timezone.localtime(value)
    return value.strftime("%Y/%m/%d") if value else UNKNOWN


@register.filter
def month(value: date | None) -> str:
    return value.strftime("%Y/%m") if value else UNKNOWN


@register.filter
def language(code: str) -> str:
    """The language of a code such as `ja` or `zh-Hant`, in the reader's; an unknown code as it is."""
    try:
        return translation.get_language_info(code.lower())["name_translated"]
    except KeyError:
        return code


@register.filter
def as_json(value: object) -> str:
    """Indented JSON to read or to edit."""
    return json.dumps(value, ensure_ascii=False, indent=2)


@register.simple_tag
def icon(name: str) -> SafeString:
    """A drawing that means nothing to a screen reader: the text beside it does."""
    address = static("dashboard/icons.svg")
    return format_html('<svg class="icon" aria-hidden="true"><use href="{}#{}"/></svg>', address, name)


@register.simple_tag
def swatch(color: str) -> SafeString:
    """A dot in a colour that people chose; an attribute, since the content policy allows no inline style."""
    circle = format_html('<circle cx="1" cy="1" r="1" fill="{}"/>', color)
    return format_html('<svg class="swatch" viewBox="0 0 2 2" aria-hidden="true">{}</svg>', circle)


@register.simple_tag
def bar(used: int, whole: int | None, more: int = 0, label: str = "", kind: str = "") -> SafeString:
    """A bar of `used`, then `more`, out of `whole`. Not a template: some pages have dozens of them."""
    whole = max(whole or 0, used + more, 1)
    return format_html(BAR, round(100 * used / whole, 2), round(100 * more / whole, 2), label, kind)


@register.simple_tag(takes_context=True)
def here(context: template.Context, *url_names: str) -> str:
    """The mark of the navigation entry that leads to this page or to one above it."""
    path = context["request"].path
    is_here = any(_is_at_or_below(path, url_name) for url_name in url_names)
    return SafeString('aria-current="page"') if is_here else ""


def _is_at_or_below(path: str, url_name: str) -> bool:
    target = reverse(url_name)
    return path == target if url_name in ("home", "console") else path.startswith(target)
