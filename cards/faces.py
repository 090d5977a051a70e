"""What stands on a card: the client's colours, the customer's number to scan, points and rank."""

import re
from dataclasses import dataclass
from datetime import datetime

from django.utils.safestring import SafeString

from accounts import current
from cards import symbols
from cards.errors import NotEncodable
from cards.models import CardSettings
from customers.models import Customer
from invitations.offers import LIGHT, ink_on

DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


@dataclass(frozen=True)
class Face:
    """One customer's card. `is_replaced`: the number does not fit the bars that were chosen: it is a QR."""

    title: str
    colour: str
    is_dark: bool
    name: str
    number: str
    code: SafeString
    is_square: bool
    is_replaced: bool
    points: str
    rank: str
    expiry: str
    note: str
    updated_at: datetime | None


def of(customer: Customer, settings: CardSettings) -> Face:
    colour = settings.colour or current.tenant().color
    code, symbol = _code(settings.symbol, customer.number)
    return Face(
        title=settings.title or current.tenant().name,
        colour=colour,
        is_dark=ink_on(colour) == LIGHT,
        name=customer.name,
        number=customer.number,
        code=code,
        is_square=symbol == CardSettings.Symbol.QR,
        is_replaced=symbol != settings.symbol,
        points=_said(customer, settings.points_field),
        rank=_said(customer, settings.rank_field),
        expiry=_said(customer, settings.expiry_field),
        note=settings.note,
        updated_at=customer.updated_at,
    )


def _code(symbol: str, number: str) -> tuple[SafeString, str]:
    try:
        return symbols.draw(symbol, number), symbol
    except NotEncodable:
        return symbols.draw(CardSettings.Symbol.QR, number), CardSettings.Symbol.QR


def _said(customer: Customer, field: str) -> str:
    """The value of a field as people read it; "" where there is none, or nothing that fits a line."""
    value = customer.attributes.get(field)
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return ""
    if isinstance(value, str):
        return value.replace("-", "/") if DAY.fullmatch(value) else value
    return f"{value:,}"
