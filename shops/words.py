"""Values of a shop in words."""

from datetime import datetime
from decimal import Decimal

from django.utils import formats, timezone

from shops.models import Order


def date_words(value: object) -> object:
    """A moment of an event in the client's time; what is none stays as it is."""
    try:
        at = datetime.fromisoformat(str(value))
    except ValueError:
        return value
    return formats.date_format(timezone.localtime(at), "DATETIME_FORMAT") if at.tzinfo else value


def status_words(value: object) -> object:
    return dict(Order.Status.choices).get(str(value), value)


def money(amount: Decimal | None, currency: str) -> str:
    """¥4,800, USD 12.50; nothing for nothing."""
    if amount is None:
        return ""
    whole = amount == amount.to_integral_value()
    number = f"{amount:,.0f}" if whole and currency in ("JPY", "KRW") else f"{amount:,.2f}"
    return f"¥{number}" if currency == "JPY" else f"{currency} {number}"
