"""Amounts of LINE as the reader of a page sees them: net, or the client's price, by contract."""

from datetime import date, datetime
from decimal import Decimal

from django import template
from django.utils import timezone

from accounts import current
from accounts.money import UNKNOWN, written
from contracts import sight as sights
from contracts.sight import NET, Priced, Sight

register = template.Library()


@register.simple_tag(takes_context=True)
def sight(context: template.Context, month: date | None = None) -> Sight:
    """How the reader sees a month of the page's client: `{% sight month as seen %}{% if seen.shows_net %}`.

    A mail has nobody who is signed in: it says itself how its reader sees its month, by `sight`.
    """
    own = context.get("sight")
    if isinstance(own, Sight):
        return own
    tenant = current.tenant_or_none()
    if tenant is None:  # the console: whoever sees other pages than of one client says how
        return NET
    return sights.of(context["request"].user, tenant, first_day(month))


@register.simple_tag(takes_context=True)
def shown(
    context: template.Context,
    priced: Priced | None,
    month: date | None = None,
    currency: str = "",
    more: int = 0,
) -> str:
    """What it costs this reader: `{% shown total month=month currency=terms.currency %}`.

    Month and currency are its own where it has them; `more` decimals are for what one of many costs.
    """
    if not priced:
        return UNKNOWN
    seen = sight(context, month or getattr(priced, "month", None))
    return written(seen.of(priced), _currency(context, currency, priced), more=more)


@register.simple_tag(takes_context=True)
def shown_each(
    context: template.Context,
    priced: Priced | None,
    count: int | None,
    month: date | None = None,
    currency: str = "",
) -> str:
    """What one of `count` costs this reader, with a decimal more; a dash where there is none."""
    if not priced or not count:
        return UNKNOWN
    seen = sight(context, month or getattr(priced, "month", None))
    return written(seen.of(priced) / count, _currency(context, currency, priced), more=1)


@register.simple_tag(takes_context=True)
def shown_limit(
    context: template.Context, net: Decimal | None, month: date | None = None, currency: str = ""
) -> str:
    """A limit or budget, kept in net, as this reader sees it; a dash where their price is per message."""
    limit = None if net is None else sight(context, month).limit(net)
    return written(limit, _currency(context, currency))


def first_day(month: date | None) -> date:
    """Of the month of a day or moment, in the client's time zone; of the present one without any."""
    if isinstance(month, datetime):
        month = timezone.localtime(month).date()
    return (month or timezone.localdate()).replace(day=1)


def _currency(context: template.Context, currency: str, priced: Priced | None = None) -> str:
    return currency or getattr(priced, "currency", "") or context.get("currency") or "JPY"
